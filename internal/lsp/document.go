package lsp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/format"
	"github.com/autostream/autostream/internal/sql/token"
)

// symbol is an entry of a document's outline.
type symbol struct {
	Name      string   `json:"name"`
	Detail    string   `json:"detail,omitempty"`
	Kind      int      `json:"kind"`
	Range     Range    `json:"range"`
	Selection Range    `json:"selectionRange"`
	Children  []symbol `json:"children,omitempty"`
}

// The kinds of symbols of the protocol that SQL has.
const (
	symbolFunction = 12
	symbolObject   = 19
	symbolField    = 8
	symbolEvent    = 24
)

// symbols is the outline: what a script declares, with columns, and what it writes.
func (s *Server) symbols(script *script, _ at) (any, error) {
	out := []symbol{}
	for i, statement := range script.Tree.Statements {
		whole := script.place(statement.Span())
		switch syntax := statement.(type) {
		case *ast.CreateFunction:
			out = append(out, symbol{syntax.Name.Text(), "function", symbolFunction, whole, script.place(syntax.Name.Span()), nil})
		default:
			bound := script.Bound.Statements[i]
			if bound.Table != nil {
				out = append(out, s.tableSymbol(script, statement, i, whole))
			}
			for _, insert := range bound.Inserts {
				if into, ok := insert.Syntax.(*ast.Insert); ok {
					out = append(out, symbol{"INSERT " + into.Table.Name.Text(), "", symbolEvent, script.place(into.Span()), script.place(into.Table.Name.Span()), nil})
				}
			}
		}
	}
	return out, nil
}

func (s *Server) tableSymbol(script *script, statement ast.Statement, i int, whole Range) symbol {
	t := script.Bound.Statements[i].Table
	out := symbol{t.Path.Short(), [...]string{"table", "view", "materialized table"}[t.Kind], symbolObject, whole, whole, nil}
	for j := range script.names {
		n := &script.names[j]
		if !n.declares || !statement.Place().Contains(n.at) {
			continue
		}
		switch {
		case n.kind == tableName:
			out.Selection = script.place(n.at.Span())
		case n.kind == columnName && n.table == t:
			at := script.place(n.at.Span())
			out.Children = append(out.Children, symbol{n.word, n.column.Type.String(), symbolField, at, at, nil})
		}
	}
	return out
}

// format replaces the text by the one that `autostream fmt` writes.
func (s *Server) format(script *script, _ at) (any, error) {
	written := script.Text.Written
	text := format.Script(written, format.Options{Release: script.Release})
	if text == written.Text {
		return []textEdit{}, nil
	}
	return []textEdit{{rangeOf(written, source.Span{Start: 0, End: len(written.Text)}), text}}, nil
}

// actions offers the fixes of the findings in a range.
func (s *Server) actions(script *script, p at) (any, error) {
	type action struct {
		Title       string                           `json:"title"`
		Kind        string                           `json:"kind"`
		Preferred   bool                             `json:"isPreferred,omitempty"`
		Diagnostics []diagnostic                     `json:"diagnostics"`
		Edit        map[string]map[string][]textEdit `json:"edit"`
	}
	out := []action{}
	from, to := offset(script.Text.Written.Text, p.Range.Start), offset(script.Text.Written.Text, p.Range.End)
	for _, f := range script.findings {
		if f.Span.Start > to || f.Span.End < from {
			continue
		}
		for _, fix := range f.Fixes {
			edits := []textEdit{}
			for _, e := range fix.Edits {
				edits = append(edits, textEdit{rangeOf(f.File, e.Span), e.Text})
			}
			out = append(out, action{
				Title: fix.Title, Kind: "quickfix", Preferred: fix.Safe, Diagnostics: []diagnostic{s.diagnostic(script, f)},
				Edit: map[string]map[string][]textEdit{"changes": {p.Document.URI: edits}},
			})
		}
	}
	return out, nil
}

// hint is a text that an editor shows between the others.
type hint struct {
	Position Position `json:"position"`
	Label    string   `json:"label"`
	Kind     int      `json:"kind"` // 1: a type
	Left     bool     `json:"paddingLeft"`
}

// hints shows the types of columns that a query makes, behind their names.
func (s *Server) hints(script *script, p at) (any, error) {
	out := []hint{}
	for _, statement := range script.Bound.Statements {
		if statement.Query != nil {
			out = append(out, outputs(script, statement.Syntax, statement.Query.Columns())...)
		}
		for _, insert := range statement.Inserts {
			if insert.Rel != nil {
				out = append(out, outputs(script, insert.Syntax, insert.Rel.Columns())...)
			}
		}
	}
	return slices.DeleteFunc(out, func(h hint) bool {
		return p.Range != (Range{}) && (h.Position.Line < p.Range.Start.Line || h.Position.Line > p.Range.End.Line)
	}), nil
}

// outputs are the types of the columns that the outermost SELECT of a statement names.
func outputs(script *script, n ast.Node, columns []*bind.Column) []hint {
	var out []hint
	ast.Inspect(n, func(n ast.Node) bool {
		q, ok := n.(*ast.Select)
		for i := 0; ok && i < len(q.Items) && len(q.Items) == len(columns); i++ {
			if alias := q.Items[i].Alias; alias != nil && columns[i].Type.Known() {
				at := script.place(source.Span{Start: int(alias.End), End: int(alias.End)}).Start
				out = append(out, hint{at, columns[i].Type.String(), 1, true})
			}
		}
		return !ok
	})
	return out
}

// lenses offers to preview each query and to show the lineage of what a script writes; the editor runs the commands.
func (s *Server) lenses(script *script, _ at) (any, error) {
	type command struct {
		Title     string   `json:"title"`
		Command   string   `json:"command"`
		Arguments []string `json:"arguments"`
	}
	type lens struct {
		Range   Range   `json:"range"`
		Command command `json:"command"`
	}
	out := []lens{}
	for _, q := range preview.Queries(script.Tree) {
		at := script.place(source.Span{Start: q.Span.Start, End: q.Span.Start})
		out = append(out, lens{at, command{"preview", "autostream.preview", []string{script.Path, fmt.Sprint(q.Number)}}})
		if q.Sink != "" {
			out = append(out, lens{at, command{"lineage", "autostream.lineage", []string{script.Path}}})
		}
	}
	return out, nil
}

// The legend of semantic tokens.
var (
	tokenTypes     = []string{"keyword", "string", "number", "comment", "operator", "function", "class", "property", "variable"}
	tokenModifiers = []string{"declaration"}
)

const (
	typeKeyword = iota
	typeString
	typeNumber
	typeComment
	typeOperator
	typeFunction
	typeTable
	typeColumn
	typeVariable
)

// semanticTokens colours a text by what things mean. It works on the text as written, so that a broken script has its colours;
// names are those of the last reading.
func (s *Server) semanticTokens(script *script, _ at) (any, error) {
	written := script.Text.Written
	meaning := map[int]*name{}
	for i := range script.names {
		meaning[script.Text.Origin(script.names[i].at.Span()).Start] = &script.names[i]
	}
	e := encoder{file: written}
	lexer, last := token.NewLexer(written.Text), 0
	for t := lexer.Next(); ; t = lexer.Next() {
		token.Comments(written.Text, last, int(t.Start), func(start, end int) { e.add(start, end, typeComment, 0) })
		if t.Kind == token.EOF {
			return map[string]any{"data": e.data}, nil
		}
		last = int(t.End)
		kind, modifier := classify(written.Text, t)
		if n := meaning[int(t.Start)]; n != nil {
			kind = [...]int{typeTable, typeColumn, typeVariable, typeColumn}[n.kind]
			if n.declares {
				modifier = 1
			}
		}
		if kind >= 0 {
			e.add(int(t.Start), int(t.End), kind, modifier)
		}
	}
}

func classify(text string, t token.Token) (kind, modifier int) {
	switch {
	case t.Kind.IsString():
		return typeString, 0
	case t.Kind.IsNumber():
		return typeNumber, 0
	case t.Kind == token.Variable:
		return typeVariable, 0
	case t.Kind == token.Identifier || t.Kind.IsWord():
		rest := strings.TrimLeft(text[t.End:], " ")
		if strings.HasPrefix(rest, "(") && (t.Kind == token.Identifier || catalog.LookupFunction(text[t.Start:t.End]) != nil) {
			return typeFunction, 0
		}
		if t.Kind.IsWord() {
			return typeKeyword, 0
		}
	}
	return -1, 0
}

// encoder writes tokens as the protocol wants them: five numbers each, relative to the one before, none over two lines.
type encoder struct {
	file *source.File
	last Position
	data []int
}

func (e *encoder) add(start, end, kind, modifier int) {
	for start < end {
		stop := end
		if br := strings.IndexByte(e.file.Text[start:end], '\n'); br >= 0 {
			stop = start + br
		}
		from, to := positionOf(e.file, start), positionOf(e.file, stop)
		if to.Character > from.Character {
			column := from.Character
			if from.Line == e.last.Line {
				column -= e.last.Character
			}
			e.data = append(e.data, from.Line-e.last.Line, column, to.Character-from.Character, kind, modifier)
			e.last = from
		}
		start = stop + 1
	}
}
