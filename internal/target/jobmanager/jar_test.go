package jobmanager_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/target/jobmanager"
)

func TestWithLibraries(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program, library := filepath.Join(dir, "job.jar"), filepath.Join(dir, "udf.jar")
	var jar bytes.Buffer
	w := zip.NewWriter(&jar)
	if part, err := w.Create("a/Main.class"); err != nil {
		t.Fatal(err)
	} else if _, err := part.Write([]byte("class")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), os.WriteFile(program, jar.Bytes(), 0o644), os.WriteFile(library, []byte("a jar"), 0o644)); err != nil {
		t.Fatal(err)
	}
	path, err := jobmanager.WithLibraries(program, []string{library, library})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(path) })
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
	}
	if want := []string{"a/Main.class", "lib/autostream-0-udf.jar", "lib/autostream-1-udf.jar"}; !slices.Equal(names, want) {
		t.Errorf("entries %v, want %v", names, want)
	}
	if _, err := jobmanager.WithLibraries(library, []string{library}); err == nil || !strings.Contains(err.Error(), library) {
		t.Errorf("a program that is no jar: %v", err)
	}
}
