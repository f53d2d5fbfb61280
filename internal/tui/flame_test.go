package tui

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/autostream/autostream/internal/diagnose/flame"
)

const stacks = `Map[2];run;loop;com.example.Price.eval(Price.java:7) 40
Map[2];run;loop;com.fasterxml.jackson.core.JsonParser.nextToken(JsonParser.java:1) 60
Sink: 访问量;run;write;org.apache.kafka.Producer.send(Producer.java:3) 100
Sink: 访问量;run;` + "\x1b[2Jhostile" + ` 50
`

func profile(t *testing.T) flame.Profile {
	t.Helper()
	p, err := flame.Parse(stacks)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFlame(t *testing.T) {
	t.Parallel()
	press := func(text string) tea.Msg { return tea.KeyPressMsg{Code: []rune(text)[0], Text: text} }
	enter, esc := tea.KeyPressMsg{Code: tea.KeyEnter}, tea.KeyPressMsg{Code: tea.KeyEscape}
	for name, msgs := range map[string][]tea.Msg{
		"whole":     nil,
		"zoomed":    {enter},
		"back":      {enter, esc},
		"searching": {press("/"), press("J"), press("s")},
		"found":     {press("/"), press("j"), enter, press("n")},
		"moved":     {press("j"), press("j"), press("k")},
	} {
		for _, cells := range []int{50, 80, 130} {
			t.Run(fmt.Sprintf("%s %d", name, cells), func(t *testing.T) {
				t.Parallel()
				v := newTree("local/pv_uv", profile(t).Tree(), theme{})
				v.update(tea.WindowSizeMsg{Width: cells, Height: 14})
				for _, msg := range msgs {
					v.update(msg)
				}
				golden(t, v.view())
			})
		}
	}
}

func TestFlameOfNothing(t *testing.T) {
	t.Parallel()
	v := newTree("job", (flame.Profile{}).Tree(), theme{})
	for _, key := range []tea.KeyPressMsg{{Code: tea.KeyEnter}, {Code: 'n', Text: "n"}, {Code: 'j', Text: "j"}} {
		v.update(key)
	}
	if lines := strings.Split(v.view(), "\n"); len(lines) != 24 {
		t.Errorf("%d lines", len(lines))
	}
}

func TestFlameProgram(t *testing.T) {
	t.Parallel()
	in, keyboard := io.Pipe()
	defer in.Close()
	go func() { _, _ = io.WriteString(keyboard, "q") }()
	var out bytes.Buffer
	if err := Flame(t.Context(), Terminal{In: in, Out: &out, Environ: []string{"TERM=xterm"}}, "job", profile(t)); err != nil {
		t.Error(err)
	}
	if strings.Contains(out.String(), "\x1b[2Jhostile") {
		t.Error("what the data says reached the terminal as it was")
	}
}
