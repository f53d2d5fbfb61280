// Package deploy is `autostream deploy`: jobs of the project start, or replace what runs of them with their state.
package deploy

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
)

// Options is everything `autostream deploy` depends on.
type Options struct {
	jobs.Start
	Jobs    Jobs
	Names   []string    // [TARGET] [JOB…] as the user wrote them
	Request job.Request // what holds for every job named
}

// Jobs is the part of the job service that deploying needs.
type Jobs interface {
	jobs.Settler
	jobs.Carrier
	Deployable(names []string) ([]job.Ref, error)
	Prepare(ctx context.Context, r job.Request) (job.Proposal, []diag.Finding, error)
	Readers(ctx context.Context, proposals []job.Proposal) error
}

// NewCommand declares `autostream deploy`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{}
	format := term.NewFormatFlag()
	var fresh, stay, wait, unchecked bool
	cmd := &cobra.Command{
		Use: "deploy [TARGET] [JOB…]",
		Long: "Start jobs, or replace what runs of them with their state.\n\n" +
			"Without a JOB every job of the project is deployed, without a TARGET each to its own. A job that runs is stopped\n" +
			"with a savepoint and the new version starts from it; one that does not run starts from its newest savepoint or\n" +
			"checkpoint. A job that runs and has not changed is left alone. When the new version does not come up, the one\n" +
			"before is started again from the state it had.\n\n" +
			"A version that could not take its state, or would take it for something else, is refused before anything is\n" +
			"touched (exit code 3): autostream plan tells why.",
		Example: "  autostream deploy\n" +
			"  autostream deploy prod pv_uv -m 'count bots separately'\n" +
			"  autostream deploy prod pv_uv --dry-run\n" +
			"  autostream deploy prod pv_uv --from s3://bucket/savepoints/savepoint-4f1c2a-0b9d",
		ValidArgsFunction: jobs.Complete(d, true),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := jobs.Sound(d); err != nil {
				return err
			}
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			o.Start = jobs.Start{
				IO: d.IO, Progress: d.IO.NewProgress(d.Now), Jobs: service, Format: format.Value, Now: d.Now,
				Yes: d.Global.Yes, DryRun: o.DryRun, Question: "Deploy?",
			}
			o.Jobs, o.Names = service, args
			if o.Request.Path != "" {
				o.Request.Origin = job.FromPath
			}
			if fresh {
				o.Request.Origin = job.Fresh
			}
			if unchecked {
				o.Request.Judgement = job.Syntax
			}
			o.Request.Stay, o.Request.Detach = stay, !wait
			if run == nil {
				run = deploy
			}
			return run(ctx, o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&fresh, "fresh", false, "start without state, on purpose")
	flags.StringVar(&o.Request.Path, "from", "", "start from this savepoint or checkpoint")
	flags.BoolVar(&o.Request.Lossy, "accept-state-loss", false, "lose state that the new version has no place for, or that stands for something else in it")
	flags.BoolVar(&o.Request.Force, "force", false, "replace a job that has not changed")
	flags.BoolVar(&stay, "no-return", false, "do not start the version before again when the new one does not come up")
	flags.BoolVar(&unchecked, "no-lint", false, "leave it to Flink to find wrong names and types, after what runs was stopped")
	flags.BoolVar(&wait, "wait", true, "wait until all tasks run")
	flags.BoolVar(&o.DryRun, "dry-run", false, "show what would be done and change nothing")
	flags.StringVarP(&o.Request.Message, "message", "m", "", "why, for the history")
	flags.Var(format, "format", "output format: "+format.Names())
	cmd.MarkFlagsMutuallyExclusive("fresh", "from")
	return cmd
}

func deploy(ctx context.Context, o *Options) error {
	refs, err := o.Jobs.Deployable(o.Names)
	if err != nil {
		return err
	}
	if o.Request.Path != "" && len(refs) > 1 {
		return fault.Errorf(fault.Usage, "--from is the state of one job, and %d are named", len(refs))
	}
	var proposals []job.Proposal
	var refused []diag.Finding
	for _, ref := range refs {
		r := o.Request
		r.Job = ref
		if !o.DryRun {
			if err := jobs.Settle(ctx, o.IO, o.Jobs, ref); err != nil {
				return err
			}
		}
		p, findings, err := o.Jobs.Prepare(ctx, r)
		if no, ok := errors.AsType[*job.Refused](err); ok {
			refused = append(refused, no.Findings...)
			continue
		}
		if err != nil {
			jobs.WriteFindings(o.IO, refused)
			return err
		}
		jobs.WriteFindings(o.IO, findings)
		proposals = append(proposals, p)
	}
	if len(refused) > 0 {
		jobs.WriteFindings(o.IO, refused)
		o.IO.Hint("nothing was touched")
		return fault.Errorf(fault.Findings, "%d findings", len(refused))
	}
	if err := o.Jobs.Readers(ctx, proposals); err != nil {
		return err
	}
	if err := o.refusal(proposals); err != nil {
		return err
	}
	return o.Run(ctx, proposals)
}

// refusal tells why none of the jobs is touched. --dry-run shows the plans all the same.
func (o *Options) refusal(proposals []job.Proposal) error {
	if o.DryRun {
		return nil
	}
	var refused []job.Proposal
	var refusals []error
	for _, p := range proposals {
		if err := p.Refusal(); err != nil {
			refused, refusals = append(refused, p), append(refusals, err)
		}
	}
	if len(refusals) == 0 {
		return nil
	}
	jobs.PlanOf(refused, o.Now()).Show(o.IO)
	defer o.IO.Hint("nothing was touched")
	return jobs.Refuse(o.IO, refusals)
}
