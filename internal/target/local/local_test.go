package local

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// never is a target whose cluster is never started.
func never(t *testing.T) *Target {
	t.Helper()
	dir := t.TempDir()
	return New(Options{
		Name: "local", State: filepath.Join(dir, ".autostream"), Project: dir, Line: release.V2_2,
		Find: func(context.Context) (Installation, error) {
			return Installation{}, errors.New("something looked for a Flink")
		},
		Keeper: func(string) *exec.Cmd { panic("something started a keeper") },
	})
}

func TestWithoutACluster(t *testing.T) {
	t.Parallel()
	l := never(t)
	id, ctx := target.NewJobID(), t.Context()
	if all, err := l.List(ctx); err != nil || len(all) != 0 {
		t.Errorf("List = %v, %v", all, err)
	}
	_, status := l.Status(ctx, id)
	_, stop := l.Stop(ctx, id, target.StopOptions{Trigger: target.NewTrigger()})
	_, savepoint := l.Savepoint(ctx, id, target.SavepointOptions{Trigger: target.NewTrigger()})
	for name, err := range map[string]error{
		"Status": status, "Stop": stop, "Savepoint": savepoint, "Cancel": l.Cancel(ctx, id),
		"Logs": l.Logs(ctx, id, target.LogOptions{}, &bytes.Buffer{}),
	} {
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v, want one of kind not-found", name, err)
		}
	}
	if c, err := l.Cluster(ctx); err != nil || c.Up || c.Release != "2.2" {
		t.Errorf("Cluster = %+v, %v", c, err)
	}
	if err := l.Down(ctx); err != nil {
		t.Errorf("Down: %v", err)
	}
	if _, err := os.Stat(l.State); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("looking made %s: %v", l.State, err)
	}
}

func TestWhatCannotWorkStartsNothing(t *testing.T) {
	t.Parallel()
	good := target.Submission{ID: target.NewJobID(), Name: "pv_uv", SQL: &target.SQLProgram{}}
	for _, test := range []struct {
		name   string
		change func(*target.Submission)
		want   fault.Kind
		text   string
	}{
		{"a bad id", func(s *target.Submission) { s.ID = "12" }, fault.Failed, `"12"`},
		{"more parallelism than slots", func(s *target.Submission) { s.Parallelism = 9 }, fault.Failed, "wants parallelism 9 and the local target has 8 task slots"},
		{"a missing jar", func(s *target.Submission) { s.Jars = []string{"/no/such.jar"} }, fault.NotFound, "no jar /no/such.jar"},
		{"a missing program", func(s *target.Submission) { s.Jar = &target.JarProgram{Path: "/no/such.jar"} }, fault.NotFound, "no jar /no/such.jar"},
		{"environment variables", func(s *target.Submission) { s.Environment = map[string]string{"TZ": "UTC"} }, fault.Usage, "wants environment variables"},
		{"no Flink", func(*target.Submission) {}, fault.Failed, "something looked for a Flink"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := good
			test.change(&s)
			_, err := never(t).Submit(t.Context(), s)
			if fault.KindOf(err) != test.want || err == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("Submit: %v, want %q of kind %s", err, test.text, test.want)
			}
		})
	}
}

// What is written down is never trusted: the processes decide, and they are known by more than their number.
func TestRecordsAreChecked(t *testing.T) {
	t.Parallel()
	stranger := proc.Self()
	stranger.Started += "0" // this number, but a process of another time
	for name, text := range map[string]string{
		"garbage":         `{"phase":`,
		"empty":           ``,
		"of a dead one":   `{"phase": "ready", "keeper": {"pid": 0}, "jobManager": {"pid": 0}, "restPort": 1}`,
		"of a stranger":   `{"phase": "ready", "keeper": {"pid": ` + strconv.Itoa(stranger.PID) + `, "started": "` + stranger.Started + `"}}`,
		"of an ended one": `{"phase": "ended", "reason": "stopped"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := never(t)
			if err := os.MkdirAll(string(l.folder), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(l.folder.record(), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Status(t.Context(), target.NewJobID()); fault.KindOf(err) != fault.NotFound {
				t.Errorf("Status: %v", err)
			}
			if c, err := l.Cluster(t.Context()); err != nil || c.Up || len(c.Processes) > 0 {
				t.Errorf("Cluster = %+v, %v", c, err)
			}
			if err := l.Down(t.Context()); err != nil { // and this process is still here
				t.Errorf("Down: %v", err)
			}
		})
	}
}

// A keeper that cannot start says why; what it says reaches the user.
func TestKeeperThatFails(t *testing.T) {
	t.Parallel()
	l := never(t)
	l.Find = func(context.Context) (Installation, error) {
		return Installation{Home: l.Project, Version: "2.2.1", JavaHome: l.Project, JavaMajor: 17}, nil
	}
	l.Keeper = func(string) *exec.Cmd { return exec.Command("sh", "-c", "echo error: no room; exit 1") }
	err := l.Up(t.Context())
	if err == nil || err.Error() != "starting a local Flink: error: no room" || !strings.Contains(fault.FixOf(err), l.folder.log()) {
		t.Errorf("Up: %v, fix %q", err, fault.FixOf(err))
	}
}

func TestKeeperWithoutAFlink(t *testing.T) {
	t.Parallel()
	l := never(t)
	if err := os.MkdirAll(string(l.folder), 0o755); err != nil {
		t.Fatal(err)
	}
	s := spec{Installation{l.Project, "2.2.1", l.Project, 17}, release.V2_2, l.Project, 8, time.Minute}
	if err := writeJSON(l.folder.spec(), s); err != nil {
		t.Fatal(err)
	}
	err := Keeper{Dir: string(l.folder), Log: slog.New(slog.DiscardHandler)}.Keep(t.Context())
	if err == nil || !strings.Contains(err.Error(), "log4j.properties") {
		t.Errorf("Keep: %v, want it to name what is missing", err)
	}
	if r, ok := l.folder.readRecord(); ok && r.Phase != ended {
		t.Errorf("record = %+v, want it ended", r)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	for _, line := range []release.Line{release.V1_17, release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) {
			t.Parallel()
			f := folder("/projects/a shop/.autostream/local/" + line.String())
			s := spec{Line: line, Slots: 8}
			r := record{ID: "0123456789abcdef0123456789abcdef", RESTPort: 40001, RPCPort: 40002, GatewayPort: 40003}
			got, err := f.options(s, r).WithJavaOptions(line).Render(line)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "conf", line.String()+".golden")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("configuration differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClassPath(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	for _, name := range []string{"lib/flink-dist-2.2.1.jar", "lib/flink-json.jar", "lib/log4j.jar", "opt/flink-sql-gateway-2.2.1.jar", "opt/other.jar"} {
		path := filepath.Join(home, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := classPath(home, "flink-sql-gateway-*.jar")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, jar := range filepath.SplitList(got) {
		names = append(names, filepath.Base(jar))
	}
	want := []string{"flink-json.jar", "log4j.jar", "flink-dist-2.2.1.jar", "flink-sql-gateway-2.2.1.jar"}
	if !slices.Equal(names, want) {
		t.Errorf("class path %v, want %v", names, want)
	}
	if _, err := classPath(home, "missing-*.jar"); err == nil {
		t.Error("no error for a missing jar of opt")
	}
	if _, err := classPath(t.TempDir(), ""); err == nil {
		t.Error("no error for an empty folder")
	}
}

func TestLastWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, log, out, want string }{
		{"nothing", "", "", "it said nothing; see "},
		{"what it printed", "", "Error: Could not find or load main class X\n", "Error: Could not find or load main class X"},
		{
			"the exception of main", "2026-11-22 16:25:23,235 ERROR a.B [] - stopping\na.b.C: of stopping\n",
			"Exception in thread \"main\" a.b.X: Failed to start the endpoints.\n\tat a.b.C.d(C.java:1)\nCaused by: java.net.BindException: port 42983 is taken\n",
			"port 42983 is taken",
		},
		{
			"the last error of the log",
			"2026-11-22 16:25:22,000 ERROR a.B [] - early\n2026-11-22 16:25:23,000 ERROR a.B [] - Could not start\na.b.X: outer\n\tat a.b.C.d(C.java:1)\nCaused by: a.b.Y: inner\n2026-11-22 16:25:24,000 INFO  a.B [] - bye\n",
			"", "inner",
		},
		{"an error without a trace", "2026-11-22 16:25:22,000 ERROR a.B [] - no room\n", "", "no room"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := &keeping{folder: folder(t.TempDir()), printed: map[string]int64{}}
			r := role{name: "gateway"}
			if err := os.MkdirAll(k.folder.log(), 0o755); err != nil {
				t.Fatal(err)
			}
			earlier := "Exception in thread \"main\" a.b.X: of an earlier process\n"
			if err := os.WriteFile(k.folder.output(r), []byte(earlier), 0o644); err != nil {
				t.Fatal(err)
			}
			k.hear(r)
			if err := errors.Join(
				os.WriteFile(k.folder.output(r), []byte(earlier+test.out), 0o644),
				os.WriteFile(filepath.Join(k.folder.log(), "gateway.log"), []byte(test.log), 0o644),
			); err != nil {
				t.Fatal(err)
			}
			if got := k.lastWords(r); !strings.HasPrefix(got, test.want) {
				t.Errorf("last words %q, want %q", got, test.want)
			}
		})
	}
}

func TestGrowingLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.log")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	g := &growing{label: "tm", path: path}
	read := func(want string) {
		t.Helper()
		var out bytes.Buffer
		if err := g.copy(&out, false); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("read %q, want %q", out.String(), want)
		}
	}
	read("") // not there yet
	write("one\ntwo\nthree\n")
	if err := g.skipTo(2); err != nil {
		t.Fatal(err)
	}
	read("tm | two\ntm | three\n")
	read("")
	write("one\ntwo\nthree\nfo")
	read("") // half a line
	write("one\ntwo\nthree\nfour\n")
	read("tm | four\n")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	write("another file, longer than the one before it was\n")
	read("tm | another file, longer than the one before it was\n")
	write("short\n")
	read("tm | short\n")
	if err := g.skipTo(99); err != nil {
		t.Fatal(err)
	}
	read("tm | short\n")
}
