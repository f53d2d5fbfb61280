package dist

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// entry is one entry of a test's archive.
type entry struct {
	name string
	kind byte // of tar; 0 is a file
	text string
	link string
	mode int64
}

func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	gz := gzip.NewWriter(&out)
	tw := tar.NewWriter(gz)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.link, Mode: max(e.mode, 0o600), Size: int64(len(e.text)), Format: tar.FormatPAX}
		if e.kind == 0 {
			header.Typeflag = tar.TypeReg
		}
		if err := tw.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.kind == tar.TypeSymlink {
			header.SetMode(fs.ModeSymlink | 0o777)
		}
		w, err := zw.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unpackBytes unpacks into target, which is inside an otherwise empty folder, and returns every file of that folder.
func unpackBytes(t testing.TB, archive []byte, place placement) (map[string]string, error) {
	t.Helper()
	dir := t.TempDir()
	path, target := filepath.Join(t.TempDir(), "archive"), filepath.Join(dir, "target")
	if err := os.WriteFile(path, archive, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(target, 0o755); err != nil {
		t.Fatal(err)
	}
	unpackErr := unpack(t.Context(), path, target, place, func(int64) {})
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(target, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, unpackErr
}

func everything(name string) string { return name }

func TestUnpack(t *testing.T) {
	t.Parallel()
	entries := []entry{
		{name: "top/", kind: tar.TypeDir}, {name: "top/bin/flink", text: "#!"}, {name: "./top/lib/a.jar", text: "jar"},
		{name: "top/README", text: "no"}, {name: "top/examples/x.jar", text: "no"},
	}
	want := map[string]string{"bin/flink": "#!", "lib/a.jar": "jar"}
	zipped := zipOf(t, append([]entry{{name: "top/bin/flink", text: "#!"}}, entries[2:]...)...)
	for name, archive := range map[string][]byte{"tar": tarOf(t, entries...), "zip": zipped} {
		got, err := unpackBytes(t, archive, below("top", "bin", "lib"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	t.Parallel()
	big := tarOf(t, entry{name: "a", text: strings.Repeat("x", 1000)})
	for name, tc := range map[string]struct {
		archive []byte
		want    string
	}{
		"parent":            {tarOf(t, entry{name: "../x"}), "outside of itself"},
		"parent inside":     {tarOf(t, entry{name: "a/../../x"}), "outside of itself"},
		"absolute":          {tarOf(t, entry{name: "/etc/x"}), "outside of itself"},
		"drive":             {zipOf(t, entry{name: "C:/x"}), "outside of itself"},
		"backslash":         {zipOf(t, entry{name: `..\x`}), "outside of itself"},
		"parent in a zip":   {zipOf(t, entry{name: "a/../../x"}), "outside of itself"},
		"soft link":         {tarOf(t, entry{name: "a", kind: tar.TypeSymlink, link: "/etc"}), "neither a file nor a folder"},
		"soft link, zipped": {zipOf(t, entry{name: "a", kind: tar.TypeSymlink, text: "/etc"}), "neither a file nor a folder"},
		"hard link":         {tarOf(t, entry{name: "a", kind: tar.TypeLink, link: "b"}), "neither a file nor a folder"},
		"device":            {tarOf(t, entry{name: "a", kind: tar.TypeChar}), "neither a file nor a folder"},
		"twice":             {tarOf(t, entry{name: "a"}, entry{name: "a"}), "file exists"},
		"file as a folder":  {tarOf(t, entry{name: "a"}, entry{name: "a/b"}), "a"},
		"cut short":         {big[:len(big)-20], "unexpected EOF"},
		"changed byte":      {append(bytes.Clone(big[:len(big)-6]), 1, 2, 3, 4, 5, 6), "checksum"},
		"text":              {[]byte("<html>not found</html>"), "neither a .tar.gz nor a .zip"},
		"empty":             {nil, "first bytes"},
		"only a zip's head": {[]byte("PK\x03\x04"), "not a valid zip file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, err := unpackBytes(t, tc.archive, everything)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			for path := range files {
				if strings.HasPrefix(path, "..") {
					t.Errorf("a file was written outside: %s", path)
				}
			}
		})
	}
}

func TestUnpackStops(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.tgz")
	if err := os.WriteFile(path, tarOf(t, entry{name: "a", text: "x"}), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := unpack(ctx, path, t.TempDir(), everything, func(int64) {}); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("got %v", err)
	}
}

func TestBelow(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		prefix, name, want string
	}{
		{"pyflink", "pyflink/bin/flink", "bin/flink"},
		{"pyflink", "pyflink/binary/flink", ""},
		{"pyflink", "pyflink/conf/x", ""},
		{"pyflink", "other/bin/flink", ""},
		{"pyflink", "pyflink", ""},
		{"*/deps", "apache-flink-libraries-1.20.3/deps/bin/a", "bin/a"},
		{"*/deps", "deps/bin/a", ""},
		{"*/deps", "x/y/deps/bin/a", ""},
	} {
		if got := below(tc.prefix, "bin", "lib")(tc.name); got != tc.want {
			t.Errorf("below(%q)(%q) = %q, want %q", tc.prefix, tc.name, got, tc.want)
		}
	}
}

// FuzzCheckName holds that no name leads out of the target.
func FuzzCheckName(f *testing.F) {
	for _, name := range []string{"a/b", "../x", "a/../../x", "/x", `..\x`, "C:x", "a//b", ".", "a/.", "NUL", "con.txt", "a\x00b", "./a"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		clean, err := checkName(name)
		if err != nil {
			return
		}
		if joined := filepath.Join("/t", clean); joined != "/t" && !strings.HasPrefix(joined, "/t/") || strings.Contains(clean, `\`) {
			t.Fatalf("%q leads to %q", name, joined)
		}
	})
}

// FuzzUnpack holds that no archive makes unpack panic or write outside of its target.
func FuzzUnpack(f *testing.F) {
	f.Add(tarOf(f, entry{name: "a/b", text: "x"}))
	f.Add(tarOf(f, entry{name: "../b", text: "x"}))
	f.Add(zipOf(f, entry{name: "a/b", text: "x"}, entry{name: "../c", text: "y"}))
	f.Fuzz(func(t *testing.T, archive []byte) {
		if len(archive) > 10<<10 {
			return
		}
		files, _ := unpackBytes(t, archive, everything)
		for path := range files {
			if !filepath.IsLocal(path) {
				t.Fatalf("a file was written outside: %s", path)
			}
		}
	})
}
