// An editor for tests: the other side of the protocol.

package lsp_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/lsp"
	"github.com/autostream/autostream/internal/project"
)

// editor is the other side of the protocol.
type editor struct {
	t       testing.TB
	to      *io.PipeWriter
	from    *bufio.Reader
	id      int
	version map[string]int
	dir     string
	text    map[string]string
	shown   map[string][]map[string]any // diagnostics by file
	done    chan error
}

// edit starts a server over a folder of files.
func edit(t testing.TB, files map[string]string) *editor {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return serve(t, dir)
}

func serve(t testing.TB, dir string) *editor {
	t.Helper()
	in, to := io.Pipe()
	from, out := io.Pipe()
	server := &lsp.Server{Dir: dir, Version: "test", Log: slog.New(slog.DiscardHandler), Open: func(path string) (*project.Project, []diag.Finding, error) {
		o := project.Options{Getenv: func(string) string { return "" }}
		found, err := project.Find(path)
		if fault.KindOf(err) == fault.NotFound {
			p, err := project.Bare(dir, o)
			return p, nil, err
		}
		if err != nil {
			return nil, nil, err
		}
		return project.Load(found, o)
	}}
	e := &editor{t: t, to: to, from: bufio.NewReader(from), dir: dir, version: map[string]int{}, text: map[string]string{},
		shown: map[string][]map[string]any{}, done: make(chan error, 1)}
	go func() {
		e.done <- server.Serve(t.Context(), in, out)
		out.Close()
	}()
	t.Cleanup(func() {
		to.Close()
		_, _ = io.Copy(io.Discard, from)
	})
	e.call("initialize", map[string]any{})
	e.notify("initialized", map[string]any{})
	return e
}

func (e *editor) send(m map[string]any) {
	e.t.Helper()
	m["jsonrpc"] = "2.0"
	text, err := json.Marshal(m)
	if err != nil {
		e.t.Fatal(err)
	}
	e.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text), text))
}

func (e *editor) raw(text string) {
	e.t.Helper()
	if _, err := io.WriteString(e.to, text); err != nil {
		e.t.Fatal(err)
	}
}

func (e *editor) notify(method string, params any) {
	e.send(map[string]any{"method": method, "params": params})
}

// next reads a message and notes the diagnostics that it brings.
func (e *editor) next() map[string]any {
	e.t.Helper()
	length := 0
	for {
		line, err := e.from.ReadString('\n')
		if err != nil {
			e.t.Fatal(err)
		}
		if line = strings.TrimSpace(line); line == "" {
			break
		}
		if n, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			length, _ = strconv.Atoi(n)
		}
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(e.from, text); err != nil {
		e.t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		e.t.Fatal(err)
	}
	if m["method"] == "textDocument/publishDiagnostics" {
		p := m["params"].(map[string]any)
		var list []map[string]any
		for _, d := range p["diagnostics"].([]any) {
			list = append(list, d.(map[string]any))
		}
		e.shown[filepath.Base(p["uri"].(string))] = list
	}
	return m
}

// answer waits for the answer to a request. The sending happens beside it: a pipe holds nothing.
func (e *editor) answer(id int) (result any, failure map[string]any) {
	e.t.Helper()
	for {
		m := e.next()
		if n, ok := m["id"].(float64); ok && int(n) == id {
			failure, _ = m["error"].(map[string]any)
			return m["result"], failure
		}
	}
}

func (e *editor) request(method string, params any) (any, map[string]any) {
	e.t.Helper()
	e.id++
	id := e.id
	sent := make(chan struct{})
	go func() {
		e.send(map[string]any{"id": id, "method": method, "params": params})
		close(sent)
	}()
	result, failure := e.answer(id)
	<-sent
	return result, failure
}

func (e *editor) call(method string, params any) any {
	e.t.Helper()
	result, failure := e.request(method, params)
	if failure != nil {
		e.t.Fatalf("%s: %v", method, failure)
	}
	return result
}

func (e *editor) uri(name string) string {
	return "file://" + filepath.ToSlash(filepath.Join(e.dir, name))
}

func (e *editor) document(name string) map[string]any { return map[string]any{"uri": e.uri(name)} }

// open opens a file with a text and waits for its diagnostics.
func (e *editor) open(name, text string) []map[string]any {
	e.t.Helper()
	e.text[name], e.version[name] = text, 1
	return e.judged(name, func() {
		e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": e.uri(name), "languageId": "sql", "version": 1, "text": text}})
	})
}

// judged does something and waits for the diagnostics of a file.
func (e *editor) judged(name string, do func()) []map[string]any {
	e.t.Helper()
	go do()
	for {
		m := e.next()
		if p, ok := m["params"].(map[string]any); ok && m["method"] == "textDocument/publishDiagnostics" && p["uri"] == e.uri(name) {
			return e.shown[filepath.Base(name)]
		}
	}
}

// change replaces the whole text.
func (e *editor) change(name, text string) []map[string]any {
	e.t.Helper()
	e.text[name] = text
	e.version[name]++
	return e.judged(name, func() {
		e.notify("textDocument/didChange", map[string]any{
			"textDocument": map[string]any{"uri": e.uri(name), "version": e.version[name]}, "contentChanges": []any{map[string]any{"text": text}}})
	})
}

// spot is the place of the mark ‸ in a text, and the text without it.
func spot(text string) (string, map[string]any) {
	before, after, _ := strings.Cut(text, "‸")
	line := strings.Count(before, "\n")
	units := 0
	for _, r := range before[strings.LastIndexByte(before, '\n')+1:] {
		units += len(string([]rune{r}))/4 + 1
	}
	return before + after, map[string]any{"line": line, "character": units}
}

// ask opens a text with a mark and asks about the marked place.
func (e *editor) ask(method, name, marked string, more map[string]any) any {
	e.t.Helper()
	text, at := spot(marked)
	if _, open := e.text[name]; !open {
		e.open(name, text)
	} else {
		e.change(name, text)
	}
	params := map[string]any{"textDocument": e.document(name), "position": at}
	maps.Copy(params, more)
	return e.call(method, params)
}
