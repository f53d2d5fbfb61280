// Repairing what can be.

package lint

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/linediff"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// The values of --fix.
const (
	fixSafe = "safe"
	fixAll  = "all"
)

// rounds bounds how often fixes are looked for again: one may make room for the next.
const rounds = 8

// repairing is files with fixes made in memory.
type repairing struct {
	texts map[string]string // by path, of files that differ from the disk
	left  map[string]bool   // files where a fix made things worse: they stay as they were
	made  int
}

// repair makes fixes until there is nothing left to fix, and writes the files, or shows the change.
func (o *Options) repair(ctx context.Context, sources []sqlfiles.Source) error {
	fixed := repairing{texts: map[string]string{}, left: map[string]bool{}}
	before, err := o.found(ctx, sources, nil)
	if err != nil {
		return err
	}
	for range rounds {
		next, made := fixed.round(before, o.Fix)
		if made == 0 {
			break
		}
		after, err := o.found(ctx, sources, next)
		if err != nil {
			return err
		}
		worse := fixed.keep(next, before, after)
		fixed.made += made
		if before = after; worse {
			if before, err = o.found(ctx, sources, fixed.texts); err != nil {
				return err
			}
		}
	}
	return o.publish(&fixed)
}

// found judges the files and narrows the findings as they are reported, so that only those are fixed.
func (o *Options) found(ctx context.Context, sources []sqlfiles.Source, texts map[string]string) (*report, error) {
	r, err := o.judge(ctx, sources, texts)
	if err != nil {
		return nil, err
	}
	return r, o.narrow(ctx, r)
}

// round makes the fixes of findings that do not get in each other's way.
func (x *repairing) round(r *report, kind string) (map[string]string, int) {
	fixes := map[*source.File][]diag.Fix{}
	diag.Sort(r.findings)
	for _, f := range r.findings {
		if path, known := r.paths[f.File]; !known || x.left[path] {
			continue
		}
		for _, fix := range f.Fixes {
			if fix.Safe || kind == fixAll {
				fixes[f.File] = append(fixes[f.File], fix)
				break
			}
		}
	}
	next, made := maps.Clone(x.texts), 0
	for file, list := range fixes {
		text, n := diag.Apply(file.Text, list)
		if text != file.Text {
			next[r.paths[file]] = text
			made += n
		}
	}
	return next, made
}

// keep takes over the texts of a round, but for files that no longer parse, or that have errors where there were none: those
// stay as they were. An error that is repaired may have hidden others.
func (x *repairing) keep(next map[string]string, before, after *report) (worse bool) {
	had, have := before.errors(), after.errors()
	for path, text := range next {
		if have[path].syntax > had[path].syntax || had[path].all == 0 && have[path].all > 0 {
			x.left[path], worse = true, true
			continue
		}
		x.texts[path] = text
	}
	return worse
}

// errorCount is how many errors a file has.
type errorCount struct{ all, syntax int }

// errors counts the errors by file.
func (r *report) errors() map[string]errorCount {
	counts := map[string]errorCount{}
	for _, f := range r.findings {
		if f.Level != diag.Error {
			continue
		}
		c := counts[r.paths[f.File]]
		c.all++
		if f.Category == diag.Syntax {
			c.syntax++
		}
		counts[r.paths[f.File]] = c
	}
	return counts
}

// publish writes the files, or shows what would change.
func (o *Options) publish(x *repairing) error {
	for _, path := range slices.Sorted(maps.Keys(x.texts)) {
		// A link stays a link: what it points at is rewritten.
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			return err
		}
		at, err := os.Stat(real)
		if err != nil {
			return err
		}
		old, err := os.ReadFile(real)
		if err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
		text := x.texts[path]
		if strings.HasPrefix(string(old), source.ByteOrderMark) {
			text = source.ByteOrderMark + text
		}
		if o.DryRun {
			name := path
			if rel, err := filepath.Rel(o.Dir, path); err == nil {
				name = filepath.ToSlash(rel)
			}
			fmt.Fprint(o.IO.Out, linediff.Unified("a/"+name, "b/"+name, lines(string(old)), lines(text)))
			continue
		}
		if err := atomicfile.Write(real, []byte(text), at.Mode().Perm()); err != nil {
			return err
		}
	}
	what := "repaired"
	if o.DryRun {
		what = "would repair"
	}
	o.IO.Hint("%s %s in %s", what, plural(x.made, "finding"), plural(len(x.texts), "file"))
	return nil
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }
