// What lint prints.

package lint

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/cli/term"
	sqllint "github.com/autostream/autostream/internal/sql/lint"
)

// The formats beside table, json and yaml: what other programs read.
const (
	sarif      term.Format = "sarif"
	github     term.Format = "github"
	gitlab     term.Format = "gitlab"
	junit      term.Format = "junit"
	checkstyle term.Format = "checkstyle"
)

// report is the contract of `lint --format json`.
type report struct {
	Version    int                `json:"version"`
	Flink      string             `json:"flink"`
	Files      int                `json:"files"`
	Statements int                `json:"statements"`
	Findings   []diag.JSONFinding `json:"findings"`

	findings []diag.Finding
	paths    map[*source.File]string // absolute, of the files as written
	failOn   string                  // of the project
	baseline string                  // of the project, absolute
}

// write prints the report in the format asked for.
func (o *Options) write(r *report, limit diag.Level) error {
	diag.Sort(r.findings)
	writers := map[term.Format]func(io.Writer, *diag.Document) error{
		sarif: diag.WriteSARIF, github: diag.WriteGitHub, gitlab: diag.WriteGitLab, junit: diag.WriteJUnit, checkstyle: diag.WriteCheckstyle,
	}
	if write := writers[o.Format]; write != nil {
		return write(o.IO.Out, o.document(r, limit))
	}
	r.Findings = diag.JSON(r.findings)
	return o.IO.Write(o.Format, r)
}

// document is the report for other programs. They know files relative to the working folder, which in a pipeline is the
// repository; the contract of JSON names them relative to the project.
func (o *Options) document(r *report, limit diag.Level) *diag.Document {
	d := &diag.Document{Findings: r.findings, Version: o.Version, Limit: limit, Details: sqllint.Details}
	for _, documented := range sqllint.Documented() {
		d.Rules = append(d.Rules, documented.Rule)
	}
	d.Path = func(f *source.File) string {
		path, known := r.paths[f]
		if !known {
			return f.Name
		}
		if rel, err := filepath.Rel(o.Dir, path); err == nil {
			path = rel
		}
		return filepath.ToSlash(path)
	}
	for f := range r.paths {
		d.Files = append(d.Files, d.Path(f))
	}
	slices.Sort(d.Files)
	return d
}

// Rows prints each finding with its excerpt, and a line that counts them.
func (r report) Rows(io *term.IO) error {
	style := diag.Style{
		Level: func(l diag.Level, word string) string {
			return io.Paint([...]term.Paint{term.Bad, term.Notice, term.Faint}[l], word)
		},
		Dim: func(s string) string { return io.Paint(term.Faint, s) },
	}
	if err := diag.WriteText(io.Out, r.findings, style); err != nil {
		return err
	}
	counts, fixes := map[string]int{}, 0
	for _, f := range r.findings {
		counts[f.Level.String()]++
		if len(f.Fixes) > 0 {
			fixes++
		}
	}
	io.Hint("%s in %s for Flink %s: %s, %s, %s", plural(r.Statements, "statement"), plural(r.Files, "file"), r.Flink,
		plural(counts["error"], "error"), plural(counts["warning"], "warning"), plural(counts["note"], "note"))
	if fixes > 0 {
		io.Hint("%d of them can be repaired: autostream lint --fix=all --dry-run", fixes)
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
