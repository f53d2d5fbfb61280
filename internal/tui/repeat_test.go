package tui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

const findings = `pv_uv  RUNNING  since 3m ago  0 restarts

1. serious: subtask 4 of GroupAggregate[20] -> 访问量: Writer gets 71 % of all records
  evidence subtask 4 has read 12345 records
  fix      Find the key that has most of the records.

2. warning: TaskManager a writes 1.0 MB of logs a second
  evidence ` + "\x1b[2Jhostile" + `

3. note: the job takes no checkpoints
`

func TestPage(t *testing.T) {
	t.Parallel()
	made := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, msgs := range map[string][]tea.Msg{
		"looking":  nil,
		"found":    {textMsg{text: findings, at: made}},
		"again":    {textMsg{text: findings, at: made}, againMsg{}},
		"scrolled": {textMsg{text: findings, at: made}, tea.WindowSizeMsg{Width: 80, Height: 8}, tea.KeyPressMsg{Code: 'G', Text: "G"}},
		"failed":   {textMsg{text: findings, at: made}, textMsg{err: errors.New("no JobManager answers")}},
	} {
		for _, cells := range []int{50, 80, 130} {
			t.Run(fmt.Sprintf("%s %d", name, cells), func(t *testing.T) {
				t.Parallel()
				p := newPage("local/pv_uv", theme{})
				p.update(tea.WindowSizeMsg{Width: cells, Height: 18})
				for _, msg := range msgs {
					p.update(msg)
				}
				golden(t, p.view())
			})
		}
	}
}

func TestRepeat(t *testing.T) {
	t.Parallel()
	in, keyboard := io.Pipe()
	defer in.Close()
	times := 0
	r := Report{Title: "job", Every: time.Millisecond, Make: func(context.Context, int) (string, error) {
		if times++; times == 3 {
			go func() { _, _ = io.WriteString(keyboard, "q") }()
		}
		return findings, nil
	}}
	var out bytes.Buffer
	if err := Repeat(t.Context(), Terminal{In: in, Out: &out, Environ: []string{"TERM=xterm"}}, r); err != nil || times < 3 {
		t.Errorf("%v after %d times", err, times)
	}
	if strings.Contains(out.String(), "\x1b[2Jhostile") {
		t.Error("what the data says reached the terminal as it was")
	}
}
