package lsp

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
)

// handler answers one method.
type handler func(params json.RawMessage) (any, error)

// badParams is a request that says something impossible.
type badParams struct{ text string }

func (b *badParams) Error() string { return b.text }

// at is what most requests say: a file and a place.
type at struct {
	Document struct {
		URI string `json:"uri"`
	} `json:"textDocument"`
	Position Position `json:"position"`
	Range    Range    `json:"range"`
	NewName  string   `json:"newName"`
	Context  struct {
		Declaration bool `json:"includeDeclaration"`
	} `json:"context"`
}

// asked wraps a request about a script.
func (s *Server) asked(answer func(*script, at) (any, error)) handler {
	return func(params json.RawMessage) (any, error) {
		var p at
		if err := json.Unmarshal(params, &p); err != nil {
			return nil, &badParams{err.Error()}
		}
		path := pathOf(p.Document.URI)
		if path == "" || p.Position.Line < 0 || p.Position.Character < 0 {
			return nil, &badParams{fmt.Sprintf("no place in a file: %q", p.Document.URI)}
		}
		script, err := s.work.script(path)
		if err != nil {
			return nil, err
		}
		return answer(script, p)
	}
}

func (s *Server) handlers() map[string]handler {
	return map[string]handler{
		"initialize":                       s.initialize,
		"initialized":                      ignore,
		"shutdown":                         s.shutdown,
		"$/setTrace":                       ignore,
		"workspace/didChangeConfiguration": ignore,
		"workspace/didChangeWatchedFiles":  s.watched,
		"textDocument/didOpen":             s.didOpen,
		"textDocument/didChange":           s.didChange,
		"textDocument/didClose":            s.didClose,
		"textDocument/didSave":             ignore,
		"textDocument/hover":               s.asked(s.hover),
		"textDocument/completion":          s.complete,
		"textDocument/definition":          s.asked(s.definition),
		"textDocument/references":          s.asked(s.references),
		"textDocument/prepareRename":       s.asked(s.prepareRename),
		"textDocument/rename":              s.asked(s.rename),
		"textDocument/documentSymbol":      s.asked(s.symbols),
		"textDocument/formatting":          s.asked(s.format),
		"textDocument/codeAction":          s.asked(s.actions),
		"textDocument/semanticTokens/full": s.asked(s.semanticTokens),
		"textDocument/inlayHint":           s.asked(s.hints),
		"textDocument/codeLens":            s.asked(s.lenses),
	}
}

func ignore(json.RawMessage) (any, error) { return nil, nil }

func (s *Server) initialize(json.RawMessage) (any, error) {
	if s.began {
		return nil, &badParams{"initialize was said before"}
	}
	s.began = true
	type object = map[string]any
	return object{
		"serverInfo": object{"name": "autostream", "version": s.Version},
		"capabilities": object{
			"positionEncoding":           "utf-16",
			"textDocumentSync":           object{"openClose": true, "change": 2, "save": true},
			"hoverProvider":              true,
			"completionProvider":         object{"triggerCharacters": []string{".", "'", "(", " "}},
			"definitionProvider":         true,
			"referencesProvider":         true,
			"renameProvider":             object{"prepareProvider": true},
			"documentSymbolProvider":     true,
			"documentFormattingProvider": true,
			"codeActionProvider":         object{"codeActionKinds": []string{"quickfix"}},
			"semanticTokensProvider":     object{"legend": object{"tokenTypes": tokenTypes, "tokenModifiers": tokenModifiers}, "full": true},
			"inlayHintProvider":          true,
			"codeLensProvider":           object{},
		},
	}, nil
}

func (s *Server) shutdown(json.RawMessage) (any, error) {
	s.ended = true
	return nil, nil
}

func (s *Server) didOpen(params json.RawMessage) (any, error) {
	var p struct {
		Document struct {
			URI     string `json:"uri"`
			Version int    `json:"version"`
			Text    string `json:"text"`
		} `json:"textDocument"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &badParams{err.Error()}
	}
	path := pathOf(p.Document.URI)
	if path == "" {
		return nil, &badParams{"no file: " + p.Document.URI}
	}
	s.work.docs[path] = &document{uri: p.Document.URI, path: path, version: p.Document.Version, text: p.Document.Text}
	s.work.changed(path)
	return nil, nil
}

// didChange applies changes, each to the text that the one before has left. A version that is not newer came out of order and is
// dropped: what it says was said of another text.
func (s *Server) didChange(params json.RawMessage) (any, error) {
	var p struct {
		Document struct {
			URI     string `json:"uri"`
			Version int    `json:"version"`
		} `json:"textDocument"`
		Changes []struct {
			Range *Range `json:"range"`
			Text  string `json:"text"`
		} `json:"contentChanges"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &badParams{err.Error()}
	}
	d := s.work.docs[pathOf(p.Document.URI)]
	if d == nil {
		return nil, &badParams{"not open: " + p.Document.URI}
	}
	if p.Document.Version <= d.version {
		return nil, &badParams{fmt.Sprintf("version %d of %s came behind %d", p.Document.Version, p.Document.URI, d.version)}
	}
	for _, c := range p.Changes {
		if c.Range == nil {
			d.text = c.Text
			continue
		}
		start, end := offset(d.text, c.Range.Start), offset(d.text, c.Range.End)
		d.text = d.text[:start] + c.Text + d.text[max(start, end):]
	}
	d.version = p.Document.Version
	s.work.changed(d.path)
	return nil, nil
}

func (s *Server) didClose(params json.RawMessage) (any, error) {
	var p at
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &badParams{err.Error()}
	}
	path := pathOf(p.Document.URI)
	if s.work.docs[path] == nil {
		return nil, &badParams{"not open: " + p.Document.URI}
	}
	delete(s.work.docs, path)
	s.work.changed(path)
	s.out.notify("textDocument/publishDiagnostics", diagnostics{URI: p.Document.URI, Diagnostics: []diagnostic{}})
	return nil, nil
}

// watched takes in what others did to files that are not open.
func (s *Server) watched(params json.RawMessage) (any, error) {
	var p struct {
		Changes []struct {
			URI string `json:"uri"`
		} `json:"changes"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &badParams{err.Error()}
	}
	for _, c := range p.Changes {
		if path := pathOf(c.URI); path != "" {
			s.work.changed(path)
		}
	}
	return nil, nil
}

// diagnostics is the notification of the same name.
type diagnostics struct {
	URI         string       `json:"uri"`
	Version     int          `json:"version,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

type diagnostic struct {
	Range    Range     `json:"range"`
	Severity int       `json:"severity"`
	Code     string    `json:"code"`
	Source   string    `json:"source"`
	Message  string    `json:"message"`
	Related  []related `json:"relatedInformation,omitempty"`
}

type related struct {
	Location Location `json:"location"`
	Message  string   `json:"message"`
}

// publish says what is wrong with the files that have changed, and with those that the change is about.
func (s *Server) publish() {
	for _, d := range s.work.docs {
		if h, err := s.work.home(d.path); err == nil && d.dirty {
			h.together.stale = true
		}
	}
	for _, h := range s.work.projects {
		if h.together.stale {
			h.together.stale = false
			s.work.judgeTogether(h)
		}
	}
	var dirty []*document
	for _, d := range s.work.docs {
		if d.dirty && strings.HasSuffix(d.path, ".sql") {
			dirty = append(dirty, d)
		}
	}
	slices.SortFunc(dirty, func(a, b *document) int { return strings.Compare(a.path, b.path) })
	for _, d := range dirty {
		d.dirty = false
		read, err := s.safely(func(json.RawMessage) (any, error) { return s.work.script(d.path) }, message{Method: "diagnostics"})
		if err != nil {
			s.Log.Warn("judging", "file", d.path, "error", err)
			continue
		}
		script, ok := read.(*script)
		if !ok {
			continue
		}
		list := []diagnostic{}
		for _, f := range script.findings {
			list = append(list, s.diagnostic(script, f))
		}
		s.out.notify("textDocument/publishDiagnostics", diagnostics{d.uri, d.version, list})
	}
}

func (s *Server) diagnostic(script *script, f diag.Finding) diagnostic {
	d := diagnostic{Range: rangeOf(f.File, f.Span), Severity: int(f.Level) + 1, Code: f.Rule, Source: "autostream", Message: f.Message}
	if f.Level == diag.Note {
		d.Severity = 4 // a hint; 3 is information
	}
	if f.Help != "" {
		d.Message += "\n" + f.Help
	}
	for _, r := range f.Related {
		if path := script.home.project.Path(r.File.Name); filepath.IsAbs(path) {
			d.Related = append(d.Related, related{Location{uriOf(path), rangeOf(r.File, r.Span)}, r.Message})
		}
	}
	return d
}
