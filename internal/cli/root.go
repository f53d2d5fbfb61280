package cli

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/target"
)

// NewRoot declares the whole command tree. Nothing is opened or read here.
func NewRoot(d *deps.Deps) *cobra.Command {
	return newRoot(d, func(command) bool { return true })
}

// newRoot declares the command tree: the commands that whole asks for with their flags and verbs, the others in outline.
func newRoot(d *deps.Deps, whole func(command) bool) *cobra.Command {
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
	for _, c := range commands() {
		child := outline(c)
		if whole(c) {
			child = c.declare(d)
		}
		child.GroupID, child.Short = c.group, c.short
		root.AddCommand(child)
	}
	root.AddCommand(target.NewKeeper(d))
	wrapArgs(root)
	return root
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
