// The demo runs the program's own commands as a user would, and shows each before it runs.

package demo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/term"
)

// cleanUpTime is how long a command may take to end after Ctrl-C.
const cleanUpTime = 30 * time.Second

// Runner runs one command line of this program inside a folder.
type Runner func(ctx context.Context, dir string, args ...string) error

// self starts this program again for each command.
func self(io *term.IO) Runner {
	return func(ctx context.Context, dir string, args ...string) error {
		io.Hint("\n%s", io.Paint(term.Strong, "$ autostream "+strings.Join(args, " ")))
		program, err := os.Executable()
		if err != nil {
			return fmt.Errorf("finding this program: %w", err)
		}
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, io.In, io.Out, io.Err
		cmd.WaitDelay = cleanUpTime
		cmd.Cancel = func() error {
			if io.InTerminal {
				return nil // the terminal has sent Ctrl-C to both; a second one would kill
			}
			return cmd.Process.Signal(os.Interrupt)
		}
		if err := cmd.Run(); err != nil {
			if ctx.Err() != nil {
				return &fault.Error{Kind: fault.Interrupted, Message: "the demo was interrupted"}
			}
			return fault.Errorf(fault.Failed, "autostream %s: %w", args[0], err)
		}
		return nil
	}
}
