package flink

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
)

// RemoveOptions is everything `autostream flink remove` depends on.
type RemoveOptions struct {
	IO       *term.IO
	Cache    Remover
	Versions []string // as the user wrote them
	Yes      bool     // do not ask
	DryRun   bool     // change nothing
}

// Remover is the part of the cache of distributions that removing needs.
type Remover interface {
	List() ([]dist.Entry, error)
	Remove(ctx context.Context, version string, waiting func(holder string)) error
}

func newRemove(d *deps.Deps, run func(context.Context, *RemoveOptions) error) *cobra.Command {
	o := &RemoveOptions{}
	cmd := &cobra.Command{
		Use:               "remove VERSION…",
		Aliases:           []string{"rm"},
		Short:             "Remove Flink distributions from the cache",
		Long:              "Remove Flink distributions from the cache. A distribution that was taken over with --home is forgotten, not deleted.",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: completeVersions(d),
		RunE: func(cmd *cobra.Command, args []string) error {
			cache, err := openCache(d)
			if err != nil {
				return err
			}
			o.IO, o.Cache, o.Versions, o.Yes = d.IO, cache, args, d.Global.Yes
			if run == nil {
				run = remove
			}
			ctx, cancel := bounded(cmd.Context(), d)
			defer cancel()
			return run(ctx, o)
		},
	}
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "show what would be removed")
	return cmd
}

func remove(ctx context.Context, o *RemoveOptions) error {
	entries, err := o.chosen()
	if err != nil {
		return err
	}
	for _, e := range entries {
		o.IO.Hint("%s", plan(e))
	}
	switch {
	case o.DryRun:
		return nil
	case !o.Yes && !o.IO.InTerminal:
		return fault.Errorf(fault.Usage, "nobody can be asked here").
			WithFix("autostream flink remove --yes %s", strings.Join(o.Versions, " "))
	case !o.Yes && !o.IO.Confirm("Go on?"):
		return fault.Errorf(fault.Interrupted, "nothing was removed")
	}
	for _, e := range entries {
		err := o.Cache.Remove(ctx, e.Version, func(holder string) { o.IO.Hint("waiting for %s", holder) })
		if err != nil {
			return err
		}
		o.IO.Hint("Flink %s is gone", e.Version)
	}
	return nil
}

// chosen finds the distributions that the user named, by exact version or by line, each once.
func (o *RemoveOptions) chosen() ([]dist.Entry, error) {
	all, err := o.Cache.List()
	if err != nil {
		return nil, err
	}
	var chosen []dist.Entry
	for _, name := range o.Versions {
		found := 0
		for _, e := range all {
			if e.Version != name && e.Home.Release.Line.String() != name {
				continue
			}
			found++
			if !slices.ContainsFunc(chosen, func(c dist.Entry) bool { return c.Version == e.Version }) {
				chosen = append(chosen, e)
			}
		}
		if found == 0 {
			if _, err := release.Parse(name); err != nil {
				return nil, err
			}
			return nil, fault.Errorf(fault.NotFound, "Flink %s is not in the cache", name).WithFix("autostream flink list")
		}
	}
	return chosen, nil
}

func plan(e dist.Entry) string {
	if e.InPlace {
		return "forget Flink " + e.Version + " (" + e.Home.Dir + " stays as it is)"
	}
	return "remove Flink " + e.Version + ", " + size(e.Size) + " in " + e.Home.Dir
}
