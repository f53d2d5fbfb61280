package snapshot_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/local"
	"github.com/autostream/autostream/internal/flink/snapshot"
)

// named is the local file system under another name.
type named struct {
	local.FS
	name string
}

func (n named) URI(path string) string { return n.name + path }

func TestCarry(t *testing.T) {
	t.Parallel()
	root := filepath.ToSlash(t.TempDir())
	one, two := named{name: "hdfs://one"}, named{name: "hdfs://two"}
	put := func(name, text string) {
		t.Helper()
		if err := one.Create(t.Context(), root+"/"+name, strings.NewReader(text), dfs.Attributes{Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
	}
	metadata := file(int32(4), int64(7), int32(0), int32(2),
		int64(1), int64(2), int32(1), int32(128), int8(6), "here", int64(3), int32(0),
		int64(3), int64(4), int32(1), int32(128), int8(2), int64(5), "hdfs://one"+root+"/shared/elsewhere", int32(0))
	put("chk-7/_metadata", string(metadata)+"and properties")
	put("chk-7/here", "123")
	carry := func() error {
		_, err := snapshot.Carry(t.Context(), one, root+"/chk-7", two, root+"/moved", func(int, int) {})
		return err
	}
	if err := carry(); fault.KindOf(err) != fault.NotFound {
		t.Fatalf("with a file missing: %v", err)
	}
	if _, err := two.Stat(t.Context(), root+"/moved/_metadata"); fault.KindOf(err) != fault.NotFound {
		t.Fatalf("an incomplete copy has its metadata: %v", err)
	}
	put("shared/elsewhere", "12345")
	for range 2 { // the second finds all of it
		if err := carry(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := snapshot.Load(t.Context(), two, root+"/moved")
	if err != nil {
		t.Fatal(err)
	}
	missing, err := s.Missing(t.Context(), two, root+"/moved")
	files := s.Files()
	if err != nil || len(missing) > 0 || len(files) != 2 || !strings.HasPrefix(files[1].Path, "hdfs://two"+root+"/moved/") {
		t.Errorf("files %+v, missing %+v, %v", files, missing, err)
	}
	text, err := dfs.ReadFile(t.Context(), two, root+"/moved/_metadata", 1<<20)
	if err != nil || !bytes.HasSuffix(text, []byte("and properties")) {
		t.Errorf("the properties at the end are lost: %v", err)
	}
}
