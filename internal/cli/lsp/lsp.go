// Package lsp is `autostream lsp`: the language server for Flink SQL.
package lsp

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/lsp"
)

// Options is everything the command depends on.
type Options struct {
	In     io.Reader
	Out    io.Writer
	Server *lsp.Server
}

// NewCommand declares `autostream lsp`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = serve
	}
	cmd := &cobra.Command{
		Use: "lsp",
		Long: "Speak the Language Server Protocol over standard input and output: what `autostream lint` finds, while you type;\n" +
			"completion, hover, definitions, references, renaming, formatting. Editors start it; docs/guide/editors.md has the\n" +
			"configuration for VS Code and Neovim.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			server := &lsp.Server{Open: d.ProjectOf, Dir: d.Dir, Version: d.Version().Number, Log: d.Log}
			return run(cmd.Context(), &Options{In: d.IO.In, Out: d.IO.Out, Server: server})
		},
	}
	cmd.Flags().Bool("stdio", true, "speak over standard input and output, as editors ask for")
	return cmd
}

func serve(ctx context.Context, o *Options) error {
	if err := o.Server.Serve(ctx, o.In, o.Out); err != nil {
		return fault.Errorf(fault.Failed, "%w", err)
	}
	return nil
}
