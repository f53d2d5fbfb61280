// Package cli turns arguments into commands and errors into exit codes.
package cli

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
)

// Main runs one command line and returns the exit code. The first Ctrl-C cancels the command's context, which cleans
// up; the second ends the process.
func Main(args []string, d *deps.Deps) int {
	root := newRoot(d, named(args))
	ctx, stop := context.Background(), func() {}
	prepare := root.PersistentPreRun
	// Only once a command begins: help and completion, which change nothing, answer faster without it.
	root.PersistentPreRun = func(cmd *cobra.Command, args []string) {
		ctx, stop = signal.NotifyContext(ctx, polite()...)
		context.AfterFunc(ctx, stop) // the next signal has its default effect
		cmd.SetContext(ctx)
		prepare(cmd, args)
	}
	err := run(ctx, root, args, d)
	defer stop()
	if err == nil {
		return 0
	}
	kind := fault.KindOf(err)
	if ctx.Err() != nil {
		kind = fault.Interrupted
	}
	if kind != fault.Findings {
		Report(d.IO, err)
	}
	return kind.ExitCode()
}

// Run runs one command line and returns its error; tests call it with streams of their own.
func Run(ctx context.Context, args []string, d *deps.Deps) error {
	return run(ctx, newRoot(d, named(args)), args, d)
}

func run(ctx context.Context, root *cobra.Command, args []string, d *deps.Deps) error {
	root.SetArgs(args)
	root.SetIn(d.IO.In)
	root.SetOut(d.IO.Out)
	root.SetErr(d.IO.Err)
	return root.ExecuteContext(ctx)
}

// Report prints an error the way a person reads it: what is wrong, then the way out, indented.
func Report(io *term.IO, err error) {
	fmt.Fprintf(io.Err, "%s %s\n", io.Paint(term.Bad, "error:"), err)
	writeIndented(io.Err, fault.FixOf(err))
}

func writeIndented(w io.Writer, text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		fmt.Fprintf(w, "  %s\n", line)
	}
}

// usage marks an error of cobra as wrong usage.
func usage(_ *cobra.Command, err error) error {
	return &fault.Error{Kind: fault.Usage, Err: err}
}
