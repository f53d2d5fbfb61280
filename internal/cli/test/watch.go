package test

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/term"
)

// look is the time between two looks at the files. Asking for the times of a thousand files takes a few milliseconds.
const look = 300 * time.Millisecond

// watch runs the tests, and again whenever a file changes, until it is interrupted.
func (o *Options) watch(ctx context.Context) error {
	if o.Format != term.Table {
		return fault.Errorf(fault.Usage, "--watch writes for people: it has no --format")
	}
	for {
		before := o.stamp()
		if err := o.once(ctx); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			fmt.Fprintln(o.IO.Err, o.IO.Paint(term.Bad, err.Error()))
		}
		o.IO.Hint("waiting for changes; Ctrl-C ends")
		ticker := time.NewTicker(look)
		for o.stamp() == before {
			select {
			case <-ctx.Done():
				ticker.Stop()
				return context.Cause(ctx)
			case <-ticker.C:
			}
		}
		ticker.Stop()
	}
}

// stamp changes when a script, a test or the project file does.
func (o *Options) stamp() string {
	root := o.Dir
	if p, _, err := o.Open(o.Dir); err == nil {
		root = p.Dir
	}
	var b strings.Builder
	_ = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // a file that vanished shows in the stamp
		case entry.IsDir() && name != root && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		switch filepath.Ext(name) {
		case ".sql", ".yaml", ".yml", ".jar":
			if at, err := entry.Info(); err == nil {
				fmt.Fprintln(&b, name, at.Size(), at.ModTime().UnixNano())
			}
		}
		return nil
	})
	return b.String()
}
