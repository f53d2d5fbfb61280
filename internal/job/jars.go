package job

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/project"
)

// jars hashes the jars of a job; that of a jar job comes first.
func (s *Service) jars(j project.Job) ([]plan.Jar, error) {
	names := j.Jars
	if j.Kind == project.Jar {
		names = append([]string{j.File}, names...)
	}
	var out []plan.Jar
	for _, name := range names {
		sum, err := hashFile(s.Project.Path(name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fault.Errorf(fault.NotFound, "job %s needs the jar %s, and there is no such file", j.Name, name).
				WithFix("build it, or correct jars: of the job")
		}
		if err != nil {
			return nil, fmt.Errorf("reading jar %s: %w", name, err)
		}
		out = append(out, plan.Jar{Name: name, SHA256: sum})
	}
	return out, nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// kept is where the content of a jar is kept, so that an old version can be started when the project has a new jar under
// the same name.
func (s *Service) kept(j plan.Jar) string {
	return filepath.Join(s.Project.Dir, project.StateDir, "jars", j.SHA256, j.FileName())
}

// keep copies the jars of a job to where they are kept.
func (s *Service) keep(spec plan.Spec) error {
	jars := spec.Jars
	if spec.Program != nil {
		jars = append(slices.Clip(jars), spec.Program.Jar)
	}
	for _, j := range jars {
		if err := s.keepOne(j); err != nil {
			return fmt.Errorf("keeping jar %s: %w", j.Name, err)
		}
	}
	return nil
}

func (s *Service) keepOne(j plan.Jar) error {
	to := s.kept(j)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	from, err := os.Open(s.Project.Path(j.Name))
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	part, err := os.CreateTemp(filepath.Dir(to), "part-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }() // gone already when all went well
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(part, h), from)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != j.SHA256 {
		return fault.Errorf(fault.Conflict, "the file was changed while it was read").WithFix("try again when its build is done")
	}
	return os.Rename(part.Name(), to)
}
