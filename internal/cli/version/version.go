// Package version is `autostream version`.
package version

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
)

// Options is everything the command depends on.
type Options struct {
	IO      *term.IO
	Version deps.Version
	Format  term.Format
}

// report is the contract of `version --format json`.
type report struct {
	Version  int    `json:"version"`
	Release  string `json:"release"`
	Commit   string `json:"commit,omitempty"`
	Date     string `json:"date,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// NewCommand declares `autostream version`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:  "version",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts := &Options{IO: d.IO, Version: d.Version(), Format: format.Value}
			if run == nil {
				run = show
			}
			return run(cmd.Context(), opts)
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func show(_ context.Context, o *Options) error {
	return o.IO.Write(o.Format, report{
		Version: 1, Release: o.Version.Number, Commit: o.Version.Commit, Date: o.Version.Date,
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	})
}

// Rows writes one line for people.
func (r report) Rows(io *term.IO) error {
	line := "autostream " + r.Release
	if r.Commit != "" {
		line += " (" + r.Commit + ")"
	}
	_, err := fmt.Fprintf(io.Out, "%s %s %s\n", line, r.Platform, r.Go)
	return err
}
