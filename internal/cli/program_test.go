//go:build flink || sick

package cli_test

import (
	"bytes"
	"os"
	"os/exec"
)

// program is autostream in a folder: this test binary, run as the program.
type program struct {
	dir   string
	flags []string // of every call
}

// run returns what a call printed, and behind it what it said when it failed.
func (p program) run(args ...string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(self)
	cmd.Args = append(append([]string{"autostream", "-C", p.dir}, p.flags...), args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err = cmd.Run(); err != nil {
		out.WriteString(problems.String())
	}
	return out.String(), err
}
