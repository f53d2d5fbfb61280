package snapshot_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/local"
	"github.com/autostream/autostream/internal/flink/snapshot"
)

// A file that is rewritten with its own paths is the same to the byte; with others, it is the same but for those.
func TestRewrite(t *testing.T) {
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
			var same, moved, back bytes.Buffer
			if err := snapshot.Rewrite(&same, bytes.NewReader(text), func(path string) string { return path }); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(same.Bytes(), text) {
				t.Error("rewritten with its own paths, the file differs")
			}
			const to = "hdfs://elsewhere:8020/a/数据/😀"
			err = snapshot.Rewrite(&moved, bytes.NewReader(text), func(path string) string { return to + path })
			if err != nil {
				t.Fatal(err)
			}
			before, after := mustRead(t, text), mustRead(t, moved.Bytes())
			for i := range before.Operators {
				for j, f := range before.Operators[i].Files {
					if !f.Relative {
						before.Operators[i].Files[j].Path = to + f.Path
					}
				}
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("what was read before and after differs:\n%s", diff)
			}
			err = snapshot.Rewrite(&back, &moved, func(path string) string { return strings.TrimPrefix(path, to) })
			if err != nil || !bytes.Equal(back.Bytes(), text) {
				t.Errorf("moved there and back, the file differs: %v", err)
			}
		})
	}
}

func mustRead(t *testing.T, text []byte) snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := filepath.ToSlash(t.TempDir())
	var f local.FS
	if _, err := snapshot.Load(t.Context(), f, dir); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an empty folder: %v", err)
	}
	put := func(name string, text []byte) {
		if err := f.Create(t.Context(), dir+"/"+name, bytes.NewReader(text), dfs.Attributes{Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
	}
	put(snapshot.FileName, file(int32(4), int64(7), int32(0), int32(1),
		int64(1), int64(2), int32(1), int32(128), int8(6), "here", int64(3), int32(0)))
	s, err := snapshot.Load(t.Context(), f, dir)
	if err != nil || len(s.Files()) != 1 {
		t.Fatalf("Load = %+v, %v", s, err)
	}
	for _, step := range []struct {
		text string
		want int
	}{{"", 1}, {"12", 1}, {"123", 0}} {
		if step.text != "" {
			if err := f.Delete(t.Context(), dir+"/here"); err != nil {
				t.Fatal(err)
			}
			put("here", []byte(step.text))
		}
		missing, err := s.Missing(t.Context(), f, dir)
		if err != nil || len(missing) != step.want {
			t.Errorf("with %q: missing %v, %v; want %d", step.text, missing, err, step.want)
		}
	}
}

// big is the _metadata of an incremental checkpoint with very many files: 100 subtasks of one operator with as many
// shared files each.
func big(files int) []byte {
	const subtasks = 100
	parts := []any{int32(4), int64(7), int32(0), int32(1), int64(1), int64(2), int32(subtasks), int32(subtasks), int8(0), int32(subtasks)}
	n := 0
	name := func() string {
		n++
		return fmt.Sprintf("hdfs://nameservice/flink/checkpoints/0123456789abcdef0123456789abcdef/shared/%08x-4b9a-4c59-8d2f-%012x", n, n)
	}
	for i := range int32(subtasks) {
		parts = append(parts, i, int32(0), int32(0), // no operator state
			int8(5), int64(7), "0123456789abcdef", i, int32(1), // incremental: checkpoint, backend, key groups
			int8(2), int64(1000), name(), int32(files/subtasks-1)) // its own metadata; shared
		for range files/subtasks - 1 {
			parts = append(parts, "000123.sst", int8(2), int64(64<<20), name())
		}
		parts = append(parts, int32(0), int8(0), int32(0), int32(0)) // private; raw keyed, channels
	}
	return append(file(parts...), 0xac, 0xed, 0, 5)
}

// BenchmarkRead100000Files says how long it takes and how much is allocated to read the metadata of 100,000 files.
func BenchmarkRead100000Files(b *testing.B) {
	text := big(100_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := snapshot.Read(bytes.NewReader(text))
		if err != nil || len(s.Files()) != 100_000 {
			b.Fatalf("%d files, %v", len(s.Files()), err)
		}
	}
}
