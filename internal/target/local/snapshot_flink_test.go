//go:build flink

package local_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/target"
)

// snapshots takes savepoints with every state backend and reads them without Flink: what they say must be on disk, to the
// byte, and nothing else.
func (m *misfortunes) snapshots(t *testing.T) {
	for name, options := range map[string]map[string]string{
		"hashmap": {"state.backend.type": "hashmap"},
		"rocksdb": {"state.backend.type": "rocksdb", "execution.checkpointing.incremental": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			job := m.job(t)
			for key, value := range options {
				job.Options[m.line.Key(key)] = value
			}
			// Everything into files; 1.20 takes the threshold from the job only when it takes the storage from it too.
			job.Options[m.line.Key("execution.checkpointing.data-inline-threshold")] = "0"
			job.Options[m.line.Key("execution.checkpointing.storage")] = "filesystem"
			if _, err := m.target.Submit(t.Context(), job); err != nil {
				t.Fatal(err)
			}
			m.runs(t, job.ID)
			for _, native := range []bool{false, true} {
				sp, err := m.target.Savepoint(t.Context(), job.ID, target.SavepointOptions{Trigger: target.NewTrigger(), Native: native})
				if err != nil {
					t.Fatal(err)
				}
				agrees(t, sp.Path)
			}
		})
	}
}

func agrees(t *testing.T, path string) {
	t.Helper()
	s, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := snapshot.LocalPath(path)
	onDisk := map[string]int64{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && e.Name() != snapshot.FileName {
			onDisk[e.Name()] = info.Size()
		}
	}
	for _, f := range s.Files() {
		name := f.Path
		if !f.Relative {
			name = filepath.Base(f.Path)
		}
		if size, ok := onDisk[name]; !ok || size != f.Size {
			t.Errorf("%+v is recorded; on disk: %v, %d bytes", f, ok, size)
		}
		delete(onDisk, name)
	}
	if len(onDisk) > 0 {
		t.Errorf("on disk, but not recorded: %v", onDisk)
	}
	if s.Size().Keyed == 0 || len(s.Files()) == 0 {
		t.Errorf("no keyed state in %s: %+v", path, s.Size())
	}
}
