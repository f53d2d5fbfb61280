package dist

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/dist/disttest"
	"github.com/autostream/autostream/internal/flink/release"
)

const version = "2.2.1"

func none(string) string { return "" }

// TestInstall installs from each source and finds the result in the same way.
func TestInstall(t *testing.T) {
	tree := disttest.Tree(t, version)
	archive := filepath.Join(t.TempDir(), "flink-2.2.1-bin-scala_2.12.tgz")
	if err := os.WriteFile(archive, disttest.TarGzip(version), 0o644); err != nil {
		t.Fatal(err)
	}
	sum := sha512Of(disttest.TarGzip(version))
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Dir(archive))))
	defer server.Close()
	t.Setenv("PATH", fakePath(t, "python3", "mvn"))

	for name, source := range map[string]Source{
		"folder":      Directory{tree},
		"archive":     Archive{Location: archive, SHA512: sum},
		"web address": Archive{Location: server.URL + "/" + filepath.Base(archive), SHA512: sum, Client: server.Client()},
		"registries":  Registries{},
	} {
		t.Run(name, func(t *testing.T) {
			cache := &Cache{Dir: t.TempDir()}
			var steps []Step
			home, err := cache.Install(t.Context(), Request{Version: version, Source: source, Events: func(e Event) {
				if len(steps) == 0 || steps[len(steps)-1] != e.Step {
					steps = append(steps, e.Step)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			if home.Dir != filepath.Join(cache.Dir, "flink", version) || home.Release.Version != version {
				t.Errorf("installed %+v", home)
			}
			if last := steps[len(steps)-2:]; last[0] != StepRecord || last[1] != StepPublish {
				t.Errorf("steps %v", steps)
			}
			checkDistribution(t, cache, home)
			if left := leftovers(t, cache.Dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// checkDistribution holds what every complete distribution of the cache has, whatever it came from.
func checkDistribution(t *testing.T, cache *Cache, home Home) {
	t.Helper()
	v := home.Release.Version
	for path, program := range map[string]bool{
		"bin/flink": true, "bin/config.sh": true, "bin/jobmanager.sh": true, "bin/bash-java-utils.jar": false,
		"conf/" + home.Release.ConfigFile: false, "conf/log4j.properties": false,
		"lib/flink-dist-" + v + ".jar": false, "lib/flink-table-runtime-" + v + ".jar": false,
		"opt/flink-sql-client-" + v + ".jar": false, "opt/flink-sql-gateway-" + v + ".jar": false,
	} {
		stat, err := os.Stat(filepath.Join(home.Dir, path))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := stat.Mode()&0o111 != 0; got != program {
			t.Errorf("%s has mode %v", path, stat.Mode())
		}
	}
	if stat, err := os.Stat(filepath.Join(home.Dir, "log")); err != nil || !stat.IsDir() {
		t.Errorf("no folder for logs: %v", err)
	}
	if err := cache.Verify(t.Context(), v); err != nil {
		t.Errorf("verifying: %v", err)
	}
	found, err := cache.Find(home.Release, "", none)
	if err != nil || found.Dir != home.Dir {
		t.Errorf("finding gives %+v, %v", found, err)
	}
}

func TestInstallRefuses(t *testing.T) {
	t.Parallel()
	tree := disttest.Tree(t, "1.20.3")
	archive := filepath.Join(t.TempDir(), "a.tgz")
	if err := os.WriteFile(archive, disttest.TarGzip(version), 0o644); err != nil {
		t.Fatal(err)
	}
	noGateway := disttest.Tree(t, version)
	if err := os.Remove(filepath.Join(noGateway, "opt", "flink-sql-gateway-2.2.1.jar")); err != nil {
		t.Fatal(err)
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	for _, tc := range []struct {
		name   string
		source Source
		kind   fault.Kind
		want   string
	}{
		{"another version", Directory{tree}, fault.Usage, "this is Flink 1.20.3, not 2.2.1"},
		{"no distribution", Directory{t.TempDir()}, fault.NotFound, "is not a Flink distribution"},
		{"no gateway", Directory{noGateway}, fault.NotFound, "flink-sql-gateway-2.2.1.jar"},
		{"wrong checksum", Archive{Location: archive, SHA512: strings.Repeat("ab", 64)}, fault.Failed, "not the archive that its SHA-512 stands for"},
		{"no such archive", Archive{Location: archive + "x", SHA512: strings.Repeat("ab", 64)}, fault.NotFound, "opening archive"},
		{"no such address", Archive{Location: gone.URL + "/x.tgz", SHA512: strings.Repeat("ab", 64), Client: gone.Client()}, fault.Failed, "404"},
		{"no distribution in place", InPlace{t.TempDir()}, fault.NotFound, "is not a Flink distribution"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cache := &Cache{Dir: t.TempDir()}
			_, err := cache.Install(t.Context(), Request{Version: version, Source: tc.source})
			if err == nil || fault.KindOf(err) != tc.kind || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v (%v), want %q (%v)", err, fault.KindOf(err), tc.want, tc.kind)
			}
			if left := leftovers(t, cache.Dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if _, ok := cache.Installed(version); ok {
				t.Error("something was installed all the same")
			}
		})
	}
}

// TestBroken damages a distribution in each way; it is seen, and the next installation rebuilds it.
func TestBroken(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(dir string) error{
		"file missing":   func(dir string) error { return os.Remove(filepath.Join(dir, "bin", "flink")) },
		"file cut short": func(dir string) error { return os.Truncate(filepath.Join(dir, "lib", "flink-dist-2.2.1.jar"), 10) },
		"never finished": func(dir string) error { return os.Remove(filepath.Join(dir, manifestName)) },
		"empty manifest": func(dir string) error { return os.Truncate(filepath.Join(dir, manifestName), 0) },
		"foreign manifest": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, manifestName), []byte(`{"version":7}`), 0o644)
		},
		"hostile manifest": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, manifestName), []byte(`{"version":1,"flink":"2.2.1","files":[{"path":"../../x"}]}`), 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache := &Cache{Dir: t.TempDir()}
			req := Request{Version: version, Source: Directory{disttest.Tree(t, version)}}
			home, err := cache.Install(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(home.Dir); err != nil {
				t.Fatal(err)
			}
			if _, err := cache.Find(home.Release, "", none); err == nil || !strings.Contains(fault.FixOf(err), "autostream flink install 2.2.1") {
				t.Errorf("finding it gives %v, fix %q", err, fault.FixOf(err))
			}
			entries, err := cache.List()
			if err != nil || len(entries) != 1 || entries[0].Broken == nil {
				t.Errorf("listed as %+v, %v", entries, err)
			}
			if home, err = cache.Install(t.Context(), req); err != nil {
				t.Fatal(err)
			}
			checkDistribution(t, cache, home)
		})
	}
}

func TestVerifyFindsChangedBytes(t *testing.T) {
	t.Parallel()
	cache := &Cache{Dir: t.TempDir()}
	home, err := cache.Install(t.Context(), Request{Source: Directory{disttest.Tree(t, version)}})
	if err != nil {
		t.Fatal(err)
	}
	jar := filepath.Join(home.Dir, "lib", "flink-table-runtime-2.2.1.jar")
	if err := os.WriteFile(jar, []byte("RUNTIME"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, ok := cache.Installed(version); !ok {
		t.Error("the quick check reads bytes: it should compare sizes only")
	}
	if err := cache.Verify(t.Context(), version); err == nil || !strings.Contains(err.Error(), "flink-table-runtime") {
		t.Errorf("verifying gives %v", err)
	}
}

// TestKilled kills an installing process at the beginning of each step and installs again.
func TestKilled(t *testing.T) {
	path := fakePath(t, "python3", "mvn")
	t.Setenv("PATH", path)
	for _, step := range []Step{StepDownload, StepGateway, StepUnpack, StepRecord, StepPublish} {
		t.Run(string(step), func(t *testing.T) {
			cache := &Cache{Dir: t.TempDir()}
			victim := installation{Cache: cache.Dir, Version: version, DieAt: step}.process(t)
			if out, err := victim.CombinedOutput(); err == nil || strings.Contains(string(out), "home ") {
				t.Fatalf("it was to be killed: %v\n%s", err, out)
			}
			if entries, err := cache.List(); err != nil || len(entries) != 0 {
				t.Errorf("the killed process shows %+v, %v", entries, err)
			}
			home, err := cache.Install(t.Context(), Request{Version: version, Source: Registries{}})
			if err != nil {
				t.Fatal(err)
			}
			checkDistribution(t, cache, home)
			if left := leftovers(t, cache.Dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestKilledWhileReplacing starts from what a process leaves that dies between moving a broken distribution away and
// moving the new one to its place.
func TestKilledWhileReplacing(t *testing.T) {
	t.Parallel()
	cache := &Cache{Dir: t.TempDir()}
	for _, left := range []string{".old-2.2.1-4711/lib", ".new-123/tree/lib", ".new-123/work"} {
		if err := os.MkdirAll(filepath.Join(cache.Dir, "flink", left), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	home, err := cache.Install(t.Context(), Request{Version: version, Source: Directory{disttest.Tree(t, version)}})
	if err != nil {
		t.Fatal(err)
	}
	checkDistribution(t, cache, home)
	if left := leftovers(t, cache.Dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestTwoProcesses lets a second process ask while the first is at work: it waits, says for whom, and gets the same.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	cache := &Cache{Dir: t.TempDir()}
	tree := disttest.Tree(t, version)
	first := installation{Cache: cache.Dir, Version: version, From: tree, WaitAt: StepUnpack}.process(t)
	goOn, err := first.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "step unpack" {
		t.Logf("first: %s", lines.Text())
	}

	var steps []Step
	var waitedFor string
	home, err := cache.Install(t.Context(), Request{Version: version, Source: Directory{tree}, Events: func(e Event) {
		steps = append(steps, e.Step)
		if e.Step == StepWait {
			waitedFor = e.Detail
			_ = goOn.Close()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(out)
	for lines.Scan() {
		rest = append(rest, lines.Text()...)
	}
	if err := first.Wait(); err != nil {
		t.Errorf("the first process: %v\n%s", err, rest)
	}
	if diff := cmp.Diff([]Step{StepWait}, steps); diff != "" {
		t.Errorf("steps of the second process (-want +got):\n%s", diff)
	}
	if !strings.Contains(waitedFor, "which installs Flink 2.2.1") {
		t.Errorf("it waited for %q", waitedFor)
	}
	checkDistribution(t, cache, home)
}

// TestWaitingEnds gives up waiting for another process when the context ends.
func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	cache := &Cache{Dir: t.TempDir()}
	held, err := cache.acquire(t.Context(), "which holds", func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := held(); err != nil {
			t.Error(err)
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	_, err = cache.Install(ctx, Request{Version: version, Source: Registries{}, Events: func(Event) { cancel() }})
	if fault.KindOf(err) != fault.Interrupted {
		t.Errorf("got %v", err)
	}
}

// TestInPlace takes over a distribution without copying it and forgets it without deleting it.
func TestInPlace(t *testing.T) {
	t.Parallel()
	cache, tree := &Cache{Dir: t.TempDir()}, disttest.Tree(t, version)
	tree, err := filepath.EvalSymlinks(tree)
	if err != nil {
		t.Fatal(err)
	}
	home, err := cache.Install(t.Context(), Request{Source: InPlace{tree}})
	if err != nil || home.Dir != tree {
		t.Fatalf("got %+v, %v", home, err)
	}
	r, _ := release.Of(release.V2_2)
	if found, err := cache.Find(r, "", none); err != nil || found.Dir != tree {
		t.Errorf("found %+v, %v", found, err)
	}
	if err := cache.Remove(t.Context(), version, func(string) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(tree); err != nil {
		t.Errorf("the distribution itself: %v", err)
	}
	if _, err := cache.Find(r, "", none); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after removal: %v", err)
	}
}
