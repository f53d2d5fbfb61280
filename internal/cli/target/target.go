// Package target is `autostream target`: the places where the project's jobs run.
package target

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
)

// NewCommand declares `autostream target` with its verbs.
func NewCommand(d *deps.Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "target",
		Long: "Look at the project's targets; start and end local ones.\n\n" +
			"A local target is a Flink session cluster of this project on this machine. The first command that needs it\n" +
			"starts it; it ends by itself when neither a job nor a command has used it for a while.",
	}
	cmd.AddCommand(newStatus(d, nil), newUp(d, nil), newDown(d, nil), newSetup(d, nil), newCheck(d, nil))
	return cmd
}

// KeeperCommand is the hidden command that a local target starts as a process of its own.
const KeeperCommand = "internal-keep-cluster"

// NewKeeper declares the hidden command that keeps a local cluster.
func NewKeeper(d *deps.Deps) *cobra.Command {
	return &cobra.Command{
		Use:    KeeperCommand + " DIR",
		Short:  "Keep a local cluster until it is ended (started by other commands)",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			err := d.KeepCluster(cmd.Context(), args[0])
			if errors.Is(err, context.Canceled) {
				return nil // ended, as it was told to
			}
			return err
		},
	}
}

// place is a target of the project, not connected to yet.
type place struct {
	project.Target
	Default bool // what commands take when none is named
	connect func(context.Context, project.Target) (target.Target, error)
}

// places returns the targets that the arguments name, and all of the project when there are none.
func places(d *deps.Deps, names []string) ([]place, error) {
	p, _, err := d.Project()
	if err != nil {
		return nil, err
	}
	var all []place
	for _, t := range p.Targets {
		if len(names) == 0 || slices.Contains(names, t.Name) {
			all = append(all, place{
				Target: t, Default: t.Name == p.Default,
				connect: func(ctx context.Context, t project.Target) (target.Target, error) { return d.Target(ctx, p, t) },
			})
		}
	}
	for _, name := range names {
		if _, ok := p.Target(name); !ok {
			return nil, fault.Errorf(fault.NotFound, "project %s has no target %s", p.Name, name).WithFix("autostream target status")
		}
	}
	return all, nil
}

// one returns the target that the argument names, or the project's default.
func one(d *deps.Deps, args []string) (place, error) {
	all, err := places(d, args)
	if err != nil {
		return place{}, err
	}
	for _, p := range all {
		if len(args) > 0 || p.Default {
			return p, nil
		}
	}
	return place{}, fault.Errorf(fault.Usage, "the project has no default target").WithFix("autostream target status")
}

// owned connects to a target whose cluster is AutoStream's own.
func (p place) owned(ctx context.Context) (target.Owned, error) {
	connected, err := p.connect(ctx, p.Target)
	if err != nil {
		return nil, err
	}
	if owned, ok := connected.(target.Owned); ok {
		return owned, nil
	}
	return nil, fault.Errorf(fault.Usage, "target %s of kind %s is not AutoStream's to start and end", p.Name, p.Kind)
}

// completeTargets offers the targets of the project.
func completeTargets(d *deps.Deps) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		all, err := places(d, nil)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		names := make([]string, len(all))
		for i, p := range all {
			names[i] = p.Name
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// bounded gives the context the limit of --timeout, if there is one.
func bounded(ctx context.Context, d *deps.Deps) (context.Context, context.CancelFunc) {
	if d.Global.Timeout > 0 {
		return context.WithTimeout(ctx, d.Global.Timeout)
	}
	return ctx, func() {}
}
