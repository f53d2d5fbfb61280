package snapshot_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/snapshot"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The files were written by Flink 1.20.3 (v4), 2.2.1 (v6) and the other releases by their names, for a GROUP BY over a
// datagen table; what each was configured with is its name.
func TestRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*._metadata"))
	if err != nil || len(files) < 5 {
		t.Fatalf("files: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := snapshot.Read(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, "_metadata") + "golden"
			if *update {
				if err := os.WriteFile(golden, []byte(describe(s)), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), describe(s)); diff != "" {
				t.Errorf("differs (-want +got):\n%s", diff)
			}
			// Cut anywhere before the properties at its end, the file is broken, and says so.
			properties := bytes.Index(text, []byte{0xac, 0xed, 0x00, 0x05}) // Java's stream magic
			if properties < 0 {
				t.Fatal("no properties")
			}
			for n := range properties {
				if _, err := snapshot.Read(bytes.NewReader(text[:n])); err == nil {
					t.Fatalf("the first %d of %d bytes are read without an error", n, properties)
				}
			}
		})
	}
}

func describe(s snapshot.Snapshot) string {
	var b strings.Builder
	fmt.Fprintf(&b, "version %d, checkpoint %d, %+v\n", s.Version, s.CheckpointID, s.Size())
	for _, o := range s.Operators {
		fmt.Fprintf(&b, "%s %q uid %q, parallelism %d of %d, %d subtasks with state, finished %v, %+v\n",
			o.ID, o.Name, o.UID, o.Parallelism, o.MaxParallelism, o.Subtasks, o.Finished, o.Size)
	}
	for _, f := range s.Files() {
		fmt.Fprintf(&b, "%+v\n", f)
	}
	return b.String()
}

// file builds a _metadata file as Java's DataOutputStream writes it: integers of the width they have here, strings with
// a length of two bytes.
func file(parts ...any) []byte {
	out := []byte{0x49, 0x60, 0x67, 0x2d}
	for _, p := range parts {
		if s, ok := p.(string); ok {
			out = binary.BigEndian.AppendUint16(out, uint16(len(s)))
			out = append(out, s...)
			continue
		}
		out, _ = binary.Append(out, binary.BigEndian, p)
	}
	return out
}

func TestOddities(t *testing.T) {
	t.Parallel()
	version := func(v int32) []any { return []any{v, int64(7), int32(0), int32(1)} }
	head := []any{"name", "uid \xed\xa0\xbd\xed\xb8\x80\xc0\x80", int64(1), int64(2), int32(4), int32(128)}
	for _, test := range []struct {
		name string
		text []byte
		want string // the operator, or the error behind "error: "
	}{
		{"an operator that had ended", file(append(append(version(6), head...), int8(0), int32(-1))...),
			"{ID:00000000000000010000000000000002 Name:name UID:uid 😀\x00 Parallelism:4 MaxParallelism:128 Finished:true}"},
		{"a subtask that had ended", file(append(append(version(5), head...), int8(0), int32(1), int32(-3))...),
			"{ID:00000000000000010000000000000002 Name:name UID:uid 😀\x00 Parallelism:4 MaxParallelism:128 Finished:false}"},
		{"another magic number", []byte("PK\x03\x04 a jar"), "error: no metadata of a savepoint or checkpoint: it does not begin with 4960672d"},
		{"an empty file", nil, "error: no metadata of a savepoint or checkpoint: it does not begin with 4960672d"},
		{"a version of the past", file(int32(2)), "error: metadata of version 2: only 3 to 6 can be read"},
		{"a version of the future", file(int32(7)), "error: metadata of version 7: only 3 to 6 can be read"},
		{"a kind of handle of the future", file(append(append(version(6), head...), int8(99))...), "a stream of kind 99 is not known"},
		{"a count below zero", file(int32(6), int64(7), int32(-5)), "a count of -5"},
		{"a count of more than there is", file(int32(6), int64(7), int32(0), int32(0x7fffffff)), "the file ends too early"},
		{"a state of more than there is", file(append(append(version(6), head...), int8(1), "x", int32(0x7fffffff))...), "the file ends too early"},
		{"a size below zero", file(append(append(version(6), head...), int8(2), int64(-1), "x")...), "a size of -1 bytes"},
		{"handles without an end", file(append(append(version(6), head...), bytes.Repeat([]byte{3, 0, 0, 0, 0, 0, 0, 0, 0}, 99))...), "handles nest deeper than 16"},
		{"a master state of its own", file(int32(6), int64(7), int32(1), int32(5)), "does not begin with its magic number"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := snapshot.Read(bytes.NewReader(test.text))
			if err != nil {
				if want := strings.TrimPrefix(test.want, "error: "); !strings.Contains(err.Error(), want) {
					t.Errorf("error %q, want one with %q", err, want)
				}
				return
			}
			o := s.Operators[0]
			got := fmt.Sprintf("{ID:%s Name:%s UID:%s Parallelism:%d MaxParallelism:%d Finished:%v}", o.ID, o.Name, o.UID, o.Parallelism, o.MaxParallelism, o.Finished)
			if got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a project", "savepoint-1")
	text, err := os.ReadFile(filepath.Join("testdata", "v6-hashmap._metadata"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, snapshot.FileName), text, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, "file:" + filepath.ToSlash(dir), "file://" + filepath.ToSlash(dir), filepath.Join(dir, snapshot.FileName)} {
		if s, err := snapshot.Open(path); err != nil || len(s.Operators) != 4 {
			t.Errorf("Open(%s): %d operators, %v", path, len(s.Operators), err)
		}
	}
	for path, want := range map[string]string{
		"file:/a b": "/a b", "file:///a%20b": "/a%20b", "/a:b": "/a:b", "a/b": "a/b", `C:\\a`: `C:\\a`, "file:/C:/a": "C:/a",
		"hdfs://nn1/a": "", "s3:/a": "",
	} {
		if got, ok := snapshot.LocalPath(path); filepath.ToSlash(got) != filepath.ToSlash(want) || ok != (want != "") {
			t.Errorf("LocalPath(%q) = %q, %v, want %q", path, got, ok, want)
		}
	}
	if _, err := snapshot.Open(dir + "x"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := snapshot.Open("hdfs://nn1/savepoints/savepoint-1"); err == nil || !strings.Contains(err.Error(), "not on this machine") {
		t.Errorf("another file system: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*._metadata"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text[:min(len(text), 8<<10)])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 10<<10 {
			return
		}
		s, err := snapshot.Read(bytes.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error has several lines: %q", err)
			}
			return
		}
		for _, o := range s.Operators {
			if len(o.ID) != 32 || o.Size.Operator < 0 || o.Size.Keyed < 0 {
				t.Errorf("operator %+v", o)
			}
		}
		s.Files()
	})
}
