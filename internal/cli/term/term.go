// Package term is how commands talk to people and programs: streams, terminals, colours, tables and formats.
//
// Results go to Out; progress, hints and "done" lines go to Err. On a terminal there are colours, relative times and
// truncation; elsewhere text is tab-separated, times are RFC 3339 and nothing is cut.
package term

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// IO is the streams of one run and what is known about them.
type IO struct {
	In  io.Reader
	Out io.Writer // results
	Err io.Writer // progress, hints, errors

	InTerminal  bool // questions may be asked
	OutTerminal bool // results may be coloured and cut to Width
	ErrTerminal bool // progress may move the cursor
	Color       bool
	Width       int // columns of the terminal; 80 where there is none
}

// System returns the streams of the process. NO_COLOR and TERM=dumb turn colours off.
func System(getenv func(string) string) *IO {
	io := &IO{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width:       80,
	}
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && width > 0 {
		io.Width = width
	}
	io.Color = io.OutTerminal && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
	return io
}

// Hint writes a line for people to Err; programs that read Out never see it.
func (io *IO) Hint(format string, args ...any) { fmt.Fprintf(io.Err, format+"\n", args...) }

// Confirm asks a yes-or-no question on a terminal and answers yes only for y or yes. Where nobody can answer it is
// false: callers then say that --yes is needed.
func (io *IO) Confirm(question string) bool {
	if !io.InTerminal {
		return false
	}
	fmt.Fprintf(io.Err, "%s [y/N] ", question)
	var answer string
	_, _ = fmt.Fscanln(io.In, &answer)
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}
