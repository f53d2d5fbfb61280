//go:build sick

package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// sick is where the jobs with one fault each are.
const sick = "../../testdata/sick"

// TestSickJobs runs each job, one after the other, and waits until diagnose tells its fault first. Then what it suggests is
// applied: the environment "cured", or the command in the finding. The finding must be gone with it, and nothing serious be
// found. Healthy jobs must stay so. One of them alone: -run TestSickJobs/2.2/skewed-key; without its cure: -run TestSickJobs/2.2/skewed-key/-.
func TestSickJobs(t *testing.T) { //nolint:paralleltest,tparallel // the jobs share the machine, and some take all of it
	for _, line := range []release.Line{release.V2_2, release.V1_20, release.V2_3, release.V1_17} {
		t.Run(line.String(), func(t *testing.T) {
			bed := newSickbed(t, line, t.TempDir())
			t.Cleanup(func() { _, _ = bed.run("target", "down", "local", "--yes") })
			if out, err := bed.run("target", "up", "local"); err != nil {
				t.Fatalf("starting a cluster: %v\n%s", err, out)
			}
			bed.examineAll(t, "first.txt")
			bed.examineAll(t, "others.txt")
			t.Run("no-slots", func(t *testing.T) {
				defer bed.stop(t, "wide") // which has most of them
				bed.deploy(t, "wide")
				bed.examine(t, "no-slots", "no-slots", "cured")
			})
			t.Run("checkpoint-gone", func(t *testing.T) {
				folder := filepath.Join(t.TempDir(), "checkpoints")
				bed.replace(t, "file:///nowhere/checkpoints", "file://"+filepath.ToSlash(folder))
				defer bed.stop(t, "checkpoint-gone")
				bed.deploy(t, "checkpoint-gone")
				if err := os.RemoveAll(folder); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(folder, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				bed.showsFirst(t, "checkpoint-gone", "not-a-folder")
			})
			t.Run("expired-offsets", func(t *testing.T) {
				bed.connect(t, line)
				bed.feed(t)
				bed.examine(t, "expired-offsets", "kafka-offsets-gone", "cured")
			})
			t.Run("kafka-away", func(t *testing.T) {
				bed.connect(t, line)
				bed.feed(t)
				defer bed.stop(t, "kafka-away")
				bed.deploy(t, "kafka-away")
				bed.brokers("down.sh")
				bed.showsFirst(t, "kafka-away", "kafka-away")
			})
		})
	}
}

// connect starts a Kafka broker and gives the project Flink's connector for it.
func (b *sickbed) connect(t *testing.T, line release.Line) (servers string) {
	ports := flinktest.FreePorts(t, 2)
	connected := b.brokers != nil
	b.brokers = func(script string) {
		cmd := exec.Command(filepath.Join("..", "..", "rigs", "kafka", script))
		cmd.Env = append(os.Environ(), fmt.Sprint("RIG_NAME=sick-", os.Getpid()), "RIG_WIPE=1",
			fmt.Sprint("RIG_KAFKA_PORT=", ports[0]), fmt.Sprint("RIG_KAFKA_CONTROLLER=", ports[1]))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
	}
	t.Cleanup(func() { b.brokers("down.sh") })
	b.brokers("up.sh")
	servers = fmt.Sprint("127.0.0.1:", ports[0])
	b.flags = append(b.flags, "--var", "KAFKA="+servers)
	if connected {
		return servers
	}
	wanted, _ := line.Connector("kafka")
	jars := b.fetch(t, wanted)
	for range 4 {
		b.replace(t, "libs/kafka.jar]", jars+"]")
	}
	return servers
}

// fetch gets jars from where they are published, for the list of those of a job.
func (b *sickbed) fetch(t *testing.T, wanted []release.Coordinates) string {
	t.Helper()
	cache, err := dist.DefaultDir(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	jars, err := (&dist.Cache{Dir: cache}).Fetch(t.Context(), wanted, func(release.Coordinates) {})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(jars, ", ")
}

// feed has records written, by which their topic comes into being.
func (b *sickbed) feed(t *testing.T) {
	b.deploy(t, "feed")
	out := ""
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		if out, _ = b.run("status", "local/feed"); strings.Contains(out, "FINISHED") {
			return
		}
	}
	t.Fatalf("the feed does not end:\n%s", out)
}

// examineAll examines the jobs of a file.
func (b *sickbed) examineAll(t *testing.T, file string) {
	text, err := os.ReadFile(filepath.Join(sick, file))
	if err != nil {
		t.Fatal(err)
	}
	for job := range strings.Lines(string(text)) {
		words := append(strings.Fields(job), "", "")
		if words[0] == "" || words[0] == "#" {
			continue
		}
		t.Run(words[0], func(t *testing.T) { b.examine(t, words[0], words[1], words[2]) })
	}
}

// sickbed is a copy of the project with its jar.
type sickbed struct {
	program
	patience time.Duration       // until a job runs
	brokers  func(script string) // of the Kafka that it is connected to
}

// newSickbed makes it; what jobs read is in the folder data.
func newSickbed(t *testing.T, line release.Line, data string) *sickbed {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sick")
	b := &sickbed{patience: 90 * time.Second, program: program{dir: dir, flags: []string{
		"--var", "EMPTY=file://" + filepath.ToSlash(filepath.Join(data, "empty")), "--var", "DATA=file://" + filepath.ToSlash(filepath.Join(data, "data")),
	}}}
	if err := os.CopyFS(b.dir, os.DirFS(sick)); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(data, "data"), os.DirFS(filepath.Join(sick, "data"))); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(data, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	b.replace(t, `flink: "2.2"`, `flink: "`+line.String()+`"`)
	home := flinktest.Home(t, line)
	bin := filepath.Join(flinktest.Java(t, home).Home, "bin")
	build := filepath.Join(b.dir, "build")
	if err := os.MkdirAll(filepath.Join(b.dir, "libs"), 0o755); err != nil {
		t.Fatal(err)
	}
	sources := func(folder string) []string {
		files, err := filepath.Glob(filepath.Join(b.dir, "java", folder, "*.java"))
		if err != nil || len(files) == 0 {
			t.Fatalf("sources in %s: %v, %v", folder, files, err)
		}
		return files
	}
	javac := []string{filepath.Join(bin, "javac"), "-source", "11", "-target", "11", "-nowarn", "-d", build, "-cp", filepath.Join(home.Dir, "lib", "*")}
	tool(t, append(append(javac, sources("sick")...), sources("compiled-with/sick")...)...)
	tool(t, append(javac, sources("runs-with/sick")...)...) // over the one that the functions were compiled with
	tool(t, filepath.Join(bin, "jar"), "cf", filepath.Join(b.dir, "libs", "sick.jar"), "-C", build, "sick")
	return b
}

// replace changes the file of the project.
func (b *sickbed) replace(t *testing.T, old, now string) {
	t.Helper()
	name := filepath.Join(b.dir, "autostream.yaml")
	text, err := os.ReadFile(name)
	if err != nil || !bytes.Contains(text, []byte(old)) {
		t.Fatalf("no %q in %s: %v", old, name, err)
	}
	if err := os.WriteFile(name, bytes.Replace(text, []byte(old), []byte(now), 1), 0o644); err != nil {
		t.Fatal(err)
	}
}

func tool(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", args[0], err, out)
	}
}

// diagnosis is what the test reads of a report.
type diagnosis struct {
	State    string
	Findings []struct{ ID, Severity, Title, Fix string }
}

func (d diagnosis) first() string {
	if len(d.Findings) == 0 {
		return ""
	}
	return d.Findings[0].ID
}

func (d diagnosis) serious() bool { return len(d.Findings) > 0 && d.Findings[0].Severity == "serious" }

func (b *sickbed) diagnose(t *testing.T, job string) diagnosis {
	out, failed := b.program.run("diagnose", "local/"+job, "--format", "json") // exit code 3 is an answer too
	var d diagnosis
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&d); err != nil {
		t.Logf("%s: %v: %s", job, failed, out) // it may not be there yet
	}
	return d
}

// has says whether a finding of this kind is among them.
func (d diagnosis) has(id string) bool {
	for _, f := range d.Findings {
		if f.ID == id {
			return true
		}
	}
	return false
}

// examine runs a job until its fault shows, and then, where that is known, its cure.
func (b *sickbed) examine(t *testing.T, job, want, cure string) {
	defer b.stop(t, job)
	b.deploy(t, job)
	if want == "" {
		b.staysWell(t, job, want)
		return
	}
	d, ok := b.showsFirst(t, job, want)
	if !ok || cure == "" {
		return
	}
	t.Run(cure, func(t *testing.T) { b.cure(t, job, want, cure, d.Findings[0].Fix) })
}

// cure applies what a finding suggests: the environment "cured", or the command in it.
func (b *sickbed) cure(t *testing.T, job, had, cure, fix string) {
	switch cure {
	case "cured":
		b.stop(t, job)
		b.deploy(t, job, "-e", "cured")
	case "command":
		_, command, _ := strings.Cut(fix, "autostream ")
		command, _, _ = strings.Cut(command, "\n")
		t.Logf("autostream %s", command)
		if out, err := b.program.run(append(strings.Fields(command), "--yes")...); err != nil {
			t.Fatalf("autostream %s: %v\n%s", command, err, out)
		}
	}
	b.staysWell(t, job, had)
}

// deploy deploys a job; one that fails soon after is none that could not be deployed.
func (b *sickbed) deploy(t *testing.T, job string, flags ...string) {
	out, err := b.program.run(append(flags, "deploy", "local", job, "--fresh", "--yes", "--timeout", b.patience.String())...)
	if strings.Contains(out, "nothing was touched") {
		t.Fatalf("deploying: %v\n%s", err, out)
	}
	if err != nil {
		t.Logf("deploying: %v\n%s", err, out)
	}
}

func (b *sickbed) stop(t *testing.T, job string) {
	if out, err := b.program.run("stop", "local/"+job, "--cancel", "--yes"); err != nil {
		t.Logf("stopping: %v\n%s", err, out) // it may have failed for good
	}
}

// showsFirst looks until the first finding is the one that is wanted.
func (b *sickbed) showsFirst(t *testing.T, job, want string) (d diagnosis, found bool) {
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		if d = b.diagnose(t, job); d.first() == want {
			t.Logf("found: %s", d.Findings[0].Title)
			return d, true
		}
	}
	t.Errorf("%s is not the first finding, but %+v", want, d)
	return d, false
}

// staysWell waits until a job runs without the finding that it had, and then looks at it for a while in which neither that
// nor anything serious must be found.
func (b *sickbed) staysWell(t *testing.T, job, had string) {
	well := func(d diagnosis) bool { return d.State == "RUNNING" && !d.serious() && (had == "" || !d.has(had)) }
	d := b.diagnose(t, job)
	for deadline := time.Now().Add(2*time.Minute + b.patience); !well(d) && time.Now().Before(deadline); time.Sleep(time.Second) {
		if d = b.diagnose(t, job); had == "" && d.serious() {
			break // a healthy job never has anything serious
		}
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Second) {
		if d = b.diagnose(t, job); !well(d) {
			t.Errorf("it should be well: %+v", d)
			return
		}
	}
	t.Logf("well, with %d findings: %+v", len(d.Findings), d.Findings)
}
