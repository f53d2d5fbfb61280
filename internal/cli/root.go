package cli

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
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

// NewRoot declares the whole command tree. Nothing is opened or read here.
func NewRoot(d *deps.Deps) *cobra.Command {
	root := &cobra.Command{
		Use:           "autostream",
		Short:         "Develop, ship and operate Apache Flink jobs",
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(usage)
	bindGlobal(root, d)
	root.AddGroup(
		&cobra.Group{ID: groupDevelop, Title: "Develop"},
		&cobra.Group{ID: groupShip, Title: "Ship"},
		&cobra.Group{ID: groupOperate, Title: "Operate"},
		&cobra.Group{ID: groupSetup, Title: "Set up"},
	)
	root.SetHelpCommandGroupID(groupSetup)
	root.SetCompletionCommandGroupID(groupSetup)
	add(root, groupDevelop,
		initcmd.NewCommand(d, nil),
		explain.NewCommand(d, nil),
		lineage.NewCommand(d, nil),
		lint.NewCommand(d, nil),
		rules.NewCommand(d, nil),
		preview.NewCommand(d, nil),
		test.NewCommand(d, nil),
		lsp.NewCommand(d, nil),
		fmtcmd.NewCommand(d, nil),
	)
	add(root, groupShip,
		plancmd.NewCommand(d, nil),
		deploy.NewCommand(d, nil),
		stop.NewCommand(d, nil),
		move.NewCommand(d, nil),
		restart.NewCommand(d, nil),
		rollback.NewCommand(d, nil),
		savepoint.NewCommand(d),
		history.NewCommand(d, nil),
		diff.NewCommand(d, nil),
	)
	add(root, groupOperate,
		list.NewCommand(d, nil),
		status.NewCommand(d, nil),
		logs.NewCommand(d, nil),
		diagnose.NewCommand(d, nil),
	)
	add(root, groupSetup,
		flink.NewCommand(d),
		target.NewCommand(d),
		demo.NewCommand(d),
		version.NewCommand(d, nil),
	)
	root.AddCommand(target.NewKeeper(d))
	wrapArgs(root)
	return root
}

func add(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, c := range commands {
		c.GroupID = group
		root.AddCommand(c)
	}
}

// bindGlobal binds the flags that every command has.
func bindGlobal(root *cobra.Command, d *deps.Deps) {
	flags := root.PersistentFlags()
	flags.StringVarP(&d.Global.Project, "project", "C", "", "folder of autostream.yaml (default: searched upward from here)")
	flags.StringVarP(&d.Global.Environment, "env", "e", "", "environment of the project file to lay over it")
	flags.StringToStringVar(&d.Global.Variables, "var", nil, "set a variable, stronger than any file: NAME=VALUE")
	flags.BoolVarP(&d.Global.Yes, "yes", "y", false, "do not ask")
	flags.DurationVar(&d.Global.Timeout, "timeout", 0, "give up waiting after this long (exit code 8)")
	flags.BoolVarP(&d.Global.Verbose, "verbose", "v", false, "say more about what is being done")
	noColor := flags.Bool("no-color", false, "no colours, like NO_COLOR=1")
	root.PersistentPreRun = func(*cobra.Command, []string) {
		if *noColor {
			d.IO.Color = false
		}
		if d.Global.Verbose && d.LogLevel != nil {
			d.LogLevel.Set(slog.LevelInfo)
		}
	}
}

// wrapArgs makes wrong numbers of arguments, flags that exclude each other and unknown commands errors of kind Usage, in
// every command below root.
func wrapArgs(c *cobra.Command) {
	check := c.Args
	if check == nil {
		check = cobra.ArbitraryArgs
		if c.HasSubCommands() {
			check = unknownCommand
		}
	}
	c.Args = func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usage(cmd, err)
		}
		if err := cmd.ValidateFlagGroups(); err != nil {
			return usage(cmd, err)
		}
		return nil
	}
	for _, child := range c.Commands() {
		wrapArgs(child)
	}
}

// unknownCommand refuses arguments of a command that only has subcommands, with the nearest of them.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	e := fault.Errorf(fault.Usage, "unknown command %q for %q", args[0], cmd.CommandPath())
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return e.WithFix("did you mean this?\n  %s %s", cmd.CommandPath(), strings.Join(near, "\n  "+cmd.CommandPath()+" "))
	}
	return e.WithFix("%s", fmt.Sprintf("%s --help lists the commands", cmd.CommandPath()))
}
