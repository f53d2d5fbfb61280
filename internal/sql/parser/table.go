package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// fromClause parses table [, table | join]….
func (p *parser) fromClause() ast.TableRef {
	left := p.tableRef()
	for chain := 0; !p.failed; chain++ {
		if chain > maxChain {
			p.fail(p.tok(), "too many joins in a row", "")
			break
		}
		if p.k == token.Comma && p.startsTable(p.i+1) {
			p.next()
			j := p.joins.alloc()
			j.Kind, j.Left = ast.CommaJoin, left
			j.Right = p.tableRef()
			j.Loc = ast.Loc{Start: left.Place().Start, End: p.end()}
			left = j
			continue
		}
		next := p.join(left)
		if next == nil {
			break
		}
		left = next
	}
	return left
}

// startsTable reports whether token i can begin a table reference.
func (p *parser) startsTable(i int) bool {
	k := p.toks[i].Kind
	return k == token.LParen || k == token.LATERAL || k == token.UNNEST || k == token.TABLE || p.isName(k)
}

// opensTable reports whether token i, when it is a parenthesis, has a table or a query behind it.
func (p *parser) opensTable(i int) bool {
	return p.toks[i].Kind != token.LParen || p.startsTable(i+1) || p.startsQuery(p.toks[i+1].Kind)
}

// join parses [NATURAL] kind JOIN table [ON … | USING …] behind a table; nil when none follows. Flink looks three
// tokens ahead, so that a join of an unknown kind is an error at its first word.
func (p *parser) join(left ast.TableRef) ast.TableRef {
	natural, size := false, 0
	if p.k == token.NATURAL {
		natural, size = true, 1
	}
	kind, words := p.joinKind(size)
	if words == 0 {
		if p.k == token.CROSS || p.k == token.OUTER {
			if p.peek(1) == token.APPLY {
				p.apply()
			} else {
				p.next()
				p.unexpected("JOIN")
			}
		}
		return nil
	}
	if size += words; size < 3 && !p.startsTable(p.i+size) || size == 1 && !p.opensTable(p.i+size) {
		p.fail(p.tok(), "expected a table behind "+p.toks[p.i+size-1].Text(p.text)+", found "+p.found(p.toks[p.i+size]), "")
		return nil
	}
	for range size {
		p.next()
	}
	j := p.joins.alloc()
	j.Left, j.Natural, j.Kind = left, natural, kind
	j.Right = p.tableRef()
	switch {
	case p.got(token.ON):
		j.On = p.expr(subQuery)
	case p.got(token.USING):
		j.Using = p.nameList("a column name")
	}
	j.Loc = ast.Loc{Start: left.Place().Start, End: p.end()}
	return j
}

// joinKind reads the kind of a join n tokens ahead and the number of its words; 0 when it is no join.
func (p *parser) joinKind(n int) (ast.JoinKind, int) {
	outer := func(kind ast.JoinKind) (ast.JoinKind, int) {
		switch {
		case p.peek(n+1) == token.JOIN:
			return kind, 2
		case p.peek(n+1) == token.OUTER && p.peek(n+2) == token.JOIN:
			return kind, 3
		}
		return 0, 0
	}
	plain := func(kind ast.JoinKind) (ast.JoinKind, int) {
		if p.peek(n+1) == token.JOIN {
			return kind, 2
		}
		return 0, 0
	}
	switch p.peek(n) {
	case token.JOIN:
		return ast.PlainJoin, 1
	case token.INNER:
		return plain(ast.InnerJoin)
	case token.CROSS:
		return plain(ast.CrossJoin)
	case token.LEFT:
		return outer(ast.LeftJoin)
	case token.RIGHT:
		return outer(ast.RightJoin)
	case token.FULL:
		return outer(ast.FullJoin)
	}
	return 0, 0
}

// apply reports CROSS APPLY, which the grammar knows and Flink refuses, at its end as Flink does.
func (p *parser) apply() {
	p.next()
	p.next()
	p.tableRef()
	if !p.failed {
		p.failRule(unsupported, p.toks[p.i-1], "Flink does not support APPLY", "use CROSS JOIN LATERAL, or LEFT JOIN LATERAL … ON TRUE")
	}
}

// tableRef parses one item of FROM with what may stand behind it.
func (p *parser) tableRef() ast.TableRef {
	if !p.enter() {
		return &ast.BadTable{}
	}
	start := p.start()
	t := p.tableBase(start)
	for p.k == token.PIVOT || p.k == token.UNPIVOT {
		if p.k == token.PIVOT {
			t = p.pivot(t)
			if p.k == token.PIVOT {
				break
			}
			continue
		}
		t = p.unpivot(t)
		break
	}
	if p.k == token.AS || p.isName(p.k) && !p.atQualify() {
		if _, isJoin := t.(*ast.ParenTable); isJoin && !p.failed {
			p.got(token.AS)
			p.ident("an alias")
			if !p.failed {
				p.add(syntaxError, joinWord(t), "a join in parentheses cannot have an alias", "put SELECT * FROM before the join")
			}
		} else {
			t = p.tableAlias(t)
		}
	}
	if p.k == token.TABLESAMPLE {
		t = p.sample(t)
	}
	p.depth--
	return t
}

// joinWord is the place that Flink gives a join in parentheses.
func joinWord(t ast.TableRef) ast.Loc {
	if paren, ok := t.(*ast.ParenTable); ok {
		if j, ok := paren.Table.(*ast.Join); ok {
			return ast.Loc{Start: j.Left.Place().End + 1, End: j.Right.Place().Start}
		}
	}
	return t.Place()
}

// tableBase parses a table, a query, UNNEST or a function, without an alias.
func (p *parser) tableBase(start int32) ast.TableRef {
	lateral := false
	if p.k == token.LATERAL {
		switch p.peek(1) {
		case token.LParen, token.UNNEST, token.TABLE:
			lateral = true
			p.next()
		default:
			p.next()
			p.unexpected("TABLE(…), UNNEST(…) or a query in parentheses")
			return &ast.BadTable{}
		}
	}
	switch {
	case p.isName(p.k):
		return p.namedTable(start)
	case p.k == token.LParen:
		if !p.opensTable(p.i) {
			p.missingBehind("a table or a query")
		}
		if then := p.peek(2); p.peek(1) == token.WITH && then != token.RECURSIVE && !p.isName(then) && !then.IsLexicalError() {
			p.fail(p.toks[p.i+1], "expected a name for the query behind WITH, found "+p.found(p.toks[p.i+2]), "")
		}
		t := p.parenTable(anything)
		if d, ok := t.(*ast.Derived); ok && lateral {
			d.Lateral, d.Start = true, start
		}
		return p.match(t)
	case p.k == token.UNNEST && p.peek(1) == token.LParen:
		u := p.unnests.put(ast.Unnest{Lateral: lateral})
		if lateral {
			p.need(token.V2_0, ast.Loc{Start: start, End: start + int32(len("LATERAL"))}, "LATERAL UNNEST")
		}
		p.next()
		q, list := p.queryOrList(subQuery)
		u.Args = list
		if q != nil {
			s := p.subquery(q)
			if inner, ok := q.(*ast.ParenQuery); ok {
				s.Query = inner
			}
			u.Args = []ast.Expr{s}
		}
		if p.k == token.WITH {
			p.next()
			p.expect(token.ORDINALITY)
			u.Ordinality = true
		}
		u.Loc = p.from(start)
		return u
	case p.k == token.TABLE:
		f := p.tableFunctions.put(ast.TableFunction{Lateral: lateral, Wrapped: true})
		p.next()
		p.expect(token.LParen)
		specific := p.got(token.SPECIFIC)
		f.Call = p.routineIn(cursor)
		f.Call.Specific = specific
		p.expect(token.RParen)
		f.Loc = p.from(start)
		return f
	}
	p.unexpected("a table, a query in parentheses, TABLE(…) or UNNEST(…)")
	return &ast.BadTable{Loc: p.loc()}
}

// namedTable parses name with hints, FOR SYSTEM_TIME and MATCH_RECOGNIZE, or a call of a table function.
func (p *parser) namedTable(start int32) ast.TableRef {
	parts := p.parts()
	if p.k == token.LParen && !p.atExtend() {
		f := p.tableFunctions.put(ast.TableFunction{Call: p.calls.alloc()})
		f.Call.Name = ast.Name{Loc: p.from(start), Parts: parts}
		at := p.loc()
		p.next()
		if p.k != token.RParen {
			p.argList(f.Call, cursor)
		}
		p.expect(token.RParen)
		f.Call.Loc = p.from(start)
		f.Loc = f.Call.Loc
		p.need(token.V2_0, at, "a table function without TABLE( … )")
		return f
	}
	t := p.tables.alloc()
	t.Name = ast.Name{Loc: p.from(start), Parts: parts}
	t.Hints = p.hints()
	p.extend(t)
	t.Loc = p.from(start)
	var ref ast.TableRef = t
	if p.k == token.FOR {
		s := p.snapshots.put(ast.Snapshot{Table: ref})
		p.next()
		p.expect(token.SYSTEM_TIME)
		p.expect(token.AS)
		p.expect(token.OF)
		s.Time = p.expr(nonQuery)
		s.Loc = p.from(start)
		ref = s
	}
	return p.match(ref)
}

// atExtend reports whether ( name type follows: columns declared on the spot.
func (p *parser) atExtend() bool {
	return p.k == token.LParen && p.isName(p.peek(1)) && p.startsType(p.peek(2)) && p.peek(2) != token.PARTITION
}

// extend parses [EXTEND] ( name type [NOT NULL], … ).
func (p *parser) extend(t *ast.Table) {
	if p.k != token.EXTEND && !p.atExtend() {
		return
	}
	p.got(token.EXTEND)
	p.expect(token.LParen)
	mark := p.rowFields.mark()
	p.rowFields.push(p.extendField())
	for p.got(token.Comma) {
		p.rowFields.push(p.extendField())
	}
	t.Extend = p.rowFields.keep(mark)
	p.expect(token.RParen)
}

func (p *parser) extendField() (f ast.RowField) {
	start := p.start()
	f.Name = p.name("a column name")
	f.Type = p.dataType()
	if p.k == token.NOT && p.peek(1) == token.NULL {
		p.nullability(f.Type)
	}
	f.Loc = p.from(start)
	return f
}

// parenTable parses ( query ) or ( join ).
func (p *parser) parenTable(c context) ast.TableRef {
	if !p.enter() {
		return &ast.BadTable{}
	}
	defer func() { p.depth-- }()
	start := p.start()
	p.expect(token.LParen)
	if p.startsQuery(p.k) && (p.k != token.TABLE || p.peek(1) != token.LParen) {
		return p.derived(start, p.query())
	}
	first := p.loc()
	t := p.tableRef()
	joined := false
	for !p.failed {
		next := p.join(t)
		if next == nil {
			break
		}
		t, joined = next, true
	}
	if d, ok := t.(*ast.Derived); ok && !d.Lateral && !joined {
		q := p.setOperations(d.Query)
		if p.release < token.V1_18 { // which alone takes ( ( query ) ORDER BY … ) here, and no join in parentheses
			q = p.ordered(q)
		}
		return p.derived(start, q)
	}
	if _, ok := t.(*ast.ParenTable); !ok && !joined && !p.failed && p.k == token.RParen {
		at := t.Place()
		p.fail(token.Token{Kind: token.Identifier, Start: at.Start, End: at.End}, "only a query or a join can stand in parentheses here", "remove the parentheses")
	}
	if p.k == token.RParen && c == onlyQuery && !p.failed {
		at := t.Place()
		p.fail(token.Token{Kind: token.Identifier, Start: at.Start, End: at.End}, "expected a query in the parentheses", "")
	}
	p.expect(token.RParen)
	p.need(token.V1_18, first, "a join in parentheses")
	return p.parenTables.put(ast.ParenTable{Loc: p.from(start), Table: t})
}

func (p *parser) derived(start int32, q ast.Query) ast.TableRef {
	p.expect(token.RParen)
	paren, d := p.parenQuery.alloc(), p.deriveds.alloc()
	paren.Loc, paren.Query = p.from(start), q
	d.Loc, d.Query = paren.Loc, paren
	return d
}

// tableAlias parses [AS] name [( column, … )].
func (p *parser) tableAlias(t ast.TableRef) ast.TableRef {
	a := p.aliases.alloc()
	a.Table, a.As = t, p.got(token.AS)
	a.Name = p.ident("an alias")
	if p.k == token.LParen && !p.failed {
		a.Columns = p.nameList("a column name")
	}
	a.Loc = ast.Loc{Start: t.Place().Start, End: p.end()}
	return a
}
