// Package initcmd is `autostream init`: it writes a small project that deploys as it is.
package initcmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/project/scaffold"
)

// Options is everything the command depends on.
type Options struct {
	IO     *term.IO
	Dir    string       // absolute
	Name   string       // of the project
	Flink  release.Line // the project's Flink line
	DryRun bool
	Format term.Format

	WorkDir string // for the hint
}

// report is the contract of `init --format json`.
type report struct {
	Version int      `json:"version"`
	Dir     string   `json:"dir"`
	Name    string   `json:"name"`
	Flink   string   `json:"flink"`
	DryRun  bool     `json:"dryRun,omitempty"`
	Files   []string `json:"files"`

	from string // the working directory, for the hint
}

// NewCommand declares `autostream init`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = write
	}
	opts := &Options{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "init [DIR]",
		Long: "Write a small project into a folder (default: this one): a made-up source, a job that counts, a .gitignore.\n" +
			"Nothing is overwritten.",
		Example: "  autostream init shop && cd shop && autostream deploy",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.IO, opts.Format, opts.WorkDir, opts.Dir = d.IO, format.Value, d.Dir, d.Dir
			if d.Global.Project != "" {
				opts.Dir = filepath.Join(d.Dir, d.Global.Project)
			}
			if len(args) == 1 {
				opts.Dir = filepath.Join(opts.Dir, args[0])
				if filepath.IsAbs(args[0]) {
					opts.Dir = filepath.Clean(args[0])
				}
			}
			if opts.Name == "" {
				opts.Name = nameFrom(filepath.Base(opts.Dir))
			}
			if !project.ValidName(opts.Name) {
				return fault.Errorf(fault.Usage, "%q cannot be the name of a project", opts.Name).
					WithFix("a name is up to 63 letters, digits, _, . and -, and starts with a letter or digit")
			}
			return run(cmd.Context(), opts)
		},
	}
	cmd.Flags().StringVar(&opts.Name, "name", "", "name of the project (default: that of the folder)")
	cmd.Flags().TextVar(&opts.Flink, "flink", release.Latest, "Flink line")
	cmd.Flags().BoolVar(&opts.DryRun, "dry-run", false, "only say what would be written")
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// nameFrom makes a project name of a folder's name.
func nameFrom(folder string) string {
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_.-", r)) {
			return r
		}
		return '-'
	}, folder)
	if name = strings.Trim(name, "-_."); name == "" {
		return "project"
	}
	return name[:min(len(name), 63)]
}

func write(_ context.Context, o *Options) error {
	files := scaffold.Files(o.Name, o.Flink.String())
	r := report{Version: 1, Dir: o.Dir, Name: o.Name, Flink: o.Flink.String(), DryRun: o.DryRun, from: o.WorkDir}
	var inTheWay []string
	for _, f := range files {
		if _, err := os.Lstat(filepath.Join(o.Dir, f.Name)); err == nil {
			inTheWay = append(inTheWay, f.Name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("looking into the folder: %w", err)
		}
		r.Files = append(r.Files, f.Name)
	}
	if len(inTheWay) > 0 {
		return conflict(o.Dir, inTheWay...)
	}
	if !o.DryRun {
		for _, f := range files {
			if err := create(o.Dir, f); err != nil {
				return err
			}
		}
	}
	return o.IO.Write(o.Format, r)
}

func conflict(dir string, names ...string) error {
	return fault.Errorf(fault.Conflict, "%s has %s already", dir, strings.Join(names, ", ")).
		WithFix("nothing was overwritten; start in an empty folder:\n  autostream init NEW_FOLDER")
}

func create(dir string, f scaffold.File) error {
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("making the project's folders: %w", err)
	}
	err := atomicfile.Create(path, []byte(f.Text), 0o644)
	if errors.Is(err, fs.ErrExist) {
		return conflict(dir, f.Name)
	}
	return err
}

// Rows lists the files and says what to run next.
func (r report) Rows(io *term.IO) error {
	for _, name := range r.Files {
		if _, err := fmt.Fprintln(io.Out, filepath.Join(r.Dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	if r.DryRun {
		io.Hint("nothing was written")
		return nil
	}
	enter := ""
	if rel, err := filepath.Rel(r.from, r.Dir); err == nil && rel != "." {
		enter = "  cd " + rel + "\n"
	}
	io.Hint("project %s is ready; next:\n%s  autostream test                      # with rows of your own\n  autostream preview visits_per_page   # rows, live\n  autostream deploy                    # on a local Flink", r.Name, enter)
	return nil
}
