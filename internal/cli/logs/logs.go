// Package logs is `autostream logs`: the logs of a job, running or ended.
package logs

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/target"
)

// Options is everything `autostream logs` depends on.
type Options struct {
	IO      *term.IO
	Jobs    Jobs
	Name    string
	Process string // whose log, or the beginning of its name; "" for all
	Logs    target.LogOptions
}

// Jobs is the part of the job service that logs need.
type Jobs interface {
	jobs.Finder
	Logs(ctx context.Context, ref job.Ref, o target.LogOptions, w io.Writer) error
}

// NewCommand declares `autostream logs`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:               "logs JOB",
		Long:              "Print the logs of the processes that run a job, or ran it last. Secrets of the project are replaced by ***.",
		Example:           "  autostream logs pv_uv -f\n  autostream logs prod/pv_uv --tail 100\n  autostream logs pv_uv --process taskmanager-1-2",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Logs.Tail < 0 {
				return fault.Errorf(fault.Usage, "--tail takes a number of lines")
			}
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			o.IO, o.Jobs, o.Name = d.IO, service, args[0]
			if run == nil {
				run = logs
			}
			return run(ctx, o)
		},
	}
	cmd.Flags().BoolVarP(&o.Logs.Follow, "follow", "f", false, "go on with what is written from now on")
	cmd.Flags().IntVar(&o.Logs.Tail, "tail", 0, "only the last lines of each log")
	cmd.Flags().StringVar(&o.Process, "process", "", "only what a process wrote, or all whose names begin so: jobmanager, taskmanager-1-2")
	return cmd
}

func logs(ctx context.Context, o *Options) error {
	ref, err := o.Jobs.Find(ctx, o.Name)
	if err != nil {
		return err
	}
	out := o.IO.Out
	if o.Process != "" {
		out = &ofProcess{name: o.Process, w: out}
	}
	return o.Jobs.Logs(ctx, ref, o.Logs, out)
}
