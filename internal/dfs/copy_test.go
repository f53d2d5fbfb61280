package dfs_test

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/local"
)

func TestCopy(t *testing.T) {
	t.Parallel()
	dir := filepath.ToSlash(t.TempDir())
	var f local.FS
	put := func(name, text string) {
		if err := f.Create(t.Context(), path.Join(dir, name), strings.NewReader(text), dfs.Attributes{Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
	}
	put("a/one", "text")
	put("other", "next")
	for range 2 { // the second finds it there
		if err := dfs.Copy(t.Context(), f, dir+"/a/one", f, dir+"/b/one", dfs.Attributes{Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := dfs.ReadFile(t.Context(), f, dir+"/b/one", 10)
	if err != nil || string(text) != "text" {
		t.Errorf("the copy holds %q, %v", text, err)
	}
	if err := dfs.Copy(t.Context(), f, dir+"/a/one", f, dir+"/other", dfs.Attributes{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("copying over another file: %v", err)
	}
	if err := dfs.Copy(t.Context(), f, dir+"/none", f, dir+"/x", dfs.Attributes{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("copying nothing: %v", err)
	}
	var seen []string
	err = dfs.Walk(t.Context(), f, dir, func(e dfs.Entry) error {
		seen = append(seen, strings.TrimPrefix(e.Path, dir+"/"))
		return nil
	})
	if got := strings.Join(seen, " "); err != nil || got != "a/one b/one other" {
		t.Errorf("Walk saw %q, %v", got, err)
	}
}
