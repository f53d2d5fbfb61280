// Package flink is `autostream flink`: the Flink distributions on this machine.
package flink

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
)

// NewCommand declares `autostream flink` with its verbs.
func NewCommand(d *deps.Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "flink",
		Long: "Install and list Flink distributions.\n\n" +
			"Commands that need a Flink look for FLINK_HOME first, then for one installed here. Distributions are kept\n" +
			"in the user's cache; AUTOSTREAM_CACHE names another folder.",
	}
	cmd.AddCommand(newInstall(d, nil), newList(d, nil), newRemove(d, nil))
	return cmd
}

// openCache returns the cache of this user.
func openCache(d *deps.Deps) (*dist.Cache, error) {
	dir, err := dist.DefaultDir(d.Getenv)
	if err != nil {
		return nil, err
	}
	return &dist.Cache{Dir: dir, Log: d.Log}, nil
}

// bounded gives the context the limit of --timeout, if there is one.
func bounded(ctx context.Context, d *deps.Deps) (context.Context, context.CancelFunc) {
	if d.Global.Timeout > 0 {
		return context.WithTimeout(ctx, d.Global.Timeout)
	}
	return ctx, func() {}
}

// completeVersions offers the versions that are installed.
func completeVersions(d *deps.Deps) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		cache, err := openCache(d)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		entries, err := cache.List()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Version)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeReleases offers the lines of the table.
func completeReleases(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, r := range release.All() {
		names = append(names, r.Line.String())
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// labels say what a step does.
var labels = map[dist.Step]string{
	dist.StepWait:     "waiting for",
	dist.StepDownload: "downloading",
	dist.StepUnpack:   "unpacking",
	dist.StepGateway:  "downloading",
	dist.StepRecord:   "checking",
	dist.StepPublish:  "installing",
}

// Show draws the events of an installation.
func Show(p *term.Progress) func(dist.Event) {
	return func(e dist.Event) {
		label := labels[e.Step]
		if e.Detail != "" {
			label += " " + e.Detail
		}
		p.Bytes(label, e.Done, e.Total)
	}
}
