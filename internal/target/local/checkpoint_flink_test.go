//go:build flink

package local_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/target"
)

// kinds are the forms of checkpoints that metadata has records of its own for.
var kinds = []struct {
	name    string
	since   release.Line
	options map[string]string
}{
	{"full", release.V1_17, map[string]string{"state.backend.type": "hashmap"}},
	{"incremental", release.V1_17, map[string]string{"state.backend.type": "rocksdb", "execution.checkpointing.incremental": "true"}},
	{"unaligned", release.V1_17, map[string]string{"execution.checkpointing.unaligned.enabled": "true"}},
	{"changelog", release.V1_17, map[string]string{"state.changelog.enabled": "true"}},
	{"merged", release.V1_20, map[string]string{
		"state.backend.type": "rocksdb", "execution.checkpointing.incremental": "true", "execution.checkpointing.file-merging.enabled": "true",
	}},
}

// keep is where to keep the _metadata that was read, for the test data of package snapshot.
var keep = flag.String("keep", "", "folder where to keep metadata as RELEASE-KIND._metadata")

// checkpoints lets jobs write checkpoints of every kind and reads them without Flink: the files that they name are there,
// and what is written of them again is what was read, to the byte.
func (m *misfortunes) checkpoints(t *testing.T) {
	jobs := map[string]target.JobID{}
	for _, kind := range kinds {
		if m.line < kind.since {
			continue
		}
		job := m.job(t)
		job.Options[m.line.Key("execution.checkpointing.data-inline-threshold")] = "0" // everything into files
		job.Options[m.line.Key("execution.checkpointing.storage")] = "filesystem"
		for key, value := range kind.options {
			job.Options[m.line.Key(key)] = value
		}
		if _, err := m.target.Submit(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		jobs[kind.name] = job.ID
	}
	for name, id := range jobs {
		t.Run(name, func(t *testing.T) {
			until(t, "a checkpoint", func() bool {
				s, err := m.target.Status(t.Context(), id)
				return err == nil && s.LastCheckpoint != ""
			})
			if err := m.target.Cancel(t.Context(), id); err != nil { // else the next one would replace what is read
				t.Fatal(err)
			}
			left, err := m.target.LatestCheckpoint(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			m.readsWhole(t, left.Path, name)
		})
	}
}

// readsWhole reads a checkpoint and copies its metadata.
func (m *misfortunes) readsWhole(t *testing.T, path, kind string) {
	t.Helper()
	s, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := snapshot.LocalPath(path)
	for _, f := range s.Files() {
		name := filepath.Join(dir, f.Path)
		if !f.Relative {
			name, _ = snapshot.LocalPath(f.Path)
		}
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%+v is recorded: %v", f, err)
		}
	}
	if s.Size().Keyed == 0 {
		t.Errorf("no keyed state in %s: %+v", path, s.Size())
	}
	text, err := os.ReadFile(filepath.Join(dir, snapshot.FileName))
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := snapshot.Rewrite(&again, bytes.NewReader(text), func(name string) string { return name }); err != nil || !bytes.Equal(again.Bytes(), text) {
		t.Errorf("copied, it differs: %v", err)
	}
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, m.line.String()+"-"+kind+"._metadata"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
