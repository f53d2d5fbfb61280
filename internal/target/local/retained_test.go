package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

func TestLatestCheckpoint(t *testing.T) {
	t.Parallel()
	local := New(Options{Name: "local", State: filepath.Join(t.TempDir(), "a project"), Line: release.V2_2}) // blanks must not hurt
	id := target.NewJobID()
	if _, err := local.LatestCheckpoint(t.Context(), id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a job that left nothing: %v", err)
	}
	jobs := local.folder.shared("checkpoints")
	for name, age := range map[string]time.Duration{"chk-9/_metadata": time.Hour, "chk-10/_metadata": time.Minute, "chk-11/part": 0, "shared/_metadata": 0} {
		file := filepath.Join(jobs, string(id), name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := local.LatestCheckpoint(t.Context(), id)
	if err != nil || !strings.HasSuffix(got.Path, "/a project/checkpoints/"+string(id)+"/chk-10") {
		t.Errorf("LatestCheckpoint = %+v, %v; want chk-10, the newest that is complete", got, err)
	}
}
