package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// This file parses materialized tables: CREATE and ALTER.

// createMaterializedTable parses MATERIALIZED TABLE ….
func (p *parser) createMaterializedTable(how createHow) ast.Statement {
	c := &ast.CreateMaterializedTable{OrAlter: how.alter}
	at := p.loc()
	p.next()
	switch {
	case how.temporary:
		p.fail(p.toks[p.i-1], "a materialized table cannot be temporary", "")
	case how.replace:
		p.fail(p.toks[p.i-1], "Flink cannot replace a materialized table", "")
	}
	p.expect(token.TABLE)
	p.need(token.V1_20, at, "CREATE MATERIALIZED TABLE")
	c.Name = p.name("a table name")
	if p.k == token.LParen {
		first := p.peek(1)
		then := p.toks[p.i+1]
		if first != token.CONSTRAINT && first != token.PRIMARY && first != token.UNIQUE {
			p.need(token.V2_3, ast.Loc{Start: then.Start, End: then.End}, "a column list of a materialized table")
		}
		if c.Elements = p.tableElements(); len(c.Elements) > 1 {
			p.need(token.V2_3, c.Elements[1].Place(), "a column list of a materialized table")
		}
	}
	c.Comment = p.optComment()
	if p.k == token.DISTRIBUTED {
		p.need(token.V2_2, p.loc(), "DISTRIBUTED of a materialized table")
	}
	c.Distribution = p.optDistribution()
	if p.got(token.PARTITIONED) {
		p.expect(token.BY)
		c.PartitionedBy = p.nameList("a column name")
	}
	c.With = p.optWith()
	if p.k == token.START_MODE {
		c.StartMode = p.startMode()
	}
	if p.got(token.FRESHNESS) {
		p.expect(token.Eq)
		c.Freshness = p.freshness()
	} else if !p.failed {
		p.need(token.V2_2, p.loc(), "a materialized table without FRESHNESS")
	}
	if p.got(token.REFRESH_MODE) {
		p.expect(token.Eq)
		c.RefreshMode = p.oneOf(token.FULL, token.CONTINUOUS)
	}
	p.expect(token.AS)
	c.As = p.query()
	c.Loc = p.from(how.start)
	p.checkMaterializedTable(c)
	return c
}

// freshness parses an interval constant.
func (p *parser) freshness() ast.Expr {
	e := p.expr(nonQuery)
	if i, ok := e.(*ast.Interval); ok {
		if _, isText := i.Value.(*ast.String); isText {
			return e
		}
	}
	if c, ok := e.(*ast.ColumnRef); ok && c.Parts[0].HasVariable() {
		return e
	}
	if !p.failed {
		p.fail(p.toks[p.i-1], "a freshness is an interval constant such as INTERVAL '3' MINUTE", "")
	}
	return e
}

// startModes are the values of START_MODE and whether they take an argument: 0 none, 1 optional, 2 required.
var startModes = map[token.Kind]int{
	token.FROM_BEGINNING: 0, token.FROM_NOW: 1, token.FROM_TIMESTAMP: 2,
	token.RESUME_OR_FROM_BEGINNING: 0, token.RESUME_OR_FROM_NOW: 1, token.RESUME_OR_FROM_TIMESTAMP: 2,
}

// startMode parses START_MODE = mode [( argument )].
func (p *parser) startMode() *ast.StartMode {
	m := &ast.StartMode{}
	start := p.start()
	p.need(token.V2_3, p.loc(), "START_MODE")
	p.next()
	p.expect(token.Eq)
	arg, ok := startModes[p.k]
	if !ok {
		p.unexpected("FROM_BEGINNING, FROM_NOW, FROM_TIMESTAMP(…) or one of these behind RESUME_OR_")
		return m
	}
	m.Mode = p.k
	p.next()
	if arg == 2 || arg == 1 && p.k == token.LParen {
		p.expect(token.LParen)
		m.Arg = p.startArg(m.Mode)
		p.expect(token.RParen)
	}
	m.Loc = p.from(start)
	return m
}

// startArg parses how long before now, or which time.
func (p *parser) startArg(mode token.Kind) ast.Expr {
	want := token.TIMESTAMP
	if mode == token.FROM_NOW || mode == token.RESUME_OR_FROM_NOW {
		want = token.INTERVAL
	}
	if p.k != want && p.k != token.Variable {
		p.unexpected(want.String() + " '…'")
	}
	return p.expr(nonQuery)
}

// alterMaterializedTable parses MATERIALIZED TABLE name action.
func (p *parser) alterMaterializedTable(a *ast.Alter) {
	a.Object = ast.MaterializedTableObject
	p.need(token.V1_20, p.loc(), "ALTER MATERIALIZED TABLE")
	p.next()
	p.expect(token.TABLE)
	a.Name = p.name("a table name")
	start, at := p.start(), p.loc()
	switch p.k {
	case token.SUSPEND:
		p.next()
		a.Action = &ast.Suspend{Loc: p.from(start)}
	case token.RESUME:
		p.next()
		r := &ast.Resume{With: p.optWith()}
		r.Loc = p.from(start)
		a.Action = r
	case token.REFRESH:
		p.next()
		r := &ast.Refresh{}
		if inner := p.start(); p.got(token.PARTITION) {
			r.Partition = p.partition(inner, false)
		}
		r.Loc = p.from(start)
		a.Action = r
	case token.SET:
		a.Action = p.materializedSet()
	case token.RESET:
		a.Action = p.resetOptions()
	case token.AS:
		p.need(token.V2_0, at, "AS in ALTER MATERIALIZED TABLE")
		a.Action = p.asQuery()
	case token.START_MODE:
		q := &ast.AsQuery{StartMode: p.startMode()}
		p.expect(token.AS)
		q.Query = p.query()
		q.Loc = p.from(start)
		a.Action = q
	case token.RENAME:
		p.need(token.Next, at, "RENAME of a materialized table")
		a.Action = p.renameTo()
	default:
		verb := p.k
		switch verb {
		case token.ADD, token.MODIFY, token.DROP:
		default:
			p.unexpected("SUSPEND, RESUME, REFRESH, SET, RESET, AS, ADD, MODIFY or DROP")
			return
		}
		since := token.V2_3
		if p.peek(1) == token.DISTRIBUTION {
			since = token.V2_2
		}
		then := p.toks[p.i+1]
		p.need(since, ast.Loc{Start: then.Start, End: then.End}, verb.String()+" of a materialized table")
		a.Action = p.schemaAction()
	}
}

// materializedSet parses SET ( options ) | FRESHNESS = … | REFRESH_MODE = … .
func (p *parser) materializedSet() ast.AlterAction {
	start := p.start()
	switch p.peek(1) {
	case token.FRESHNESS:
		p.next()
		p.next()
		p.expect(token.Eq)
		f := &ast.SetFreshness{Freshness: p.freshness()}
		f.Loc = p.from(start)
		return f
	case token.REFRESH_MODE:
		p.next()
		p.next()
		p.expect(token.Eq)
		m := &ast.SetRefreshMode{Mode: p.oneOf(token.FULL, token.CONTINUOUS)}
		m.Loc = p.from(start)
		return m
	case token.START_MODE:
		p.next()
		s := &ast.SetStartMode{Mode: p.startMode()}
		s.Loc = p.from(start)
		return s
	}
	return p.setOptions()
}
