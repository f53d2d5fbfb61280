package cli

import (
	"testing"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/app"
)

// TestCommandsByTheirNames holds the table of commands to what they call themselves: a command that answers to another
// name would stay an outline.
func TestCommandsByTheirNames(t *testing.T) {
	t.Parallel()
	d := app.FromProcess()
	for _, c := range commands() {
		whole := c.declare(d)
		if whole.Name() != c.name {
			t.Errorf("the command %s calls itself %s", c.name, whole.Name())
		}
		for _, word := range append(whole.Aliases, whole.Name()) {
			if !named([]string{"-v", word})(c) {
				t.Errorf("%q does not reach %s", word, c.name)
			}
		}
	}
}

// TestOutline holds the help of the program to one text, however much of the tree stands.
func TestOutline(t *testing.T) {
	t.Parallel()
	usage := func(whole func(command) bool) string { return helped(newRoot(app.FromProcess(), whole)) }
	if outlined, all := usage(named(nil)), usage(func(command) bool { return true }); outlined != all {
		t.Errorf("the help of outlines is\n%s\nof whole commands\n%s", outlined, all)
	}
}

// helped is the help of the program with the commands that cobra adds.
func helped(root *cobra.Command) string {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return root.UsageString()
}
