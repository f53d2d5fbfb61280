// Package dfstest turns the promises of package dfs into tests that take any FS. Every driver calls Run from a short test.
package dfstest

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// Config is what the suite needs to know about the file system under test.
type Config struct {
	FS  dfs.FS
	Dir string // a folder for the suite alone, which it may fill
	// Objects says that it is an object store, whose files have no attributes.
	Objects bool
}

// Run checks every promise.
func Run(t *testing.T, c Config) {
	t.Helper()
	s := &suite{c}
	t.Run("create", s.create)
	t.Run("open", s.open)
	t.Run("stat and list", s.look)
	t.Run("mkdir", s.mkdir)
	if f, ok := c.FS.(dfs.Renaming); ok {
		t.Run("rename", func(t *testing.T) { s.rename(t, f) })
	}
	t.Run("delete", s.delete)
	t.Run("checksum", s.checksum)
	t.Run("URI", s.uri)
}

type suite struct{ Config }

var plain = dfs.Attributes{Mode: 0o644}

// at is a path of the suite.
func (s *suite) at(parts ...string) string { return path.Join(append([]string{s.Dir}, parts...)...) }

// put makes a file that is not there yet.
func (s *suite) put(t *testing.T, name, text string) {
	t.Helper()
	if err := s.FS.Create(t.Context(), name, strings.NewReader(text), plain); err != nil {
		t.Fatalf("Create %s: %v", name, err)
	}
}

func (s *suite) read(t *testing.T, name string, r dfs.Range) string {
	t.Helper()
	f, err := s.FS.Open(t.Context(), name, r)
	if err != nil {
		t.Fatalf("Open %s: %v", name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatalf("reading %s: %v", name, err)
	}
	return string(text)
}

func (s *suite) open(t *testing.T) {
	s.put(t, s.at("open/file"), "0123456789")
	for _, test := range []struct {
		part dfs.Range
		want string
	}{
		{dfs.Range{}, "0123456789"},
		{dfs.Range{Offset: 7}, "789"},
		{dfs.Range{Offset: 2, Length: 3}, "234"},
		{dfs.Range{Offset: 8, Length: 30}, "89"},
		{dfs.Range{Length: 1}, "0"},
	} {
		if got := s.read(t, s.at("open/file"), test.part); got != test.want {
			t.Errorf("Open %+v read %q, want %q", test.part, got, test.want)
		}
	}
	_, err := s.FS.Open(t.Context(), s.at("open/none"), dfs.Range{})
	wantKind(t, err, fault.NotFound)
	big := bytes.Repeat([]byte("0123456789abcdef"), 5<<18) // 20 MB
	if err := s.FS.Create(t.Context(), s.at("open/big"), bytes.NewReader(big), plain); err != nil {
		t.Fatal(err)
	}
	if got := s.read(t, s.at("open/big"), dfs.Range{}); got != string(big) {
		t.Errorf("read %d bytes back that differ from the %d written", len(got), len(big))
	}
	if text, err := dfs.ReadFile(t.Context(), s.FS, s.at("open/file"), 10); err != nil || string(text) != "0123456789" {
		t.Errorf("ReadFile = %q, %v", text, err)
	}
	_, err = dfs.ReadFile(t.Context(), s.FS, s.at("open/file"), 9)
	wantKind(t, err, fault.Failed)
}

func (s *suite) look(t *testing.T) {
	before := time.Now().Add(-time.Hour)
	s.put(t, s.at("look/b"), "12345")
	s.put(t, s.at("look/a/inside"), "")
	s.put(t, s.at("look/c d"), "")
	if e := s.stat(t, s.at("look/b")); e.Path != s.at("look/b") || e.Name() != "b" || e.Size != 5 || e.Dir || e.Modified.Before(before) {
		t.Errorf("Stat = %+v", e)
	}
	if e := s.stat(t, s.at("look")); !e.Dir || e.Size != 0 {
		t.Errorf("Stat of a folder = %+v", e)
	}
	if diff := cmp.Diff([]string{"a", "b", "c d"}, s.list(t, s.at("look"))); diff != "" {
		t.Errorf("List differs (-want +got):\n%s", diff)
	}
	all, err := s.FS.List(t.Context(), s.at("look"))
	if err != nil || !all[0].Dir || all[1] != s.stat(t, s.at("look/b")) {
		t.Errorf("List = %+v, %v; want entries as Stat gives them", all, err)
	}
	if all := s.list(t, s.at("look/b")); len(all) != 0 {
		t.Errorf("List of a file = %v", all)
	}
	_, err = s.FS.Stat(t.Context(), s.at("look/none"))
	wantKind(t, err, fault.NotFound)
	_, err = s.FS.List(t.Context(), s.at("look/none"))
	wantKind(t, err, fault.NotFound)
}

func (s *suite) mkdir(t *testing.T) {
	for _, mode := range []fs.FileMode{0o700, 0o755} { // the second finds it there
		if err := s.FS.Mkdir(t.Context(), s.at("mkdir/a/b"), mode); err != nil {
			t.Fatalf("Mkdir: %v", err)
		}
		if e := s.stat(t, s.at("mkdir/a/b")); !e.Dir || !s.Objects && e.Mode != 0o700 {
			t.Errorf("Mkdir made %+v", e)
		}
	}
	s.put(t, s.at("mkdir/file"), "")
	wantKind(t, s.FS.Mkdir(t.Context(), s.at("mkdir/file"), 0o755), fault.Conflict)
}

func (s *suite) rename(t *testing.T, f dfs.Renaming) {
	s.put(t, s.at("rename/from"), "text")
	before := s.stat(t, s.at("rename/from"))
	if err := f.Rename(t.Context(), s.at("rename/from"), s.at("rename/to")); err != nil {
		t.Fatalf("Rename: %v", err)
	}
	after := s.stat(t, s.at("rename/to"))
	if after.Size != before.Size || !after.Modified.Equal(before.Modified) {
		t.Errorf("renamed %+v to %+v", before, after)
	}
	wantKind(t, f.Rename(t.Context(), s.at("rename/from"), s.at("rename/other")), fault.NotFound)
	s.put(t, s.at("rename/from"), "second")
	wantKind(t, f.Rename(t.Context(), s.at("rename/from"), s.at("rename/to")), fault.Conflict)
	if got := s.read(t, s.at("rename/to"), dfs.Range{}); got != "text" {
		t.Errorf("the file in the way holds %q", got)
	}
	wantKind(t, f.Rename(t.Context(), s.at("rename/from"), s.at("rename/none/x")), fault.NotFound)
	s.put(t, s.at("rename/dir/x"), "x")
	s.put(t, s.at("rename/full/y"), "y")
	wantKind(t, f.Rename(t.Context(), s.at("rename/dir"), s.at("rename/full")), fault.Conflict)
	if err := f.Rename(t.Context(), s.at("rename/dir"), s.at("rename/new")); err != nil {
		t.Fatalf("Rename of a folder: %v", err)
	}
	if got := s.read(t, s.at("rename/new/x"), dfs.Range{}); got != "x" {
		t.Errorf("the file in the renamed folder holds %q", got)
	}
}

func (s *suite) delete(t *testing.T) {
	s.put(t, s.at("delete/dir/a"), "")
	s.put(t, s.at("delete/file"), "")
	for _, name := range []string{"delete/dir", "delete/file"} {
		for range 2 {
			if err := s.FS.Delete(t.Context(), s.at(name)); err != nil {
				t.Fatalf("Delete %s: %v", name, err)
			}
		}
		_, err := s.FS.Stat(t.Context(), s.at(name))
		wantKind(t, err, fault.NotFound)
	}
}

func (s *suite) checksum(t *testing.T) {
	long := strings.Repeat("0123456789", 100_000)
	sums := map[string]dfs.Checksum{}
	for name, text := range map[string]string{"a": long, "same": long, "other": long[1:] + "x", "short": "x"} {
		s.put(t, s.at("checksum", name), text)
		sum, err := s.FS.Checksum(t.Context(), s.at("checksum", name))
		if err != nil || sum.Algorithm == "" || sum.Value == "" {
			t.Fatalf("Checksum = %+v, %v", sum, err)
		}
		sums[name] = sum
	}
	if sums["a"] != sums["same"] || sums["a"] == sums["other"] || sums["a"] == sums["short"] {
		t.Errorf("checksums = %v", sums)
	}
	_, err := s.FS.Checksum(t.Context(), s.at("checksum/none"))
	wantKind(t, err, fault.NotFound)
}

func (s *suite) uri(t *testing.T) {
	l, err := dfs.ParseLocation(s.FS.URI(s.at("a b")))
	if err != nil || l.Path != s.at("a b") || l.Scheme == "" {
		t.Errorf("URI %s reads back as %+v, %v", s.FS.URI(s.at("a b")), l, err)
	}
}

func (s *suite) stat(t *testing.T, name string) dfs.Entry {
	t.Helper()
	e, err := s.FS.Stat(t.Context(), name)
	if err != nil {
		t.Fatalf("Stat: %v", err)
	}
	return e
}

func (s *suite) list(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := s.FS.List(t.Context(), dir)
	if err != nil {
		t.Fatalf("List: %v", err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func wantKind(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of kind %s", want)
	}
	if got := fault.KindOf(err); got != want {
		t.Fatalf("error of kind %s, want %s: %v", got, want, err)
	}
}
