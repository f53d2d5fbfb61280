package snapshot

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/dfs/local"
)

func TestNewest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if found, err := Newest(t.Context(), local.FS{}, filepath.Join(dir, "not-there"), CheckpointPrefix); err != nil || found.Dir != "" {
		t.Errorf("of a folder that is not there: %+v, %v", found, err)
	}
	taken := time.Now().Add(-time.Minute).Truncate(time.Second)
	for name, at := range map[string]time.Time{
		"chk-8/_metadata": taken.Add(-time.Hour), "chk-9/_metadata": taken, "chk-10/_metadata": taken, // in one second
		"chk-11/part": taken.Add(time.Second), "shared/_metadata": taken.Add(time.Second), "savepoint-1a-2b/_metadata": taken.Add(time.Second),
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Time{}, at); err != nil {
			t.Fatal(err)
		}
	}
	for prefix, want := range map[string]string{CheckpointPrefix: "chk-10", SavepointPrefix: "savepoint-1a-2b"} {
		found, err := Newest(t.Context(), local.FS{}, filepath.ToSlash(dir), prefix)
		if err != nil || filepath.Base(found.Dir) != want || found.Taken.IsZero() {
			t.Errorf("newest %s*: %+v, %v; want %s", prefix, found, err, want)
		}
	}
}
