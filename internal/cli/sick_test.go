//go:build sick

package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// sick is where the jobs with one fault each are, and atOnce how many of them run on the cluster at a time.
const (
	sick   = "../../testdata/sick"
	atOnce = 2
)

// TestSickJobs runs each job and waits until diagnose tells its fault first. Where the environment "cured" has what was
// suggested, the job is run with it, and nothing serious must be found any more. Healthy jobs must stay so.
func TestSickJobs(t *testing.T) {
	t.Parallel()
	bed := newSickbed(t)
	text, err := os.ReadFile(filepath.Join(sick, "first.txt"))
	if err != nil {
		t.Fatal(err)
	}
	limit := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for line := range strings.Lines(string(text)) {
		words := append(strings.Fields(line), "", "")
		if words[0] == "" || words[0] == "#" || strings.HasPrefix(line, "#") {
			continue
		}
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			bed.examine(words[0], words[1], words[2] == "cured")
		})
	}
	all.Wait()
}

// sickbed is a copy of the project with its jar.
type sickbed struct {
	t     *testing.T
	dir   string
	empty string
}

func newSickbed(t *testing.T) *sickbed {
	t.Helper()
	b := &sickbed{t: t, dir: filepath.Join(t.TempDir(), "sick"), empty: t.TempDir()}
	if err := os.CopyFS(b.dir, os.DirFS(sick)); err != nil {
		t.Fatal(err)
	}
	home := flinktest.Home(t, release.V2_2)
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
	javac := []string{filepath.Join(bin, "javac"), "--release", "11", "-d", build, "-cp", filepath.Join(home.Dir, "lib", "*")}
	b.tool(append(append(javac, sources("sick")...), sources("compiled-with/sick")...)...)
	b.tool(append(javac, sources("runs-with/sick")...)...) // over the one that the functions were compiled with
	t.Cleanup(func() { _, _ = b.autostream("target", "down", "local", "--yes") })
	if out, err := b.autostream("target", "up", "local"); err != nil {
		t.Fatalf("starting a cluster: %v\n%s", err, out)
	}
	b.tool(filepath.Join(bin, "jar"), "cf", filepath.Join(b.dir, "libs", "sick.jar"), "-C", build, "sick")
	return b
}

func (b *sickbed) tool(args ...string) {
	b.t.Helper()
	if out, err := exec.CommandContext(b.t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
		b.t.Fatalf("%s: %v\n%s", args[0], err, out)
	}
}

// autostream runs this test binary as the program and returns what it printed.
func (b *sickbed) autostream(args ...string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{"autostream", "-C", b.dir, "--var", "EMPTY=file://" + filepath.ToSlash(b.empty)}, args...)
	var out bytes.Buffer
	cmd.Stdout = &out
	var problems bytes.Buffer
	cmd.Stderr = &problems
	if err = cmd.Run(); err != nil {
		out.WriteString(problems.String())
	}
	return out.String(), err
}

// diagnosis is what the test reads of a report.
type diagnosis struct {
	State    string
	Findings []struct{ ID, Severity, Title string }
}

func (d diagnosis) first() string {
	if len(d.Findings) == 0 {
		return ""
	}
	return d.Findings[0].ID
}

func (d diagnosis) serious() bool { return len(d.Findings) > 0 && d.Findings[0].Severity == "serious" }

func (b *sickbed) diagnose(job string) diagnosis {
	out, failed := b.autostream("diagnose", "local/"+job, "--format", "json") // exit code 3 is an answer too
	var d diagnosis
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&d); err != nil {
		b.t.Errorf("%s: %v: %s", job, failed, out)
	}
	return d
}

// examine runs a job until its fault shows, and then, where that is known, its cure.
func (b *sickbed) examine(job, want string, cured bool) {
	b.run(job)
	defer func() { _, _ = b.autostream("stop", "local/"+job, "--cancel", "--yes") }()
	if want == "" {
		b.await(job, "nothing serious", 45*time.Second, func(d diagnosis) bool { return d.State == "RUNNING" && !d.serious() })
		return
	}
	if !b.await(job, want+" first", 3*time.Minute, func(d diagnosis) bool { return d.first() == want }) || !cured {
		return
	}
	_, _ = b.autostream("stop", "local/"+job, "--cancel", "--yes")
	b.run(job, "-e", "cured")
	b.await(job+", cured", "nothing serious", 45*time.Second, func(d diagnosis) bool { return d.State == "RUNNING" && !d.serious() })
}

// run deploys a job; one that fails soon after is none that could not be deployed.
func (b *sickbed) run(job string, flags ...string) {
	out, err := b.autostream(append(flags, "deploy", "local", job, "--fresh", "--yes", "--timeout", "3m")...)
	if err != nil {
		b.t.Logf("deploying %s: %v\n%s", job, err, out)
	}
}

// await looks until a report is as wanted. One that must stay so is looked at for the whole time, after a while in which
// the job comes up.
func (b *sickbed) await(job, what string, limit time.Duration, wanted func(diagnosis) bool) bool {
	var d diagnosis
	name, _, _ := strings.Cut(job, ",")
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(time.Second) {
		if d = b.diagnose(name); wanted(d) && what != "nothing serious" {
			b.t.Logf("%s: %s", job, d.Findings[0].Title)
			return true
		}
	}
	if wanted(d) {
		b.t.Logf("%s: nothing serious", job)
		return true
	}
	b.t.Errorf("%s: not %s, but %+v", job, what, d)
	return false
}
