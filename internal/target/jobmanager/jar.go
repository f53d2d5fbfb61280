package jobmanager

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/autostream/autostream/internal/base/fault"
)

// WithLibraries writes a copy of a jar with other jars in its lib/, from where Flink takes the dependencies of a program
// (PackagedProgram.extractContainedLibraries): they then belong to this job alone.
func WithLibraries(program string, jars []string) (path string, err error) {
	out, err := os.CreateTemp("", "*-"+filepath.Base(program))
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			_ = os.Remove(out.Name())
		}
	}()
	w := zip.NewWriter(out)
	from, err := zip.OpenReader(program)
	if err != nil {
		return "", fault.Errorf(fault.Failed, "opening jar %s: %w", program, err)
	}
	defer from.Close()
	for _, entry := range from.File {
		if err := w.Copy(entry); err != nil {
			return "", fmt.Errorf("copying jar %s: %w", program, err)
		}
	}
	for i, jar := range jars {
		if err := addFile(w, fmt.Sprintf("lib/autostream-%d-%s", i, filepath.Base(jar)), jar); err != nil {
			return "", fmt.Errorf("adding jar %s: %w", jar, err)
		}
	}
	return out.Name(), w.Close()
}

func addFile(w *zip.Writer, name, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store}) // a jar is compressed already
	if err != nil {
		return err
	}
	_, err = io.Copy(part, in)
	return err
}
