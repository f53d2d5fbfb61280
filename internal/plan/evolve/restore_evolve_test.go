//go:build evolve

package evolve_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

var (
	update = flag.Bool("update", false, "write what Flink did into the pairs")
	only   = flag.String("pairs", "", "run the pairs whose names match this expression")
)

// atOnce is how many pairs run beside each other on a cluster.
const atOnce = 3

// TestRestores runs the jobs of testdata/evolve on real Flink: the old job, a savepoint of it, the new job from that
// savepoint and, if that runs, the new job from nothing; and the savepoints of the first release on the second.
func TestRestores(t *testing.T) {
	top, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(top, "testdata", "evolve")
	pairs := chosen(t, pairsIn(t, folder))
	kafka := startKafka(t, filepath.Join(top, "rigs", "kafka"))
	work := t.TempDir()

	first := runAll(t, lab{line: release.V1_20, kafka: kafka, dir: filepath.Join(work, "1.20"), sources: filepath.Join(folder, "java")}, pairs, nil)
	second := runAll(t, lab{line: release.V2_2, kafka: kafka, dir: filepath.Join(work, "2.2"), sources: filepath.Join(folder, "java")}, pairs, first)
	for i, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			did := map[string]record{"1.20": first[i].same, "2.2": second[i].same, "1.20 to 2.2": second[i].upgraded}
			if *update {
				rewrite(t, folder, p.name, did)
				return
			}
			for crossing, is := range did {
				was := p.did[crossing]
				is.why = was.why // of several reasons Flink gives any
				if p.compilesPlan() {
					was, is = was.withoutIDs(), is.withoutIDs()
				}
				if diff := cmp.Diff(was.String(), is.String()); diff != "" {
					t.Errorf("%s: Flink did something else (-recorded +now); -update records it:\n%s", crossing, diff)
				}
			}
		})
	}
}

// compilesPlan says whether operator ids come from a compiled plan: they are made of the numbers of its nodes, which go on
// from one plan to the next of the same gateway (ExecNodeContext.newNodeId).
func (p recorded) compilesPlan() bool {
	return strings.Contains(p.before+p.after, "COMPILE AND EXECUTE PLAN")
}

// withoutIDs names operators by their states.
func (r record) withoutIDs() record {
	named := func(states map[string]string) map[string]string {
		out := map[string]string{}
		for _, state := range states {
			out[state] = state
		}
		return out
	}
	r.old, r.new = named(r.old), named(r.new)
	return r
}

func chosen(t *testing.T, pairs []recorded) []recorded {
	t.Helper()
	expression, err := regexp.Compile(*only)
	if err != nil {
		t.Fatal(err)
	}
	pairs = slices.DeleteFunc(pairs, func(p recorded) bool { return !expression.MatchString(p.name) })
	if len(pairs) == 0 {
		t.Fatalf("no pair matches %s", *only)
	}
	return pairs
}

// startKafka starts a broker for the test.
func startKafka(t *testing.T, rig string) string {
	t.Helper()
	ports := flinktest.FreePorts(t, 2)
	run := func(script string) string {
		cmd := exec.Command(filepath.Join(rig, script))
		cmd.Env = append(os.Environ(), "RIG_NAME="+fmt.Sprint("evolve-", os.Getpid()), "RIG_WIPE=1",
			fmt.Sprint("RIG_KAFKA_PORT=", ports[0]), fmt.Sprint("RIG_KAFKA_CONTROLLER=", ports[1]))
		var complaints bytes.Buffer
		cmd.Stderr = &complaints
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, complaints.String())
		}
		return string(out)
	}
	t.Cleanup(func() { run("down.sh") })
	run("up.sh")
	return fmt.Sprint("127.0.0.1:", ports[0])
}

// outcomes are what a release did with one pair.
type outcomes struct {
	same     record
	upgraded record // with a savepoint of the release before
	saved    string // folder of the old job's savepoint
}

// runAll runs all pairs on a release. before are the outcomes of the release before, if there was one.
func runAll(t *testing.T, l lab, pairs []recorded, before []outcomes) []outcomes {
	t.Helper()
	l.prepare(t)
	all, fresh := make([]outcomes, len(pairs)), make([]string, len(pairs))
	free := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for i, p := range pairs {
		running.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			var from string
			if before != nil {
				from = before[i].saved
			}
			all[i], fresh[i] = l.pair(t, p, from)
			t.Logf("%s: %s %s; upgraded %s %s", p.name, all[i].same.outcome, all[i].same.why, all[i].upgraded.outcome, all[i].upgraded.why)
		})
	}
	running.Wait()
	l.session.Stop(t)
	var folders []string
	for i := range all {
		folders = append(folders, all[i].saved, fresh[i])
	}
	states := l.states(t, folders)
	for i := range all {
		same := &all[i].same
		same.old, same.new = states[all[i].saved], states[fresh[i]]
		same.settle()
		if before != nil {
			upgraded := &all[i].upgraded
			upgraded.old, upgraded.new = before[i].same.old, same.new
			upgraded.settle()
		}
	}
	return all
}

// settle tells whether a job that restores has a taker for every state.
func (r *record) settle() {
	if r.outcome != "restored" {
		return
	}
	r.outcome = "kept"
	for _, id := range slices.Sorted(maps.Keys(r.old)) {
		taken := strings.Split(r.new[id], ",")
		for name := range strings.SplitSeq(r.old[id], ",") {
			if !slices.Contains(taken, name) {
				r.outcome, r.why = "lost-silently", fmt.Sprintf("nobody takes %s of %s", name, id)
				return
			}
		}
	}
}

// states reads the names of states in savepoints, by folder and operator.
func (l *lab) states(t *testing.T, folders []string) map[string]map[string]string {
	t.Helper()
	folders = slices.DeleteFunc(folders, func(s string) bool { return s == "" })
	args := []string{"-cp", filepath.Join(l.dir, "classes") + string(os.PathListSeparator) + filepath.Join(l.session.Home.Dir, "lib", "*"), "evolve.States"}
	out, err := exec.CommandContext(t.Context(), filepath.Join(l.session.Java.Home, "bin", "java"), append(args, folders...)...).Output()
	if err != nil {
		t.Fatalf("reading savepoints: %v", err)
	}
	all := map[string]map[string]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 {
			continue // of a logger
		}
		if all[fields[0]] == nil {
			all[fields[0]] = map[string]string{}
		}
		all[fields[0]][fields[1]] = fields[2]
	}
	return all
}

// prepare compiles what the jobs need beside Flink and starts a cluster that has it.
func (l *lab) prepare(t *testing.T) {
	t.Helper()
	home := flinktest.Home(t, l.line)
	l.session = flinktest.StartMini(t, l.line, 24, conf.Options{
		"execution.checkpointing.interval": "300 ms", "execution.checkpointing.timeout": "10 min", "restart-strategy.type": "none",
		"execution.checkpointing.dir": "file://" + filepath.Join(l.dir, "checkpoints"),
	}, append(l.connector(t), l.compile(t, home, flinktest.Java(t, home)))...)
	l.reach(t)
}

// compile makes a jar of the Java that jobs need; States needs no jar.
func (l *lab) compile(t *testing.T, home dist.Home, java dist.Java) string {
	t.Helper()
	classes, jar := filepath.Join(l.dir, "classes"), filepath.Join(l.dir, "evolve.jar")
	if err := os.MkdirAll(classes, 0o755); err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob(filepath.Join(l.sources, "evolve", "*.java"))
	if err != nil {
		t.Fatal(err)
	}
	compile := append([]string{"javac", "--release", "11", "-proc:none", "-Xlint:-options", "-d", classes, "-cp", filepath.Join(home.Dir, "lib", "*")}, sources...)
	pack := []string{"jar", "--create", "--file", jar, "-C", l.sources, "META-INF", "-C", classes, "evolve"}
	for _, command := range [][]string{compile, pack} {
		if out, err := exec.CommandContext(t.Context(), filepath.Join(java.Home, "bin", command[0]), command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command[0], err, out)
		}
	}
	return jar
}

// connector fetches the jars of the Kafka connector.
func (l *lab) connector(t *testing.T) []string {
	t.Helper()
	coordinates, ok := l.line.Connector("kafka")
	if !ok {
		t.Fatalf("no Kafka connector for %s", l.line)
	}
	dir, err := dist.DefaultDir(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	cache := &dist.Cache{Dir: dir}
	jars, err := cache.Fetch(t.Context(), coordinates, func(c release.Coordinates) { t.Logf("fetching %s", c) })
	if err != nil {
		t.Fatal(err)
	}
	return jars
}

// sure reports whether an outcome rests on nothing but the runs from a savepoint.
func (r record) sure() bool { return r.outcome == "lost-with-flag" || r.outcome == "failed-other" }

// rewrite puts records into the file of a pair.
func rewrite(t *testing.T, dir, name string, did map[string]record) {
	t.Helper()
	path := filepath.Join(dir, name+".txtar")
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, crossing := range slices.Sorted(maps.Keys(did)) {
		file := txtar.File{Name: crossing, Data: []byte(did[crossing].String())}
		at := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == crossing })
		if at < 0 {
			archive.Files = append(archive.Files, file)
		} else {
			archive.Files[at] = file
		}
	}
	if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
}
