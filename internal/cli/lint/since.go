// Findings on lines that changed since a revision.

package lint

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/revision"
	sqllint "github.com/autostream/autostream/internal/sql/lint"
)

// span is a range of lines, both ends in it.
type span struct{ first, last int }

// onChangedLines keeps the findings on lines that were added or changed since a revision: since it and the checked out one
// went apart, so that what others did meanwhile does not count.
func (o *Options) onChangedLines(ctx context.Context, r *report) error {
	dirs := map[string]bool{}
	for _, path := range r.paths {
		dirs[filepath.Dir(path)] = true
	}
	changed := map[string][]span{}
	seen := map[string]bool{}
	for dir := range dirs {
		root, err := revision.Root(ctx, dir)
		if err != nil {
			return fault.Errorf(fault.Usage, "%s is in no git repository", dir).WithFix("--new-from compares with a revision of git")
		}
		if seen[root] {
			continue
		}
		seen[root] = true
		if err := changedLines(ctx, root, o.NewFrom, changed); err != nil {
			return err
		}
	}
	r.findings = slices.DeleteFunc(r.findings, func(f diag.Finding) bool {
		if sqllint.AboutChanges(f.Rule) {
			return false
		}
		path := real(r.paths[f.File])
		first, last := f.File.Position(f.Span.Start).Line, f.File.Position(f.Span.End).Line
		return !slices.ContainsFunc(changed[path], func(s span) bool { return s.first <= last && first <= s.last })
	})
	return nil
}

// real follows links, as git does for the folder of a repository.
func real(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return path
}

// changedLines adds the lines of a repository that changed since a revision, by absolute path. Files that git does not know
// are new as a whole.
func changedLines(ctx context.Context, root, since string, changed map[string][]span) error {
	base, err := revision.Base(ctx, root, since)
	if err != nil {
		return err
	}
	diff, err := revision.Git(ctx, root, "diff", "--no-color", "--no-ext-diff", "--no-prefix", "-U0", base, "--")
	if err != nil {
		return err
	}
	file := ""
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "+++ "); ok {
			file = filepath.Join(root, unquoted(name))
		} else if s, ok := hunk(line); ok {
			changed[file] = append(changed[file], s)
		}
	}
	others, err := revision.Git(ctx, root, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(others, "\x00") {
		changed[filepath.Join(root, name)] = []span{{1, int(^uint(0) >> 1)}}
	}
	return nil
}

// unquoted reads a name of a diff, which git quotes when it has blanks or bytes beyond ASCII.
func unquoted(name string) string {
	name = strings.TrimSuffix(name, "\t")
	if plain, err := strconv.Unquote(name); err == nil {
		return plain
	}
	return name
}

// hunk reads the new lines of a line like @@ -3,2 +3,4 @@.
func hunk(line string) (span, bool) {
	rest, ok := strings.CutPrefix(line, "@@ -")
	if !ok {
		return span{}, false
	}
	_, rest, _ = strings.Cut(rest, " +")
	rest, _, ok = strings.Cut(rest, " @@")
	start, count, several := strings.Cut(rest, ",")
	first, err := strconv.Atoi(start)
	n := 1
	if several {
		n, _ = strconv.Atoi(count)
	}
	return span{first, first + n - 1}, ok && err == nil && n > 0
}
