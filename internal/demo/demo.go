// Package demo is the page-view example in a folder of its own, with the clicks that keep it busy.
package demo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/examples/traffic"
	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/fault"
)

// marker is a file that says: this folder was made by Unpack and may be removed by Remove.
const marker = ".autostream-demo"

// projectFile is where the Flink line stands.
const projectFile = "autostream.yaml"

// Clicks is the folder inside the demo that Flink watches.
func Clicks(dir string) string { return filepath.Join(dir, "data", "clicks") }

// Unpack writes the example into a folder that is new, empty or the demo already, for a Flink line such as "2.2". Files
// that are there are replaced.
func Unpack(dir, line string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("making the demo's folder: %w", err)
		}
	case err != nil:
		return fmt.Errorf("looking into the demo's folder: %w", err)
	case len(entries) > 0 && !Is(dir):
		return fault.Errorf(fault.Conflict, "%s is not empty and not a demo", dir).
			WithFix("name another folder:\n  autostream demo up FOLDER")
	}
	if err := atomicfile.Write(filepath.Join(dir, marker), nil, 0o644); err != nil {
		return err
	}
	return fs.WalkDir(traffic.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(traffic.Files, name)
		if err != nil {
			return err
		}
		if name == projectFile {
			text = []byte(onLine(string(text), line))
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("making the demo's folders: %w", err)
		}
		return atomicfile.Write(path, text, 0o644)
	})
}

// onLine sets the Flink line of a project file.
func onLine(text, line string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "flink:") {
			lines[i] = fmt.Sprintf("flink: %q\n", line)
		}
	}
	return strings.Join(lines, "")
}

// Is says whether a folder was made by Unpack.
func Is(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, marker))
	return err == nil
}

// Remove takes away a folder that Unpack made, with all that was put into it since.
func Remove(dir string) error {
	if !Is(dir) {
		return fault.Errorf(fault.NotFound, "there is no demo in %s", dir)
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("removing the demo: %w", err)
	}
	return nil
}
