package format

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// tables copies what stands behind FROM. Joins break where the clauses of the query block break.
func (s *stream) tables(t ast.TableRef) {
	switch t := t.(type) {
	case *ast.Join:
		s.join(t)
	case *ast.Alias:
		s.tables(t.Table)
	case *ast.Derived:
		s.query(t.Query)
	case *ast.Snapshot:
		s.tables(t.Table)
		s.expr(t.Time)
	case *ast.Unnest:
		s.exprs(t.Args)
	case *ast.TableFunction:
		s.tableFunction(t)
	case *ast.ParenTable:
		s.to(t.Start)
		s.brackets(opOpen, t.End, func() { s.tables(t.Table) })
	case *ast.MatchRecognize:
		s.matchRecognize(t)
	}
	s.to(end(t))
}

// join copies both sides of a join, the second on a line of its own.
func (s *stream) join(j *ast.Join) {
	s.tables(j.Left)
	if j.Kind == ast.CommaJoin {
		s.through(token.Comma, start(j.Right))
		s.ask(opSpace)
		s.tables(j.Right)
		return
	}
	s.ask(opSpace)
	s.open(opOpen, indent)
	s.tables(j.Right)
	if j.On != nil {
		s.before(token.ON, start(j.On))
		s.ask(opSpace)
		s.chain(j.On)
	}
	s.to(j.End)
	s.close()
}

// tableFunction copies a call in FROM. TABLE( … ) around it adds no indentation.
func (s *stream) tableFunction(t *ast.TableFunction) {
	s.to(t.Call.Start)
	s.expr(t.Call)
}

// matchRecognize copies MATCH_RECOGNIZE with a line for each clause.
func (s *stream) matchRecognize(m *ast.MatchRecognize) {
	s.tables(m.Table)
	s.to(end(m.Table))
	if !s.before(token.LParen, m.End) {
		return
	}
	s.copy()
	s.open(opOpen, indent)
	s.ask(opLine)
	if len(m.PartitionBy) > 0 {
		s.clause(func() { s.exprs(m.PartitionBy) }, start(m.PartitionBy[0]))
		s.ask(opLine)
	}
	if len(m.OrderBy) > 0 {
		s.clause(func() { s.orderItems(m.OrderBy) }, m.OrderBy[0].Start)
		s.ask(opLine)
	}
	if len(m.Measures) > 0 {
		s.open(opOpen, indent)
		s.to(m.Measures[0].Start)
		s.ask(opLine)
		s.items(m.Measures)
		s.close()
		s.ask(opLine)
	}
	for s.at < len(s.tokens) && len(m.Define) > 0 && s.tokens[s.at].Start < m.Define[0].Start {
		switch s.next() {
		case token.AFTER, token.PATTERN, token.SUBSET, token.DEFINE:
			s.ask(opLine)
		}
		if s.next() == token.PATTERN {
			s.pattern(m)
			continue
		}
		if s.next() == token.DEFINE {
			break
		}
		s.copy()
	}
	if len(m.Define) > 0 {
		s.open(opOpen, indent)
		s.to(m.Define[0].Start)
		s.ask(opLine)
		s.each(len(m.Define), func(i int) ast.Node { return &m.Define[i] }, func(i int) {
			s.open(opFill, indent)
			s.expr(m.Define[i].Expr)
			s.close()
		})
		s.close()
	}
	s.to(m.End - 1)
	s.ask(opOuterLine)
	s.close()
}

// pattern copies PATTERN ( … ) whole: its words are names that may look like clauses.
func (s *stream) pattern(m *ast.MatchRecognize) {
	s.to(s.closing(s.tokens[s.at].Start, m.End))
}
