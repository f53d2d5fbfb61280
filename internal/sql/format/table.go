package format

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// createTable writes CREATE TABLE: an element a line, a clause a line.
func (s *stream) createTable(st *ast.CreateTable) {
	s.to(st.Name.End)
	s.elements(st.Elements)
	if len(st.Elements) == 0 {
		s.clauseBegun = true // the first clause stays on the line of the name
	}
	s.clauses(st.Comment, st.Distribution, st.PartitionedBy, st.With)
	if st.Like != nil {
		s.beginClause()
		s.to(st.Like.End)
	}
	if st.As != nil {
		s.beginClause()
		s.as(st.As)
	}
}

func (s *stream) materializedTable(st *ast.CreateMaterializedTable) {
	s.to(st.Name.End)
	s.elements(st.Elements)
	s.clauses(st.Comment, st.Distribution, st.PartitionedBy, st.With)
	for s.at < len(s.tokens) && s.tokens[s.at].Start < start(st.As) {
		switch s.next() {
		case token.START_MODE, token.FRESHNESS, token.REFRESH_MODE, token.AS:
			s.beginClause()
		}
		s.copy()
	}
	s.as(st.As)
}

// clauses copies what stands between the columns and the end of a table. Each clause begins a line, but for one that
// follows a closing bracket on a line of its own.
func (s *stream) clauses(comment *ast.Text, d *ast.Distribution, partitioned *ast.Names, with *ast.Options) {
	if comment != nil {
		s.beginClause()
		s.to(comment.End)
	}
	if d != nil {
		s.beginClause()
		s.to(d.End)
	}
	if partitioned != nil {
		s.beginClause()
		s.to(partitioned.End)
	}
	if with != nil {
		s.beginClause()
		s.options(with)
	}
}

// beginClause begins a line for the next token, unless it may stay behind what stands before it.
func (s *stream) beginClause() {
	if n := len(s.ops); s.ops[n-1].text == ")" && s.closedLine() {
		return
	}
	if s.clauseBegun {
		s.clauseBegun = false
		return
	}
	s.ask(opLine)
}

// closedLine reports whether the last text stands at the start of a line.
func (s *stream) closedLine() bool {
	for i := len(s.ops) - 2; i >= 0; i-- {
		switch s.ops[i].kind {
		case opClose, opOpen, opFill:
		case opOuterLine:
			return true
		default:
			return false
		}
	}
	return false
}

// as copies AS and a query on the next line.
func (s *stream) as(q ast.Query) {
	s.to(start(q))
	s.ask(opLine)
	s.query(q)
}

// elements copies the columns and constraints of a table, a line each.
func (s *stream) elements(elements []ast.TableElement) {
	if len(elements) == 0 || !s.before(token.LParen, start(elements[0])) {
		return
	}
	last := end(elements[len(elements)-1])
	s.lines(func() {
		s.each(len(elements), func(i int) ast.Node { return elements[i] }, func(i int) { s.element(elements[i]) })
	}, last)
}

// lines copies a bracket, what is inside with a line each, and the closing bracket on a line of its own.
func (s *stream) lines(inside func(), last int32) {
	s.copy()
	s.open(opOpen, indent)
	s.ask(opLine)
	inside()
	s.to(last)
	s.ask(opOuterLine)
	s.close()
	s.through(token.RParen, 1<<30)
}

func (s *stream) element(e ast.TableElement) {
	s.to(start(e))
	s.open(opFill, indent)
	switch e := e.(type) {
	case *ast.Column:
		if e.Computed != nil {
			s.expr(e.Computed)
		}
	case *ast.Watermark:
		s.expr(e.Expr)
	}
	s.to(end(e))
	s.close()
}

// options copies a WITH list, an option on each line.
func (s *stream) options(o *ast.Options) {
	if o == nil {
		return
	}
	s.to(o.Start)
	if len(o.Items) == 0 || s.next() != token.LParen {
		s.to(o.End)
		return
	}
	s.lines(func() {
		s.each(len(o.Items), func(i int) ast.Node { return &o.Items[i] }, func(i int) { s.to(o.Items[i].End) })
	}, o.Items[len(o.Items)-1].End)
}

func (s *stream) createFunction(st *ast.CreateFunction) {
	s.open(opOpen, indent)
	s.before(token.AS, st.Class.Start)
	s.ask(opSpace)
	s.to(st.Class.End)
	if len(st.Using) > 0 && s.before(token.USING, st.Using[0].Start) {
		s.ask(opSpace)
		s.to(st.Using[len(st.Using)-1].End)
	}
	s.close()
	s.options(st.With)
}

// alter copies what an ALTER statement does; lists in brackets like those of CREATE TABLE.
func (s *stream) alter(action ast.AlterAction) {
	switch a := action.(type) {
	case *ast.SetOptions:
		s.options(a.Options)
	case *ast.AddElements:
		s.alterElements(a.Parens, a.Elements)
	case *ast.ModifyElements:
		s.alterElements(a.Parens, a.Elements)
	case *ast.AsQuery:
		s.as(a.Query)
	case *ast.Resume:
		s.options(a.With)
	}
}

func (s *stream) alterElements(parens bool, elements []ast.TableElement) {
	if parens {
		s.elements(elements)
		return
	}
	for _, e := range elements {
		s.element(e)
	}
}
