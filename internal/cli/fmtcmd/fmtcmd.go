// Package fmtcmd is `autostream fmt`: it writes SQL files in the one style.
package fmtcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/format"
	"github.com/autostream/autostream/internal/sql/token"
)

// Options is everything the command depends on.
type Options struct {
	IO      *term.IO
	Dir     string   // paths are relative to it
	Paths   []string // files, folders, or "-" for standard input
	Release func(path string) (token.Release, error)
	Width   int
	Check   bool
	Stdout  bool
	Format  term.Format
}

// report is the contract of `fmt --format json`.
type report struct {
	Version int      `json:"version"`
	Files   int      `json:"files"`   // read
	Changed []string `json:"changed"` // that are not in the one style, or were not until now

	check bool
}

// NewCommand declares `autostream fmt`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = rewrite
	}
	opts := &Options{}
	var flink string
	out := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "fmt [PATH…]",
		Long: "Rewrite SQL files in one style: words of the grammar in capitals, clauses on lines of their own where they do not\n" +
			"fit, comments and hints where they stand. A PATH is a file, a folder of .sql files, or - for standard input\n" +
			"(default: this folder). Statements with a syntax error stay as they are, byte for byte.",
		Example: "  autostream fmt\n  autostream fmt --check jobs\n  autostream fmt --stdout - < job.sql",
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.IO, opts.Dir, opts.Paths, opts.Format = d.IO, d.Dir, d.Paths(args), out.Value
			opts.Release = releaseOf(d, flink)
			return run(cmd.Context(), opts)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.Check, "check", false, "change nothing; exit 3 when a file would change")
	flags.BoolVar(&opts.Stdout, "stdout", false, "print the formatted text instead of rewriting the file")
	flags.IntVar(&opts.Width, "width", format.DefaultWidth, "characters in a line where it can be broken")
	flags.StringVar(&flink, "flink", "", "Flink release whose grammar holds (default: the project's)")
	flags.Var(out, "format", "output format: "+out.Names())
	cmd.MarkFlagsMutuallyExclusive("check", "stdout")
	return cmd
}

// releaseOf returns the release of a path: the one asked for, else that of its project, else the default.
func releaseOf(d *deps.Deps, flink string) func(string) (token.Release, error) {
	known := map[string]token.Release{} // by folder of the project
	return func(path string) (release token.Release, err error) {
		name := flink
		if name == "" {
			dir, err := project.Find(path)
			if err != nil {
				return token.Default, nil // no project: every file stands alone
			}
			if r, ok := known[dir]; ok {
				return r, nil
			}
			defer func() { known[dir] = release }()
			p, _, err := project.Load(dir, project.Options{Environment: d.Global.Environment, Variables: d.Global.Variables, Getenv: d.Getenv})
			if err != nil {
				return 0, err
			}
			name = p.Release
		}
		if r, ok := token.ParseRelease(name); ok {
			return r, nil
		}
		if flink == "" {
			return token.Default, nil // the project file is wrong there; lint says so
		}
		return 0, fault.Errorf(fault.Usage, "autostream knows no Flink %s", flink).WithFix("releases are %v", token.Releases())
	}
}

func rewrite(ctx context.Context, o *Options) error {
	if len(o.Paths) == 1 && o.Paths[0] == "-" {
		return o.standardInput()
	}
	files, err := sqlFiles(o.Dir, o.Paths)
	if err != nil {
		return err
	}
	if o.Stdout && len(files) != 1 {
		return fault.Errorf(fault.Usage, "--stdout takes one file, not %d", len(files))
	}
	r := report{Version: 1, Files: len(files), Changed: []string{}, check: o.Check}
	for _, path := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		changed, err := o.file(path)
		if err != nil {
			return err
		}
		if changed {
			r.Changed = append(r.Changed, relative(o.Dir, path))
		}
	}
	if o.Stdout {
		return nil
	}
	if err := o.IO.Write(o.Format, r); err != nil {
		return err
	}
	if o.Check && len(r.Changed) > 0 {
		return fault.Errorf(fault.Findings, "%d files are not formatted", len(r.Changed))
	}
	return nil
}

// file formats one file and reports whether that changed it, or would.
func (o *Options) file(path string) (bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	formatted, err := o.text(path, text)
	if err != nil {
		return false, err
	}
	if o.Stdout {
		_, err := io.WriteString(o.IO.Out, formatted)
		return false, err
	}
	if formatted == string(text) || o.Check {
		return formatted != string(text), nil
	}
	// A link stays a link: what it points at is rewritten.
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false, err
	}
	at, err := os.Stat(real)
	if err != nil {
		return false, err
	}
	return true, atomicfile.Write(real, []byte(formatted), at.Mode().Perm())
}

func (o *Options) text(path string, text []byte) (string, error) {
	release, err := o.Release(path)
	if err != nil {
		return "", err
	}
	name := relative(o.Dir, path)
	file := source.New(name, string(text))
	if span, help, bad := file.NotUTF8(); bad {
		at := file.Position(span.Start)
		return "", fault.Errorf(fault.Usage, "%s:%d:%d: not UTF-8", name, at.Line, at.Column).WithFix("%s", help)
	}
	return format.Script(file, format.Options{Release: release, Width: o.Width}), nil
}

func (o *Options) standardInput() error {
	text, err := io.ReadAll(o.IO.In)
	if err != nil {
		return fmt.Errorf("reading standard input: %w", err)
	}
	formatted, err := o.text(filepath.Join(o.Dir, "standard input"), text)
	if err != nil {
		return err
	}
	if o.Check {
		if formatted != string(text) {
			return fault.Errorf(fault.Findings, "standard input is not formatted")
		}
		return nil
	}
	_, err = io.WriteString(o.IO.Out, formatted)
	return err
}

// Rows prints the changed files, a line each.
func (r report) Rows(io *term.IO) error {
	for _, name := range r.Changed {
		if _, err := fmt.Fprintln(io.Out, name); err != nil {
			return err
		}
	}
	switch {
	case r.Files == 0:
		io.Hint("no .sql files here")
	case r.check && len(r.Changed) > 0:
		io.Hint("%d of %d files would change: autostream fmt rewrites them", len(r.Changed), r.Files)
	}
	return nil
}

func relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}

var errMissing = errors.New("no such file or folder")
