// Package diagnose is `autostream diagnose`: what is wrong with a job, the evidence, and the way out.
package diagnose

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
)

// NewCommand declares `autostream diagnose` and its verbs. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	s, o := &subjects{deps: d}, &Options{}
	format := term.NewFormatFlag(Markdown)
	cmd := &cobra.Command{
		Use: "diagnose [JOB]",
		Long: "Find out what is wrong with a job: the cause, the evidence, and the way out.\n\n" +
			"In under 15 seconds failures, backpressure, threads, checkpoints, watermarks, garbage collection and logs are looked\n" +
			"at, and what is found is shown in the order of what is most likely the cause. Nothing is changed, and nothing needs\n" +
			"to be installed beforehand. The exit code is 3 when something serious is found.\n\n" +
			"A job is named as in the project, pv_uv or prod/pv_uv. Jobs that AutoStream did not deploy are named TARGET/NAME,\n" +
			"by their name or id in Flink, or by --rest, the address of their JobManager, with no project at all.",
		Example: "  autostream diagnose pv_uv\n  autostream diagnose prod/pv_uv --format markdown\n  autostream diagnose pv_uv --watch\n  autostream diagnose --rest http://jobmanager:8081",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && s.address == "" {
				return cmd.Help()
			}
			options(d, s, o, args, format.Value)
			if run == nil {
				run = diagnoseJob
			}
			return run(cmd.Context(), o)
		},
	}
	cmd.PersistentFlags().StringVar(&s.address, "rest", "", "address of a JobManager, http://host:8081, instead of a target of the project")
	cmd.Flags().StringVar(&o.Bundle, "bundle", "", "pack report, snapshot, logs, thread dumps and configuration, without secrets, into this .tar.gz for somebody else")
	cmd.Flags().BoolVar(&o.Watch, "watch", false, "look again and again, on the whole screen")
	cmd.Flags().StringArrayVar(&o.Own, "rules", nil, "a file of failure rules of your own; may be given several times")
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	cmd.AddCommand(newErrors(s, nil), newThreads(s, nil), newLag(s, nil), newHeap(s, nil), newFlame(s, nil),
		newLogLevel(s, nil), newAudit(s, nil), newRules(d), newInside(s))
	return cmd
}
