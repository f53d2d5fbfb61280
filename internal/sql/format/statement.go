package format

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// indent is how many columns each level is indented by.
const indent = 2

// statement copies one statement.
func (s *stream) statement(st ast.Statement) {
	switch st := st.(type) {
	case *ast.QueryStatement:
		s.query(st.Query)
	case *ast.Insert:
		s.insert(st)
	case *ast.StatementSet:
		s.statementSet(st)
	case *ast.Execute:
		s.nested(st.Statement)
	case *ast.CompilePlan:
		s.nested(st.Statement)
	case *ast.Explain:
		s.nested(st.Statement)
	case *ast.CreateTable:
		s.createTable(st)
	case *ast.CreateMaterializedTable:
		s.materializedTable(st)
	case *ast.CreateView:
		s.to(start(st.Query))
		s.ask(opLine)
		s.query(st.Query)
	case *ast.CreateModel:
		s.elements(st.Input)
		s.elements(st.Output)
		s.options(st.With)
		if st.As != nil {
			s.as(st.As)
		}
	case *ast.CreateCatalog:
		s.options(st.With)
	case *ast.CreateDatabase:
		s.options(st.With)
	case *ast.CreateFunction:
		s.createFunction(st)
	case *ast.CreateConnection:
		s.options(st.With)
	case *ast.LoadModule:
		s.options(st.With)
	case *ast.Alter:
		s.alter(st.Action)
	case *ast.CallStatement:
		s.to(st.Call.Start)
		s.expr(st.Call)
	case *ast.Update:
		s.update(st)
	case *ast.Delete:
		if st.Where != nil {
			s.open(opOpen, 0)
			s.condition(token.WHERE, st.Where)
			s.close()
		}
	}
	s.to(end(st))
}

// nested copies the words before a statement and the statement behind them.
func (s *stream) nested(st ast.Statement) {
	if st == nil {
		return
	}
	s.to(start(st))
	switch st.(type) {
	case *ast.QueryStatement, *ast.StatementSet: // stay on the line
	default:
		s.ask(opLine)
	}
	s.statement(st)
}

func (s *stream) insert(st *ast.Insert) {
	if len(st.Columns) > 0 && s.before(token.LParen, st.Columns[0].Start) {
		s.brackets(opFill, s.closing(s.tokens[s.at].Start, start(st.Query)), func() {
			s.each(len(st.Columns), func(i int) ast.Node { return &st.Columns[i] }, func(i int) { s.to(st.Columns[i].End) })
		})
	}
	s.to(start(st.Query))
	s.ask(opLine)
	s.query(st.Query)
	if st.OnConflict != 0 && s.before(token.ON, st.End) {
		s.ask(opLine)
	}
	s.to(st.End)
}

// statementSet copies EXECUTE STATEMENT SET BEGIN … END with its inserts indented.
func (s *stream) statementSet(st *ast.StatementSet) {
	s.before(token.BEGIN, st.End)
	s.ask(opLine)
	s.open(opOpen, indent)
	s.through(token.BEGIN, st.End)
	for i, in := range st.Inserts {
		if i > 0 {
			s.ask(opBlank)
		} else {
			s.ask(opLine)
		}
		s.insert(in)
		s.through(token.Semicolon, st.End)
	}
	s.to(s.tokens[indexAt(s.tokens, st.End)-1].Start)
	s.ask(opOuterLine)
	s.close()
}

func (s *stream) update(st *ast.Update) {
	s.open(opOpen, 0)
	if len(st.Set) > 0 {
		s.before(token.SET, st.Set[0].Start)
		s.ask(opSpace)
		s.clause(func() {
			s.each(len(st.Set), func(i int) ast.Node { return &st.Set[i] }, func(i int) { s.expr(st.Set[i].Value) })
		}, st.Set[0].Start)
	}
	if st.Where != nil {
		s.condition(token.WHERE, st.Where)
	}
	s.close()
}
