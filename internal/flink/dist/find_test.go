package dist

import (
	"crypto/sha512"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/dist/disttest"
	"github.com/autostream/autostream/internal/flink/release"
)

func sha512Of(content []byte) string {
	sum := sha512.Sum512(content)
	return hex.EncodeToString(sum[:])
}

func TestFind(t *testing.T) {
	t.Parallel()
	cache := &Cache{Dir: t.TempDir()}
	for _, v := range []string{"2.2.0", "1.20.3"} {
		if _, err := cache.Install(t.Context(), Request{Source: Directory{disttest.Tree(t, v)}}); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := disttest.Tree(t, "1.20.1")
	env := func(name string) string { return map[string]string{"FLINK_HOME": elsewhere}[name] }
	for _, tc := range []struct {
		name, want, home string
		getenv           func(string) string
		version          string // found
		err              string
	}{
		{name: "exact", want: "1.20.3", getenv: none, version: "1.20.3"},
		{name: "FLINK_HOME of the line comes first", want: "1.20", getenv: env, version: "1.20.1"},
		{name: "FLINK_HOME of another line is left alone", want: "2.2", getenv: env, version: "2.2.0"},
		{name: "another patch of the line will do", want: "2.2", getenv: none, version: "2.2.0"},
		{name: "unless one was asked for", want: "2.2.7", getenv: none, err: "Flink 2.2.7 is not installed"},
		{name: "named", want: "1.20", home: elsewhere, getenv: none, version: "1.20.1"},
		{name: "named, of another line", want: "2.2", home: elsewhere, getenv: none, err: "is Flink 1.20.1, but 2.2 is wanted"},
		{name: "named, but not there", want: "2.2", home: filepath.Join(elsewhere, "x"), getenv: none, err: "is not a Flink distribution"},
		{name: "not there", want: "2.0", getenv: none, err: "Flink 2.0.0 is not installed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			want, err := release.Parse(tc.want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := cache.Find(want, tc.home, tc.getenv)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) || fault.FixOf(err) == "" {
					t.Errorf("got %v, fix %q; want %q", err, fault.FixOf(err), tc.err)
				}
				return
			}
			if err != nil || got.Release.Version != tc.version {
				t.Errorf("got %+v, %v; want %s", got, err, tc.version)
			}
		})
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	cache := &Cache{Dir: t.TempDir()}
	home, err := cache.Install(t.Context(), Request{Source: Directory{disttest.Tree(t, version)}})
	if err != nil {
		t.Fatal(err)
	}
	remove := func() error { return cache.Remove(t.Context(), version, func(string) {}) }

	release, err := cache.Use(home.Dir, version, os.Getpid(), "/home/me/traffic")
	if err != nil {
		t.Fatal(err)
	}
	if err := remove(); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "/home/me/traffic") {
		t.Errorf("in use: %v", err)
	}
	if entries, err := cache.List(); err != nil || len(entries[0].Users) != 1 || entries[0].Users[0].PID != os.Getpid() {
		t.Errorf("listed as %+v, %v", entries, err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}

	// A process that died without letting go does not count, nor does another one that got its id.
	dead := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := cache.Use(home.Dir, version, dead.Process.Pid, "/gone"); err != nil {
		t.Fatal(err)
	}
	record := filepath.Join(home.Dir+".users", strconv.Itoa(os.Getpid()))
	if err := os.WriteFile(record, []byte(`{"pid":`+strconv.Itoa(os.Getpid())+`,"started":"1"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(filepath.Join(cache.Dir, "flink")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := remove(); fault.KindOf(err) != fault.NotFound {
		t.Errorf("twice: %v", err)
	}
	if _, err := cache.Use(home.Dir, version, os.Getpid(), "/late"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("using what was removed: %v", err)
	}
}

func TestFetch(t *testing.T) {
	t.Setenv("PATH", fakePath(t, "mvn"))
	cache := &Cache{Dir: t.TempDir()}
	jars, ok := release.V2_2.Connector("kafka")
	if !ok {
		t.Fatal("no connector")
	}
	var started int
	for range 2 {
		paths, err := cache.Fetch(t.Context(), jars, func(release.Coordinates) { started++ })
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(paths[0]) != "flink-sql-connector-kafka-5.0.0-2.2.jar" || sizeOf(paths[0]) == 0 {
			t.Errorf("got %v", paths)
		}
	}
	if started != 1 {
		t.Errorf("downloaded %d times", started)
	}
	for _, bad := range []release.Coordinates{{Group: "../x", Artifact: "a", Version: "1"}, {Group: "g", Artifact: "a"}, {Group: "-Dx", Artifact: "a", Version: "1"}} {
		if _, err := cache.Fetch(t.Context(), []release.Coordinates{bad}, func(release.Coordinates) {}); fault.KindOf(err) != fault.Usage {
			t.Errorf("%v: %v", bad, err)
		}
	}
	missing := release.Coordinates{Group: "org.apache.flink", Artifact: "flink-x", Version: "1.99"}
	if _, err := cache.Fetch(t.Context(), []release.Coordinates{missing}, func(release.Coordinates) {}); err == nil || !strings.Contains(fault.FixOf(err), "Could not find artifact") {
		t.Errorf("a jar that is not there: %v, %q", err, fault.FixOf(err))
	}
}

func TestSHA512Of(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("0aF", 42) + "00"
	dir := t.TempDir()
	archive := filepath.Join(dir, "flink.tgz")
	for name, text := range map[string]string{"flink.tgz.sha512": strings.ToLower(sum) + "  flink.tgz\n", "empty": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct{ name, location, given, err string }{
		{name: "digits", location: archive, given: sum},
		{name: "file", location: "https://x.example/flink.tgz", given: archive + ".sha512"},
		{name: "beside", location: archive},
		{name: "unknown", location: "https://x.example/flink.tgz", err: "its SHA-512 is not known"},
		{name: "no such file", location: archive, given: "abc", err: "neither 128 hexadecimal digits nor a file"},
		{name: "empty file", location: archive, given: filepath.Join(dir, "empty"), err: "has no SHA-512 in it"},
	} {
		got, err := SHA512Of(tc.location, tc.given)
		if tc.err == "" && (err != nil || got != strings.ToLower(sum)) || tc.err != "" && (fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), tc.err)) {
			t.Errorf("%s: %q, %v", tc.name, got, err)
		}
	}
}
