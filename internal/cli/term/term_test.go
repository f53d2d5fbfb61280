package term_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/term"
)

type report struct {
	Version int    `json:"version"`
	Name    string `json:"long_name"`
}

func (r report) Rows(io *term.IO) error { return io.Grid([]string{"long_name"}, [][]string{{r.Name}}) }

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		format   term.Format
		terminal bool
		want     string
	}{
		{"cells of a pipe are clean", term.Table, false, "a b\n"},
		{"a terminal gets a header as it is named", term.Table, true, "long_name\na b\n"},
		{"one line for programs", term.JSON, false, `{"version":1,"long_name":"a\tb"}` + "\n"},
		{"same tags as JSON", term.YAML, false, "version: 1\nlong_name: \"a\\tb\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			streams := &term.IO{Out: &out, Err: &out, OutTerminal: test.terminal, Width: 80}
			if err := streams.Write(test.format, report{Version: 1, Name: "a\tb"}); err != nil {
				t.Fatal(err)
			}
			if out.String() != test.want {
				t.Errorf("got %q, want %q", out.String(), test.want)
			}
		})
	}
	if err := (&term.IO{}).Write("xml", report{}); fault.KindOf(err) != fault.Usage {
		t.Errorf("unknown format: %v", err)
	}
}

func TestGridAligns(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	streams := &term.IO{Out: &out, OutTerminal: true, Color: true}
	err := streams.Grid([]string{"job", "state"}, [][]string{{"页面", streams.Paint(term.Good, "RUNNING"), "more"}, {"pv_uv", ""}})
	if err != nil {
		t.Fatal(err)
	}
	plain := ansi.Strip(out.String())
	if want := "job    state\n页面   RUNNING  more\npv_uv\n"; plain != want {
		t.Errorf("got\n%s\nwant\n%s", plain, want)
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{"y\n": true, "YES\n": true, "n\n": false, "\n": false, "": false} {
		streams := &term.IO{In: strings.NewReader(answer), Err: new(bytes.Buffer), InTerminal: true}
		if got := streams.Confirm("Go on?"); got != want {
			t.Errorf("answer %q: %v", answer, got)
		}
	}
	if (&term.IO{In: strings.NewReader("y\n"), Err: new(bytes.Buffer)}).Confirm("Go on?") {
		t.Error("a pipe cannot answer")
	}
}
