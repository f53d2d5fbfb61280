// Package plancmd is `autostream plan`: what a deploy would change, and what becomes of the state, before anything is
// touched.
package plancmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/project"
)

// Options is everything `autostream plan` depends on.
type Options struct {
	Global  deps.Global
	Getenv  func(string) string
	Dir     string // working directory of the process
	Jobs    func(context.Context) (context.Context, *job.Service, func(), error)
	Project func() (*project.Project, []diag.Finding, error)

	jobs.Start          // how plans are shown
	Names      []string // [TARGET] [JOB…] as the user wrote them
	Old        string   // folder of another form of the project; "" compares with what runs
	Against    string   // revision of git that has the other form
	Since      string   // revision of git: only what changed since it, and what is downstream
	Accept     bool
}

// NewCommand declares `autostream plan`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = planned
	}
	o := &Options{}
	format := term.NewFormatFlag("markdown")
	cmd := &cobra.Command{
		Use: "plan [TARGET] [JOB…]",
		Long: "Show what a deploy would change: SQL, options, jars, resources, and for each operator that keeps state whether\n" +
			"the state of the version that ran last restores into the new one, with the reason. Nothing is touched.\n\n" +
			"--old and --against compare the project with another form of it, a folder or a revision of git, without any\n" +
			"cluster. --changed-since does so for the jobs that changed since a revision, names the jobs that read what those\n" +
			"write, and puts them into the order in which to deploy them.\n\n" +
			"The exit code is 3 when a deploy would be refused, as state would be lost or stand for something else, and when\n" +
			"another job of the project could not go on reading what a changed one writes.",
		Example:           "  autostream plan\n  autostream plan prod pv_uv\n  autostream plan --against main --format markdown\n  autostream plan --changed-since origin/main\n  autostream plan --old ../before",
		ValidArgsFunction: jobs.Complete(d, true),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := jobs.Sound(d); err != nil {
				return err
			}
			o.Start = jobs.Start{IO: d.IO, Progress: d.IO.NewProgress(d.Now), Format: format.Value, Now: d.Now, DryRun: true}
			o.Names, o.Global, o.Getenv, o.Dir, o.Project = args, d.Global, d.Getenv, d.Dir, d.Project
			o.Jobs = func(ctx context.Context) (context.Context, *job.Service, func(), error) { return jobs.Open(ctx, d) }
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Old, "old", "", "compare with the project in this folder instead of what runs")
	flags.StringVar(&o.Against, "against", "", "compare with the project as it is in this revision of git")
	flags.StringVar(&o.Since, "changed-since", "", "only jobs that changed since this revision of git, and those downstream, in order of deployment")
	flags.BoolVar(&o.Accept, "accept-state-loss", false, "plan as a deploy with this flag would: a loss is shown and refuses nothing")
	flags.Var(format, "format", "output format: "+format.Names())
	cmd.MarkFlagsMutuallyExclusive("old", "against", "changed-since")
	return cmd
}

func planned(ctx context.Context, o *Options) error {
	switch {
	case o.Old != "":
		return o.compare(o.path(o.Old), o.Old)
	case o.Since != "":
		return o.since(ctx)
	case o.Against != "":
		dir, done, err := o.checkout(ctx, o.Against)
		if err != nil {
			return err
		}
		defer done()
		return o.compare(dir, o.Against)
	}
	return o.running(ctx)
}

// running compares the project with what runs.
func (o *Options) running(ctx context.Context) error {
	ctx, service, done, err := o.Jobs(ctx)
	if err != nil {
		return err
	}
	defer done()
	refs, err := service.Deployable(o.Names)
	if err != nil {
		return err
	}
	var proposals []job.Proposal
	var refused []diag.Finding
	var refusals []error
	for _, ref := range refs {
		p, findings, err := service.Foresee(ctx, job.Request{Job: ref, Lossy: o.Accept})
		if no, ok := errors.AsType[*job.Refused](err); ok {
			refused = append(refused, no.Findings...)
			continue
		}
		if err != nil {
			return err
		}
		jobs.WriteFindings(o.IO, findings)
		proposals = append(proposals, p)
	}
	if err := service.Readers(ctx, proposals); err != nil {
		return err
	}
	for _, p := range proposals {
		for _, err := range []error{p.Refusal(), p.Breaks()} {
			if err != nil {
				refusals = append(refusals, err)
			}
		}
	}
	jobs.WriteFindings(o.IO, refused)
	out := jobs.PlanOf(proposals, o.Now())
	for i, p := range proposals {
		if out.Jobs[i].Meanwhile, err = service.Meanwhile(ctx, p); err != nil {
			return err
		}
	}
	if err := o.show(out); err != nil {
		return err
	}
	if len(refused) > 0 {
		return fault.Errorf(fault.Findings, "%d findings", len(refused))
	}
	return jobs.Refuse(o.IO, refusals)
}

func (o *Options) show(p jobs.Plan) error {
	if o.Format == "markdown" {
		_, err := o.IO.Out.Write([]byte(markdown(p)))
		return err
	}
	return o.IO.Write(o.Format, p)
}
