package lsp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/token"
)

// found is a place of a name.
type found struct {
	script *script
	name   *name
}

func (f found) location() Location {
	return Location{uriOf(f.script.Path), f.script.place(f.name.at.Span())}
}

// places finds everything in the project that names the same.
func (s *Server) places(script *script, n *name) []found {
	scripts := s.work.all(script.home)
	if n.local() || !slices.Contains(scripts, script) {
		scripts = append(scripts[:0:0], script)
		if !n.local() {
			scripts = append(scripts, s.work.all(script.home)...)
		}
	}
	var out []found
	for _, other := range scripts {
		if other != script && !s.shares(script, other, n) {
			continue
		}
		for i := range other.names {
			if other.names[i].key == n.key {
				out = append(out, found{other, &other.names[i]})
			}
		}
	}
	return out
}

// shares reports whether a table means the same in two scripts: it is one of the project's shared tables.
func (s *Server) shares(a, b *script, n *name) bool {
	if n.table == nil || n.table.File == nil {
		return false
	}
	for _, t := range a.home.project.Tables {
		if a.home.project.Rel(a.home.project.Path(t)) == n.table.File.Name {
			return true
		}
	}
	return false
}

func (s *Server) definition(script *script, p at) (any, error) {
	n := script.at(script.recorded(offset(script.Text.Written.Text, p.Position)))
	if n == nil {
		return nil, nil
	}
	locations := []Location{}
	home := script
	if n.table != nil {
		if other, ok := s.work.declared(script, n.table); ok {
			home = other
		}
	}
	for i := range home.names {
		if d := &home.names[i]; d.declares && d.key == n.key {
			locations = append(locations, found{home, d}.location())
		}
	}
	if len(locations) == 0 && n.table != nil && n.table.Syntax != nil { // a column of a view
		locations = append(locations, Location{uriOf(home.Path), home.place(n.table.Syntax.Span())})
	}
	return locations, nil
}

func (s *Server) references(script *script, p at) (any, error) {
	n := script.at(script.recorded(offset(script.Text.Written.Text, p.Position)))
	locations := []Location{}
	if n == nil {
		return locations, nil
	}
	for _, f := range s.places(script, n) {
		if !f.name.declares || p.Context.Declaration {
			locations = append(locations, f.location())
		}
	}
	return locations, nil
}

// prepareRename says what would be renamed. A column that comes out of a view or a subquery without a name of its own has its
// name elsewhere.
func (s *Server) prepareRename(script *script, p at) (any, error) {
	n := script.at(script.recorded(offset(script.Text.Written.Text, p.Position)))
	if n == nil || !s.renamable(script, n) {
		return nil, nil
	}
	return map[string]any{"range": script.place(n.at.Span()), "placeholder": n.word}, nil
}

func (s *Server) renamable(script *script, n *name) bool {
	for _, f := range s.places(script, n) {
		if f.name.declares {
			return true
		}
	}
	return false
}

type textEdit struct {
	Range   Range  `json:"range"`
	NewText string `json:"newText"`
}

func (s *Server) rename(script *script, p at) (any, error) {
	n := script.at(script.recorded(offset(script.Text.Written.Text, p.Position)))
	switch {
	case n == nil || !s.renamable(script, n):
		return nil, &badParams{"there is nothing here that can be renamed"}
	case strings.TrimSpace(p.NewName) == "" || strings.ContainsAny(p.NewName, "\n\r"):
		return nil, &badParams{fmt.Sprintf("%q is no name", p.NewName)}
	}
	edits := map[string][]textEdit{}
	for _, f := range s.places(script, n) {
		text := f.script.Text.Recorded.Slice(f.name.at.Span())
		if f.script.Text.Written.Slice(f.script.Text.Origin(f.name.at.Span())) != text {
			return nil, &badParams{fmt.Sprintf("%s is given by a variable in %s", n.word, f.script.Text.Written.Name)}
		}
		l := f.location()
		edits[l.URI] = append(edits[l.URI], textEdit{l.Range, identifier(p.NewName, script.Release)})
	}
	return map[string]any{"changes": edits}, nil
}

// identifier quotes a name where SQL needs that.
func identifier(name string, release token.Release) string {
	lexer := token.NewLexer(name)
	if t := lexer.Next(); t.Kind.IsName(release) && int(t.End) == len(name) || strings.HasPrefix(name, "`") {
		return name
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}
