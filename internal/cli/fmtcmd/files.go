package fmtcmd

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// sqlFiles lists the files of all paths, absolute, each once and in order. Unlike the commands that read SQL for its
// meaning, formatting takes every .sql file below a folder, whether a job of a project names it or not; folders whose
// names begin with a period are left out.
func sqlFiles(dir string, paths []string) ([]string, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var files []string
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		at, err := os.Stat(path)
		if err != nil {
			return nil, &fault.Error{Kind: fault.Usage, Err: fmt.Errorf("reading %s: %w", relative(dir, path), errMissing)}
		}
		if !at.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && name != path && strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir
			case entry.Type().IsRegular() && filepath.Ext(name) == ".sql":
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", relative(dir, path), err)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}
