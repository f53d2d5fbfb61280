package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/store/sqlite"
	"github.com/autostream/autostream/internal/store/storetest"
)

// writeEnv makes a process of this test write versions to the store it names until it is killed or done.
const writeEnv = "AUTOSTREAM_TEST_WRITE"

var job = store.Key{Target: "prod", Job: "pv_uv"}

func TestMain(m *testing.M) {
	if path := os.Getenv(writeEnv); path != "" {
		write(path)
		return
	}
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLiteKeepsThePromises(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, filepath.Join(t.TempDir(), "a b", "state.db")) })
}

func TestRecordsOutliveTheProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := addVersion(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, open(t, path)); n != 1 {
		t.Errorf("%d versions after opening again, want 1", n)
	}
}

func TestOnlyTheOwnerReads(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state", "state.db")
	s := open(t, path)
	if err := addVersion(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		stat, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if mode := stat.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o", filepath.Base(name), mode)
		}
	}
}

func TestNewerRecordsAreRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	if err := sqlite.Pretend(t.Context(), open(t, path), 999); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(t.Context(), path)
	if fault.KindOf(err) != fault.Conflict || fault.FixOf(err) == "" {
		t.Errorf("Open = %v, want a conflict with a way out", err)
	}
}

func TestNoStoreAtAll(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	if err := os.WriteFile(path, []byte("this is not a database, but it is long enough to look like one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path); err == nil {
		t.Error("a text file was opened as a store")
	}
}

// Several processes make the file at once and write to it; one of them is killed in the middle.
func TestProcessesShareTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	const writers = 4
	var processes []*exec.Cmd
	for range writers {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env, cmd.Stderr = append(os.Environ(), writeEnv+"="+path), os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		processes = append(processes, cmd)
	}
	s := open(t, path)
	for count(t, s) == 0 && t.Context().Err() == nil {
		// until they are at it
	}
	if err := processes[0].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for i, p := range processes {
		if err := p.Wait(); err != nil && i > 0 {
			t.Errorf("writer %d: %v", i, err)
		}
	}
	if n := count(t, s); n < (writers-1)*perWriter || n > writers*perWriter {
		t.Errorf("%d versions from %d writers of %d, one of them killed", n, writers, perWriter)
	}
}

const perWriter = 20

func write(path string) {
	s, err := sqlite.Open(context.Background(), path)
	for i := 0; err == nil && i < perWriter; i++ {
		err = addVersion(context.Background(), s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "writer:", err)
		os.Exit(1)
	}
}

func addVersion(ctx context.Context, s store.Store) error {
	return s.Update(ctx, func(w store.Writer) error {
		_, err := w.AddVersion(ctx, store.Version{Job: job, Spec: []byte("{}")})
		return err
	})
}

func count(t *testing.T, s store.Store) int {
	t.Helper()
	n := 0
	err := s.View(t.Context(), func(r store.Reader) error {
		all, err := r.Versions(t.Context(), job)
		n = len(all)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
