package term_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/cli/term"
)

// clock is a time that moves only when told.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := &clock{time.Unix(0, 0)}
	p := (&term.IO{Err: &out, ErrTerminal: true, Width: 60}).NewProgress(c.Now)
	p.Bytes("loading x", 0, 300_000_000)
	p.Bytes("loading x", 1_000_000, 300_000_000) // too soon after the last
	c.now = c.now.Add(time.Second)
	p.Bytes("loading x", 150_000_000, 300_000_000)
	p.Bytes("loading x", 300_000_000, 300_000_000) // the end is always shown
	p.Bytes("checking", 0, 0)
	p.Clear()
	want := []string{
		"",
		"loading x  ░░░░░░░░░░░░░░░░░░░░░░░░  0/300 MB",
		"loading x  ████████████░░░░░░░░░░░░  150/300 MB",
		"loading x  ████████████████████████  300/300 MB",
		"checking", // and blanks over the rest of the bar
		"", "",
	}
	got := strings.Split(out.String(), "\r")
	if len(got) != len(want) {
		t.Fatalf("%d drawings, want %d: %q", len(got), len(want), got)
	}
	for i := range want {
		if strings.TrimRight(got[i], " ") != want[i] {
			t.Errorf("drawing %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestProgressIsCut(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := (&term.IO{Err: &out, ErrTerminal: true, Width: 20}).NewProgress(time.Now)
	p.Bytes("loading a name that is longer than the line", 1, 2)
	if got := out.String(); got != "\rloading a name that" {
		t.Errorf("got %q", got)
	}
}

func TestProgressElsewhere(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := (&term.IO{Err: &out}).NewProgress(time.Now)
	for _, label := range []string{"loading x", "loading x", "loading y", "loading x", "checking"} {
		p.Bytes(label, 1, 2)
	}
	p.Clear()
	if want := "loading x\nloading y\nchecking\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
