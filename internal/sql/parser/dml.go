package parser

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// insert parses INSERT INTO | INSERT OVERWRITE | UPSERT INTO name … query.
func (p *parser) insert() *ast.Insert {
	n := p.inserts.put(ast.Insert{Upsert: p.k == token.UPSERT})
	start := p.start()
	p.next()
	switch {
	case p.got(token.INTO):
	case p.got(token.OVERWRITE):
		n.Overwrite = true
		if n.Upsert {
			p.fail(p.toks[p.i-1], "OVERWRITE goes with INSERT only", "")
		}
	default:
		p.unexpected("INTO or OVERWRITE")
	}
	n.Table = p.target()
	if at := p.start(); p.got(token.PARTITION) {
		n.Partition = p.partition(at, false)
	}
	if p.k == token.LParen && p.isName(p.peek(1)) {
		n.Columns = p.insertColumns()
	}
	n.Query = p.query()
	if p.k == token.ON && p.peek(1) == token.CONFLICT {
		p.need(token.V2_3, p.loc(), "ON CONFLICT")
		p.next()
		p.next()
		p.expect(token.DO)
		n.OnConflict = p.oneOf(token.ERROR, token.NOTHING, token.DEDUPLICATE)
	}
	n.Loc = p.from(start)
	return n
}

// target parses name [/*+ hints */] [columns declared on the spot].
func (p *parser) target() *ast.Table {
	t := p.tables.alloc()
	start := p.start()
	t.Name = p.name("a table name")
	t.Hints = p.hints()
	p.extend(t)
	t.Loc = p.from(start)
	return t
}

// insertColumns parses ( name, … ). Types among them belong to a feature that Flink's conformance refuses.
func (p *parser) insertColumns() []ast.Name {
	p.next()
	mark := p.columnNames.mark()
	for {
		p.columnNames.push(p.name("a column name"))
		if p.k != token.Comma && p.k != token.RParen && p.startsType(p.k) && !p.failed {
			start := p.start()
			p.dataType()
			if p.k == token.NOT && p.peek(1) == token.NULL {
				p.next()
				p.next()
			}
			if !p.failed {
				at := p.from(start)
				p.failRule(unsupported, token.Token{Kind: token.Identifier, Start: at.Start, End: at.End}, "Flink does not take types in the column list of INSERT", "")
			}
		}
		if !p.got(token.Comma) {
			break
		}
	}
	p.expect(token.RParen)
	return p.columnNames.keep(mark)
}

// optTargetAlias parses [[AS] name] behind the table of UPDATE, DELETE and MERGE.
func (p *parser) optTargetAlias() *ast.Ident {
	if p.got(token.AS) {
		id := p.ident("an alias behind AS")
		return p.soleIdents.put(id)
	}
	return p.optIdent()
}

func (p *parser) update() ast.Statement {
	u := &ast.Update{}
	start := p.start()
	p.next()
	u.Table = p.targetExtended()
	u.Alias = p.optTargetAlias()
	p.expect(token.SET)
	u.Set = append(u.Set, p.assignment(false))
	for p.got(token.Comma) {
		u.Set = append(u.Set, p.assignment(false))
	}
	if p.got(token.WHERE) {
		u.Where = p.expr(subQuery)
	}
	u.Loc = p.from(start)
	return u
}

// targetExtended is target with ( name type, … ) allowed behind it.
func (p *parser) targetExtended() *ast.Table {
	t := p.target()
	if p.k == token.LParen {
		p.extend(t)
		t.Loc = p.from(t.Start)
	}
	return t
}

func (p *parser) assignment(compound bool) (a ast.Assignment) {
	start := p.start()
	if compound {
		a.Column = p.name("a column name")
	} else {
		a.Column = p.simpleName("a column name")
	}
	p.expect(token.Eq)
	a.Value = p.expr(subQuery)
	a.Loc = p.from(start)
	return a
}

func (p *parser) deleteFrom() ast.Statement {
	d := &ast.Delete{}
	start := p.start()
	p.next()
	p.expect(token.FROM)
	d.Table = p.targetExtended()
	d.Alias = p.optTargetAlias()
	if p.got(token.WHERE) {
		d.Where = p.expr(subQuery)
	}
	d.Loc = p.from(start)
	return d
}

// merge parses MERGE INTO … USING … ON … WHEN ….
func (p *parser) merge() ast.Statement {
	m := &ast.Merge{}
	start := p.start()
	p.next()
	p.expect(token.INTO)
	m.Table = p.targetExtended()
	m.Alias = p.optTargetAlias()
	p.expect(token.USING)
	m.Using = p.tableRef()
	p.expect(token.ON)
	m.On = p.expr(subQuery)
	if p.k == token.WHEN && p.peek(1) == token.MATCHED {
		p.next()
		p.next()
		p.expect(token.THEN)
		p.expect(token.UPDATE)
		p.expect(token.SET)
		m.Update = append(m.Update, p.assignment(true))
		for p.got(token.Comma) {
			m.Update = append(m.Update, p.assignment(true))
		}
	}
	if p.k == token.WHEN || m.Update == nil {
		p.mergeInsert(m)
	}
	m.Loc = p.from(start)
	return m
}

func (p *parser) mergeInsert(m *ast.Merge) {
	p.expect(token.WHEN)
	p.expect(token.NOT)
	p.expect(token.MATCHED)
	p.expect(token.THEN)
	p.expect(token.INSERT)
	if p.k == token.LParen && p.peek(1) != token.VALUES {
		m.Columns = p.nameList("a column name")
	}
	parens := p.got(token.LParen)
	v := p.valueQueries.alloc()
	start := p.start()
	p.expect(token.VALUES)
	v.Rows = []ast.Expr{p.rowValue()}
	v.Loc = p.from(start)
	m.Insert = v
	if parens {
		p.expect(token.RParen)
	}
}

// statementSet parses STATEMENT SET BEGIN insert ; … END.
func (p *parser) statementSet() ast.Statement {
	s := &ast.StatementSet{}
	start := p.start()
	p.next()
	p.expect(token.SET)
	p.expect(token.BEGIN)
	for !p.failed {
		if p.k != token.INSERT && p.k != token.UPSERT {
			p.unexpected("INSERT")
			break
		}
		s.Inserts = append(s.Inserts, p.insert())
		if p.k != token.Semicolon {
			p.unexpected("; behind the INSERT")
			break
		}
		if p.i+padding+1 >= p.bad {
			p.more()
		}
		p.next()
		if p.k == token.EOF {
			p.openSet(start)
			break
		}
		if p.k == token.END {
			break
		}
	}
	p.expect(token.END)
	s.Loc = p.from(start)
	return s
}

// openSet reports a statement set without END, at its start.
func (p *parser) openSet(start int32) {
	p.fail(token.Token{Kind: token.STATEMENT, Start: start, End: start + int32(len("STATEMENT"))}, "the statement set has no END", "close it with END behind its last INSERT")
}

// insertOrSet parses what COMPILE PLAN takes.
func (p *parser) insertOrSet() ast.Statement {
	switch p.k {
	case token.STATEMENT:
		return p.statementSet()
	case token.INSERT, token.UPSERT:
		return p.insert()
	}
	p.unexpected("INSERT or STATEMENT SET")
	return nil
}

func (p *parser) execute() ast.Statement {
	start := p.start()
	if p.peek(1) == token.PLAN {
		p.next()
		p.next()
		e := &ast.ExecutePlan{File: p.stringText("the file of the plan")}
		e.Loc = p.from(start)
		return e
	}
	e := &ast.Execute{}
	if then := p.peek(1); !p.startsQuery(then) && !p.startsExpr(then) && then != token.STATEMENT && then != token.INSERT && then != token.UPSERT {
		p.missingBehind("a query, INSERT, STATEMENT SET or PLAN")
	}
	p.next()
	switch p.k {
	case token.STATEMENT, token.INSERT, token.UPSERT:
		e.Statement = p.insertOrSet()
	default:
		e.Statement = p.queryStatement()
	}
	e.Loc = p.from(start)
	return e
}

// compile parses COMPILE PLAN and COMPILE AND EXECUTE PLAN.
func (p *parser) compile() ast.Statement {
	c := &ast.CompilePlan{}
	start := p.start()
	p.next()
	if p.got(token.AND) {
		c.AndExecute = true
		p.expect(token.EXECUTE)
	}
	p.expect(token.PLAN)
	c.File = p.stringText("the file of the plan")
	if !c.AndExecute {
		c.IfNotExists = p.ifNotExists()
	}
	p.expect(token.FOR)
	c.Statement = p.insertOrSet()
	c.Loc = p.from(start)
	return c
}

func (p *parser) callStatement() ast.Statement {
	c := &ast.CallStatement{}
	start := p.start()
	p.next()
	c.Call = p.routine()
	c.Loc = p.from(start)
	return c
}

func (p *parser) queryStatement() ast.Statement {
	q := p.queryStatements.put(ast.QueryStatement{Query: p.query()})
	q.Loc = q.Query.Place()
	return q
}

func (p *parser) truncate() ast.Statement {
	t := &ast.Truncate{}
	start := p.start()
	p.need(token.V1_18, p.loc(), "TRUNCATE TABLE")
	p.next()
	p.expect(token.TABLE)
	t.Name = p.name("a table name")
	t.Loc = p.from(start)
	return t
}

var explainDetails = []token.Kind{token.ESTIMATED_COST, token.CHANGELOG_MODE, token.JSON_EXECUTION_PLAN, token.PLAN_ADVICE}

// explain parses EXPLAIN [PLAN FOR | detail, …] statement.
func (p *parser) explain() ast.Statement {
	e := p.explains.alloc()
	start := p.start()
	p.next()
	switch {
	case p.got2(token.PLAN, token.FOR):
		e.PlanFor = true
	case p.isDetail():
		for p.isDetail() {
			for _, seen := range e.Details {
				if seen == p.k {
					p.next()
					p.fail(p.toks[p.i-1], seen.String()+" comes twice", "")
				}
			}
			e.Details = append(e.Details, p.k)
			p.next()
			if !p.got(token.Comma) {
				break
			}
			if !p.isDetail() {
				p.unexpected("ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN or PLAN_ADVICE")
			}
		}
	}
	e.Statement = p.explained()
	e.Loc = p.from(start)
	return e
}

// isDetail reports whether a detail of EXPLAIN follows; the words are names too, but no statement begins with one.
func (p *parser) isDetail() bool {
	return slices.Contains(explainDetails, p.k)
}

// explained parses what EXPLAIN can be about.
func (p *parser) explained() ast.Statement {
	at := p.loc()
	switch p.k {
	case token.STATEMENT:
		return p.statementSet()
	case token.INSERT, token.UPSERT:
		return p.insert()
	case token.EXECUTE:
		p.need(token.V2_2, at, "EXPLAIN EXECUTE")
		return p.execute()
	case token.REPLACE:
		p.need(token.V2_0, at, "EXPLAIN of REPLACE TABLE")
		return p.replaceTable()
	case token.CREATE:
		p.need(token.V2_0, at, "EXPLAIN of CREATE TABLE")
		s := p.create()
		switch c := s.(type) {
		case *ast.CreateTable:
			if c.As == nil && !p.failed {
				p.fail(p.toks[p.i-1], "EXPLAIN takes CREATE TABLE only with AS and a query", "")
			}
		case *ast.CreateMaterializedTable:
			p.need(token.Next, at, "EXPLAIN of CREATE MATERIALIZED TABLE")
		default:
			if !p.failed {
				p.fail(p.toks[p.i-1], "EXPLAIN does not take this kind of CREATE", "")
			}
		}
		return s
	}
	return p.queryStatement()
}
