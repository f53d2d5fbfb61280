// Package unparse writes syntax trees as SQL again.
//
// The text parses to a tree that is equal but for places, with one blank between tokens and no comments; package format
// is for people. [Options.Parens] puts every expression in parentheses, which shows how strongly operators bind.
package unparse

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// Options choose how a tree is written. The zero value writes it as it is.
type Options struct {
	Parens bool // parentheses around every operator
}

// Script writes all statements, each on a line of its own with its semicolon.
func Script(s *ast.Script, o Options) string {
	p := &printer{options: o, glued: true}
	for _, st := range s.Statements {
		p.statement(st)
		p.b.WriteString(";\n")
		p.glued = true
	}
	return p.b.String()
}

// Statement writes one statement.
func Statement(s ast.Statement, o Options) string {
	p := &printer{options: o, glued: true}
	p.statement(s)
	return p.b.String()
}

// Query writes a query.
func Query(q ast.Query, o Options) string {
	p := &printer{options: o, glued: true}
	p.query(q)
	return p.b.String()
}

// Expr writes an expression.
func Expr(e ast.Expr, o Options) string {
	p := &printer{options: o, glued: true}
	p.expr(e)
	return p.b.String()
}

// Type writes a data type.
func Type(t ast.TypeName) string {
	p := &printer{glued: true}
	p.typeName(t)
	return p.b.String()
}

type printer struct {
	b       strings.Builder
	options Options
	glued   bool // no blank before the next piece
}

// put writes pieces with a blank before each.
func (p *printer) put(pieces ...string) {
	for _, s := range pieces {
		if s == "" {
			continue
		}
		if !p.glued {
			p.b.WriteByte(' ')
		}
		p.b.WriteString(s)
		p.glued = false
	}
}

// glue writes a piece without a blank before and behind it.
func (p *printer) glue(s string) {
	p.b.WriteString(s)
	p.glued = true
}

// end writes a closing piece without a blank before it.
func (p *printer) end(s string) {
	p.b.WriteString(s)
	p.glued = false
}

// open writes an opening piece with a blank before but none behind it.
func (p *printer) open(s string) {
	p.put(s)
	p.glued = true
}

func (p *printer) when(yes bool, words ...string) {
	if yes {
		p.put(words...)
	}
}

// kind writes the word of a kind, nothing for none.
func (p *printer) kind(k token.Kind, before ...string) {
	if k != 0 {
		p.put(before...)
		p.put(k.String())
	}
}

// list writes n items with commas between them.
func (p *printer) list(n int, item func(i int)) {
	for i := range n {
		if i > 0 {
			p.end(",")
		}
		item(i)
	}
}

// parens writes ( items ).
func (p *printer) parens(n int, item func(i int)) {
	p.open("(")
	p.list(n, item)
	p.end(")")
}

func (p *printer) ident(i ast.Ident) { p.put(quoteIdent(i)) }

func quoteIdent(i ast.Ident) string {
	if !i.Quoted() {
		return i.Name
	}
	return "`" + strings.ReplaceAll(i.Name, "`", "``") + "`"
}

func (p *printer) parts(parts []ast.Ident) {
	for i := range parts {
		if i > 0 {
			p.glue(".")
		}
		p.ident(parts[i])
	}
}

func (p *printer) name(n ast.Name) { p.parts(n.Parts) }

func (p *printer) names(n *ast.Names, before ...string) {
	if n != nil {
		p.put(before...)
		p.parens(len(n.Items), func(i int) { p.ident(n.Items[i]) })
	}
}

// nameOrNames writes one name alone and several in parentheses.
func (p *printer) nameOrNames(n ast.Names) {
	if len(n.Items) == 1 {
		p.ident(n.Items[0])
		return
	}
	p.names(&n)
}

func (p *printer) text(t ast.Text) {
	if t.Kind == token.Variable {
		p.put(t.Value)
		return
	}
	p.put(quote(t.Value))
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func (p *printer) optText(t *ast.Text, before ...string) {
	if t != nil {
		p.put(before...)
		p.text(*t)
	}
}

func (p *printer) withOptions(o *ast.Options, before ...string) {
	if o == nil {
		return
	}
	p.put(before...)
	p.parens(len(o.Items), func(i int) {
		p.text(o.Items[i].Key)
		p.put("=")
		p.text(o.Items[i].Value)
	})
}

func (p *printer) partition(part *ast.Partition) {
	if part == nil {
		return
	}
	p.put("PARTITION")
	p.parens(len(part.Items), func(i int) {
		p.ident(part.Items[i].Column)
		if v := part.Items[i].Value; v != nil {
			p.put("=")
			p.expr(v)
		}
	})
}

func (p *printer) hints(h *ast.Hints) {
	if h == nil {
		return
	}
	p.put("/*+")
	p.list(len(h.Items), func(i int) {
		p.ident(h.Items[i].Name)
		if args := h.Items[i].Args; len(args) > 0 {
			p.parens(len(args), func(i int) { p.hintArg(args[i]) })
		}
	})
	p.put("*/")
}

func (p *printer) hintArg(a ast.HintArg) {
	quoted := func(s string, bit ast.HintQuote) string {
		if a.Quote&bit != 0 {
			return quote(s)
		}
		return s
	}
	if a.Key != "" {
		p.put(quoted(a.Key, ast.KeyQuoted), "=", quote(a.Value))
		return
	}
	if a.Quote&ast.NameQuoted != 0 {
		p.put("`" + strings.ReplaceAll(a.Value, "`", "``") + "`")
		return
	}
	p.put(quoted(a.Value, ast.ValueQuoted))
}
