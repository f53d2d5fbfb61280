// Package demo is `autostream demo`: the page-view example, running.
package demo

import (
	"cmp"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/flink/dist"
)

// NewCommand declares `autostream demo` with its verbs.
func NewCommand(d *deps.Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "demo",
		Long: "Run the page-view example on a real Flink: page views and unique visitors of a site, from its clicks.\n\n" +
			"up unpacks the example into a folder, installs a Flink if there is none, starts a stream of clicks, deploys both\n" +
			"jobs and shows live rows, lineage and status. down stops all of it and removes the folder.",
		Example: "  autostream demo up\n  autostream demo down",
	}
	cmd.AddCommand(newUp(d, nil), newDown(d, nil), newFeed(d, nil))
	return cmd
}

// folder is where the demo lives: the argument, or a place in the user's cache.
func folder(d *deps.Deps, args []string) (string, error) {
	if len(args) == 0 {
		cache, err := dist.DefaultDir(d.Getenv)
		return filepath.Join(cache, "demo"), err
	}
	return absolute(d, args[0]), nil
}

func absolute(d *deps.Deps, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(cmp.Or(d.Dir, "."), path)
}
