package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// create parses CREATE [OR REPLACE | OR ALTER] [TEMPORARY [SYSTEM]] object ….
func (p *parser) create() ast.Statement {
	start := p.start()
	p.next()
	var how createHow
	how.start = start
	if p.got(token.OR) {
		switch {
		case p.got(token.REPLACE):
			how.replace = true
		case p.k == token.ALTER && p.peek(1) == token.MATERIALIZED:
			p.need(token.V2_3, p.loc(), "CREATE OR ALTER MATERIALIZED TABLE")
			p.next()
			how.alter = true
		default:
			p.unexpected("REPLACE")
		}
	}
	how.temporary = p.got(token.TEMPORARY)
	if p.k == token.SYSTEM {
		how.system = true
		if !how.temporary {
			p.next()
			p.fail(p.toks[p.i-1], "a system function or connection has to be temporary", "write CREATE TEMPORARY SYSTEM")
			return nil
		}
		p.next()
		if p.k != token.FUNCTION && p.k != token.CONNECTION {
			p.unexpected("FUNCTION")
			return nil
		}
	}
	switch p.k {
	case token.TABLE:
		p.next()
		return p.createTable(how)
	case token.MATERIALIZED:
		return p.createMaterializedTable(how)
	case token.VIEW:
		return p.createView(how)
	case token.CATALOG:
		return p.createCatalog(how)
	case token.DATABASE:
		return p.createDatabase(how)
	case token.FUNCTION:
		return p.createFunction(how)
	case token.MODEL:
		return p.createModel(how)
	case token.CONNECTION:
		return p.createConnection(how)
	}
	i := p.i
	if !how.replace && !how.temporary || p.toks[i].Kind == token.EOF { // Flink looks two tokens ahead and stops at the first
		p.unexpectedAt(i, "TABLE, VIEW, DATABASE, CATALOG, FUNCTION, MODEL or MATERIALIZED TABLE")
		return nil
	}
	p.unexpected("TABLE, VIEW, FUNCTION, …")
	return nil
}

// createHow are the words between CREATE and the object.
type createHow struct {
	start                             int32
	replace, alter, temporary, system bool
}

// createTable parses what stands behind TABLE.
func (p *parser) createTable(how createHow) ast.Statement {
	c := p.createTables.put(ast.CreateTable{OrReplace: how.replace, Temporary: how.temporary})
	p.tableBody(c)
	if p.failed {
		return c
	}
	switch {
	case p.k == token.LIKE:
		c.Like = p.tableLike()
		p.onlyWithTypes(c)
	case p.got(token.AS):
		c.As = p.query()
	default:
		p.onlyWithTypes(c)
	}
	c.Loc = p.from(how.start)
	p.checkTable(c)
	return c
}

// replaceTable parses REPLACE [TEMPORARY] TABLE … AS query.
func (p *parser) replaceTable() ast.Statement {
	c := p.createTables.put(ast.CreateTable{Replace: true})
	start := p.start()
	p.need(token.V1_18, p.loc(), "REPLACE TABLE")
	p.next()
	c.Temporary = p.got(token.TEMPORARY)
	p.expect(token.TABLE)
	p.tableBody(c)
	p.expect(token.AS)
	c.As = p.query()
	c.Loc = p.from(start)
	p.checkTable(c)
	return c
}

// tableBody parses the name and the clauses that stand before LIKE and AS.
func (p *parser) tableBody(c *ast.CreateTable) {
	c.IfNotExists = p.ifNotExists()
	c.Name = p.name("a table name")
	if p.k == token.LParen {
		c.Elements = p.tableElements()
	}
	c.Comment = p.optComment()
	c.Distribution = p.optDistribution()
	if p.got(token.PARTITIONED) {
		p.expect(token.BY)
		c.PartitionedBy = p.nameList("a column name")
	}
	if p.k == token.USING && p.peek(1) == token.CONNECTION {
		at := p.start()
		p.next()
		p.next()
		n := p.name("the name of a connection")
		c.Connection = p.soleNames.put(n)
		p.need(token.Next, p.from(at), "USING CONNECTION")
	}
	c.With = p.optWith()
}

// onlyWithTypes reports a list of names without types where no query gives them types.
func (p *parser) onlyWithTypes(c *ast.CreateTable) {
	if len(c.Elements) == 0 || p.failed {
		return
	}
	if n, ok := c.Elements[0].(*ast.ColumnName); ok {
		i := p.i
		for p.toks[i].Start >= n.Start {
			i--
		}
		p.fail(p.toks[i], "columns without types need AS with a query", "")
	}
}

// tableElements parses ( element, … ). A broken element does not keep those behind it from being checked.
func (p *parser) tableElements() []ast.TableElement {
	if p.k == token.LParen && p.isName(p.peek(1)) && p.namesOnly() {
		return p.elementList(func() ast.TableElement {
			n := p.name("a column name")
			return &ast.ColumnName{Loc: n.Loc, Name: n}
		})
	}
	return p.typedElements()
}

// typedElements is tableElements where every column has a type.
func (p *parser) typedElements() []ast.TableElement {
	seen := watermarkCheck{}
	return p.elementList(func() ast.TableElement {
		e := p.tableElement()
		seen.check(p, e)
		return e
	})
}

func (p *parser) elementList(element func() ast.TableElement) []ast.TableElement {
	p.expect(token.LParen)
	mark := p.elements.mark()
	for {
		start := p.start()
		e := element()
		if p.failed {
			e = &ast.BadElement{Loc: ast.Loc{Start: start, End: p.toks[p.failAt].End}}
			if !p.resumeInList(token.RParen) {
				break
			}
		}
		p.elements.push(e)
		if !p.got(token.Comma) {
			break
		}
	}
	list := p.elements.keep(mark)
	p.expect(token.RParen)
	return list
}

// namesOnly reports whether the list that begins here has names without types: CREATE TABLE t (a, b) AS ….
func (p *parser) namesOnly() bool {
	i := p.i + 2
	if k := p.toks[i].Kind; k != token.Comma && k != token.RParen {
		return false
	}
	p.need(token.V2_0, ast.Loc{Start: p.toks[p.i+1].Start, End: p.toks[i].Start}, "a column list without types")
	return true
}

// watermarkCheck finds a second watermark, which Flink's grammar refuses.
type watermarkCheck struct{ first *ast.Watermark }

func (c *watermarkCheck) check(p *parser, e ast.TableElement) {
	w, ok := e.(*ast.Watermark)
	if !ok || p.failed {
		return
	}
	if c.first == nil {
		c.first = w
		return
	}
	p.fail(token.Token{Kind: token.WATERMARK, Start: w.Start, End: w.Start + int32(len("WATERMARK"))}, "a table has one watermark only", "")
}

// tableElement parses a column, a constraint or a watermark.
func (p *parser) tableElement() ast.TableElement {
	switch p.k {
	case token.CONSTRAINT, token.PRIMARY, token.UNIQUE:
		return p.constraint(true)
	case token.WATERMARK:
		w := p.watermarks.alloc()
		start := p.start()
		p.next()
		p.expect(token.FOR)
		w.Column = p.name("a time column")
		p.expect(token.AS)
		w.Expr = p.expr(nonQuery)
		w.Loc = p.from(start)
		return w
	}
	return p.column()
}

// column parses a column of any kind.
func (p *parser) column() ast.TableElement {
	c := p.columns.alloc()
	start := p.start()
	if !p.isName(p.k) {
		if p.k == token.RParen || p.k == token.Comma || !p.k.Reserved(p.release) {
			p.unexpected("a column, PRIMARY KEY or WATERMARK")
		}
		p.missingName("a column name")
		return c
	}
	c.Name = p.name("a column name")
	if p.k == token.AS {
		if len(c.Name.Parts) > 1 {
			p.unexpected("a data type")
			return c
		}
		p.next()
		c.Computed = p.expr(nonQuery)
	} else {
		c.Type = p.columnType()
		switch p.k {
		case token.METADATA:
			c.Metadata = p.metadata()
		case token.CONSTRAINT, token.PRIMARY, token.UNIQUE:
			c.Constraint = p.constraint(false)
		}
	}
	c.Comment = p.optAnyComment()
	c.Loc = p.from(start)
	return c
}

func (p *parser) metadata() *ast.Metadata {
	m := p.metadataColumns.alloc()
	start := p.start()
	p.next()
	if p.got(token.FROM) {
		t := p.stringText("the metadata key")
		m.From = p.soleTexts.put(t)
	}
	m.Virtual = p.got(token.VIRTUAL)
	m.Loc = p.from(start)
	return m
}

// constraint parses [CONSTRAINT name] PRIMARY KEY | UNIQUE [( names )] [[NOT] ENFORCED].
func (p *parser) constraint(ofTable bool) *ast.Constraint {
	c := p.constraints.alloc()
	start := p.start()
	if p.got(token.CONSTRAINT) {
		id := p.ident("a name for the constraint")
		c.Name = p.soleIdents.put(id)
	}
	if c.Kind = p.oneOf(token.PRIMARY, token.UNIQUE); c.Kind == token.PRIMARY {
		p.expect(token.KEY)
	}
	if ofTable {
		c.Columns = p.nameList("a column name")
	}
	switch {
	case p.got(token.ENFORCED):
		c.Enforcement = ast.Enforced
	case p.k == token.NOT:
		p.next()
		p.expect(token.ENFORCED)
		c.Enforcement = ast.NotEnforced
	}
	c.Loc = p.from(start)
	return c
}

// optDistribution parses DISTRIBUTED … when it is there.
func (p *parser) optDistribution() *ast.Distribution {
	if p.k != token.DISTRIBUTED {
		return nil
	}
	at := p.loc()
	p.need(token.V1_20, at, "DISTRIBUTED")
	p.next()
	return p.distribution(at.Start)
}

// distribution parses BY [HASH | RANGE] ( names ) [INTO n BUCKETS] | INTO n BUCKETS.
func (p *parser) distribution(start int32) *ast.Distribution {
	d := &ast.Distribution{}
	switch {
	case p.got(token.BY):
		d.Kind = p.either(token.HASH, token.RANGE)
		d.Columns = p.nameList("a column name")
		if p.k == token.INTO {
			d.Buckets = p.buckets()
		}
	case p.k == token.INTO:
		d.Buckets = p.buckets()
	default:
		p.unexpected("BY or INTO")
	}
	d.Loc = p.from(start)
	return d
}

func (p *parser) buckets() *ast.Number {
	p.next()
	n := p.numbers.put(ast.Number{Loc: p.loc(), Kind: p.k, Text: p.tok().Text(p.text)})
	switch {
	case p.k == token.Decimal || p.k == token.Approximate:
		p.fail(p.tok(), "the number of buckets is a whole number", "")
	case p.k != token.Integer && p.k != token.Variable:
		p.unexpected("a number of buckets")
	}
	p.next()
	p.expect(token.BUCKETS)
	return n
}

// tableLike parses LIKE name [( strategy feature … )].
func (p *parser) tableLike() *ast.TableLike {
	l := &ast.TableLike{}
	start := p.start()
	p.next()
	l.Name = p.name("a table name")
	if p.k == token.LParen {
		p.next()
		for {
			at := p.start()
			o := ast.LikeOption{Strategy: p.oneOf(token.INCLUDING, token.EXCLUDING, token.OVERWRITING)}
			o.Feature = p.oneOf(token.ALL, token.CONSTRAINTS, token.DISTRIBUTION, token.GENERATED, token.METADATA, token.OPTIONS, token.PARTITIONS, token.WATERMARKS)
			o.Loc = p.from(at)
			if o.Feature == token.DISTRIBUTION {
				p.need(token.V1_20, o.Loc, "DISTRIBUTION in LIKE")
			}
			l.Options = append(l.Options, o)
			if p.failed || p.k == token.RParen {
				break
			}
		}
		p.expect(token.RParen)
	}
	l.Loc = p.from(start)
	return l
}
