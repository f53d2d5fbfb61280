package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/demo"
	"github.com/autostream/autostream/internal/cli/deploy"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/diagnose"
	"github.com/autostream/autostream/internal/cli/diff"
	"github.com/autostream/autostream/internal/cli/explain"
	"github.com/autostream/autostream/internal/cli/flink"
	"github.com/autostream/autostream/internal/cli/fmtcmd"
	"github.com/autostream/autostream/internal/cli/history"
	"github.com/autostream/autostream/internal/cli/initcmd"
	"github.com/autostream/autostream/internal/cli/lineage"
	"github.com/autostream/autostream/internal/cli/lint"
	"github.com/autostream/autostream/internal/cli/list"
	"github.com/autostream/autostream/internal/cli/logs"
	"github.com/autostream/autostream/internal/cli/lsp"
	"github.com/autostream/autostream/internal/cli/move"
	"github.com/autostream/autostream/internal/cli/plancmd"
	"github.com/autostream/autostream/internal/cli/preview"
	"github.com/autostream/autostream/internal/cli/restart"
	"github.com/autostream/autostream/internal/cli/rollback"
	"github.com/autostream/autostream/internal/cli/rules"
	"github.com/autostream/autostream/internal/cli/savepoint"
	"github.com/autostream/autostream/internal/cli/status"
	"github.com/autostream/autostream/internal/cli/stop"
	"github.com/autostream/autostream/internal/cli/target"
	"github.com/autostream/autostream/internal/cli/test"
	"github.com/autostream/autostream/internal/cli/version"
)

// The groups of `autostream --help`, in the order a job lives through them.
const (
	groupDevelop = "develop"
	groupShip    = "ship"
	groupOperate = "operate"
	groupSetup   = "setup"
)

// command is a command of the first level: what the help says of it, and how it is declared with its flags and verbs.
type command struct {
	group, name, short string
	declare            func(*deps.Deps) *cobra.Command
}

// commands lists the first level. Declaring a command takes memory that every start of the program would pay for, so it
// waits until the command is named.
func commands() []command {
	return []command{
		{groupDevelop, "init", "Start a project that deploys as it is", verb(initcmd.NewCommand)},
		{groupDevelop, "explain", "Show operators, changelog and state of queries", verb(explain.NewCommand)},
		{groupDevelop, "lineage", "Show which columns flow into the columns that jobs write", verb(lineage.NewCommand)},
		{groupDevelop, "lint", "Check SQL as the Flink release in use would", verb(lint.NewCommand)},
		{groupDevelop, "rules", "List and explain the rules of lint", verb(rules.NewCommand)},
		{groupDevelop, "preview", "Watch the rows of a query before it is deployed", verb(preview.NewCommand)},
		{groupDevelop, "test", "Run the tests of SQL jobs on a local Flink", verb(test.NewCommand)},
		{groupDevelop, "lsp", "Serve an editor as a language server for Flink SQL", verb(lsp.NewCommand)},
		{groupDevelop, "fmt", "Write SQL files in one style", verb(fmtcmd.NewCommand)},
		{groupShip, "plan", "Show what a deploy would change, and what becomes of the state", verb(plancmd.NewCommand)},
		{groupShip, "deploy", "Start jobs, or replace what runs of them with their state", verb(deploy.NewCommand)},
		{groupShip, "stop", "End jobs with a savepoint", verb(stop.NewCommand)},
		{groupShip, "move", "Let a job go on on another target, with its state", verb(move.NewCommand)},
		{groupShip, "restart", "Start the version of a job that ran last again, with its state", verb(restart.NewCommand)},
		{groupShip, "rollback", "Start an earlier version of a job again, from its own state", verb(rollback.NewCommand)},
		{groupShip, "savepoint", "Take, list, look into and remove savepoints of jobs", savepoint.NewCommand},
		{groupShip, "history", "Show what was done to jobs, by whom and why", verb(history.NewCommand)},
		{groupShip, "diff", "Compare versions of a job, or what runs with the project", verb(diff.NewCommand)},
		{groupOperate, "list", "List the jobs of the project and their states", verb(list.NewCommand)},
		{groupOperate, "status", "Show what is true about jobs now", verb(status.NewCommand)},
		{groupOperate, "logs", "Print the logs of a job", verb(logs.NewCommand)},
		{groupOperate, "diagnose", "Find out what is wrong with a job", verb(diagnose.NewCommand)},
		{groupSetup, "flink", "Install and list Flink distributions", flink.NewCommand},
		{groupSetup, "target", "Look at the project's targets; start and end local ones", target.NewCommand},
		{groupSetup, "demo", "Run the page-view example on a real Flink", demo.NewCommand},
		{groupSetup, "version", "Show what this program is", verb(version.NewCommand)},
	}
}

// verb declares a command that does one thing, which flag tests replace.
func verb[O any](declare func(*deps.Deps, func(context.Context, *O) error) *cobra.Command) func(*deps.Deps) *cobra.Command {
	return func(d *deps.Deps) *cobra.Command { return declare(d, nil) }
}

// named tells whether a command line can reach a command: cobra only goes to one whose name, or alias, is among the words.
func named(words []string) func(command) bool {
	return func(c command) bool {
		return slices.Contains(words, c.name) || c.name == "list" && slices.Contains(words, list.Alias)
	}
}

// outline is a command of which no more is asked than its line in the help.
func outline(c command) *cobra.Command {
	return &cobra.Command{Use: c.name, Run: func(*cobra.Command, []string) {}}
}
