// Package jobs is what the commands about jobs share: opening the service, plans and questions before a change, progress
// during it, and the tables that show jobs.
package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Open opens the service for one run of a command, limited by --timeout. The caller calls the function when it is done.
// Mistakes in the project file are only hinted at: on-call must be able to stop a job while somebody edits the file.
func Open(ctx context.Context, d *deps.Deps) (context.Context, *job.Service, func(), error) {
	service, closeRecords, err := d.Jobs(ctx)
	if err != nil {
		return ctx, nil, nil, err
	}
	if _, findings, err := d.Project(); err == nil {
		if n := errorsAmong(findings); n > 0 {
			d.IO.Hint("autostream.yaml has %d mistakes; autostream lint shows them", n)
		}
	}
	cancel := context.CancelFunc(func() {})
	if d.Global.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, d.Global.Timeout)
	}
	return ctx, service, func() {
		cancel()
		if err := closeRecords(); err != nil {
			d.Log.Warn("closing the records", "error", err)
		}
	}, nil
}

// Sound refuses a project with findings of level error, after printing them.
func Sound(d *deps.Deps) error {
	_, findings, err := d.Project()
	if err != nil {
		return err
	}
	if n := errorsAmong(findings); n > 0 {
		WriteFindings(d.IO, findings)
		return fault.Errorf(fault.Findings, "the project has %d mistakes", n)
	}
	return nil
}

func errorsAmong(findings []diag.Finding) int {
	n := 0
	for _, f := range findings {
		if f.Level == diag.Error {
			n++
		}
	}
	return n
}

// WriteFindings prints findings for people, on Err.
func WriteFindings(io *term.IO, findings []diag.Finding) {
	paint := map[diag.Level]term.Paint{diag.Error: term.Bad, diag.Warning: term.Notice, diag.Note: term.Faint}
	_ = diag.WriteText(io.Err, findings, diag.Style{
		Level: func(l diag.Level, text string) string { return io.Paint(paint[l], text) },
		Dim:   func(text string) string { return text },
	})
}

// Finder is the part of the job service that turns names into jobs.
type Finder interface {
	Find(ctx context.Context, name string) (job.Ref, error)
}

// FindAll finds every job that was named, before anything is done to one of them.
func FindAll(ctx context.Context, f Finder, names []string) ([]job.Ref, error) {
	var refs []job.Ref
	for _, name := range names {
		ref, err := f.Find(ctx, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// Settler is the part of the job service that deals with what earlier commands left in the middle.
type Settler interface {
	Settle(ctx context.Context, ref job.Ref) (string, error)
}

// Settle deals with what an earlier command left in the middle, and says what it found.
func Settle(ctx context.Context, io *term.IO, s Settler, ref job.Ref) error {
	found, err := s.Settle(ctx, ref)
	if found != "" {
		io.Hint("%s", found)
	}
	return err
}

// Agree asks before a running system is changed. Nothing is asked with --yes.
func Agree(io *term.IO, yes bool, question string) error {
	if yes || io.Confirm(question) {
		return nil
	}
	if io.InTerminal {
		return fault.Errorf(fault.Interrupted, "nothing was changed")
	}
	return fault.Errorf(fault.Usage, "this changes what runs, and nobody is there to agree").WithFix("--yes agrees beforehand, --dry-run only shows it")
}

// Complete offers the names of jobs, and before them those of targets where a command takes one.
func Complete(d *deps.Deps, targets bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		p, _, err := d.Project()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		if targets && len(args) == 0 {
			for _, t := range p.Targets {
				names = append(names, cobra.CompletionWithDesc(t.Name, "target"))
			}
		}
		place, _, qualified := strings.Cut(typed, "/")
		for _, j := range p.Jobs {
			name := j.Name
			if qualified {
				name = place + "/" + name
			}
			if !slices.Contains(args, name) {
				names = append(names, cobra.CompletionWithDesc(name, fmt.Sprintf("%s job", j.Kind)))
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}
