package dist

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// tool is a program of this machine that fetches packages: it knows the user's mirrors and proxies, which we then need not.
type tool struct {
	names  []string // what it may be called, best first
	pkg    packages // what to install when there is none
	reason string   // what it is for, in the message
}

var (
	pip   = tool{[]string{"python3", "python"}, packages{"python3-pip", "python3-pip", "python", "py3-pip", "python-pip", "python3-pip", "Python.Python.3.12"}, "Flink's jars come from the Python package registry"}
	maven = tool{[]string{"mvn"}, packages{"maven", "maven", "maven", "maven", "maven", "maven", ""}, "jars come from the Maven repository"}
)

// find returns the path of the program, or an error that names the package to install.
func (t tool) find() (string, error) {
	for _, name := range t.names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", t.missing("%s is not on the PATH: %s", t.names[0], t.reason)
}

// missing is the error about a program, or a part of it, that has to be installed first.
func (t tool) missing(format string, args ...any) error {
	return fault.Errorf(fault.Failed, format, args...).
		WithFix("install it, or give a distribution with --from or --home:\n  %s", thisSystem().install(t.pkg))
}

// shownLines is how much of a failed program's output an error shows.
const shownLines = 4

// runTool runs a program in a folder, hands each line of its output to line, and ends it with all its children when the
// context does. An error shows the end of the output, without passwords.
func runTool(ctx context.Context, dir string, env []string, line func(string), name string, args ...string) error {
	// The death signal of bind is tied to the thread that starts the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	cmd := exec.CommandContext(ctx, name, args...)
	bind(cmd)
	cmd.Dir = dir
	cmd.Env = env
	cmd.WaitDelay = 5 * time.Second
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var said output
	read := make(chan struct{})
	go func() {
		defer close(read)
		lines := bufio.NewScanner(reader)
		for lines.Scan() {
			text := strings.TrimSpace(terminalCodes().ReplaceAllString(lines.Text(), ""))
			line(text)
			said.add(text)
		}
		_, _ = io.Copy(io.Discard, reader) // a line too long for the scanner must not block the program
	}()
	err := cmd.Run()
	_ = writer.Close() // never fails
	<-read
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if said.diskFull {
		err = fmt.Errorf("%w (%w)", err, diskFull[0])
	}
	return fault.Errorf(fault.Failed, "running %s: %w", cmd.Args[0], err).WithFix("%s", said)
}

// output is what is kept of a program's output: Maven names the cause in the first of its error lines and adds general
// advice, pip names it in the last, and a crash just ends.
type output struct {
	errors   []string // the first lines that say they are errors
	tail     []string // the last lines of all
	diskFull bool
}

func (o *output) add(line string) {
	if strings.Contains(line, "No space left on device") || strings.Contains(line, "not enough space on the disk") {
		o.diskFull = true
	}
	if line == "" || line == "[ERROR]" || strings.Contains(strings.ToLower(line), "re-run maven") {
		return
	}
	if len(o.errors) < shownLines && (strings.HasPrefix(line, "ERROR") || strings.HasPrefix(line, "[ERROR]")) {
		o.errors = append(o.errors, line)
	}
	o.tail = append(o.tail[max(0, len(o.tail)-shownLines+1):], line)
}

// String returns the lines worth showing, without passwords.
func (o output) String() string {
	lines := o.errors
	if len(lines) == 0 {
		lines = o.tail
	}
	return userInURL().ReplaceAllString(strings.Join(lines, "\n"), "://")
}

var (
	userInURL     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`://[^/@\s]+@`) })
	terminalCodes = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]") })
)
