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
	c := &ast.CreateTable{OrReplace: how.replace, Temporary: how.temporary}
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
	c := &ast.CreateTable{Replace: true}
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
	if p.got2(token.PARTITIONED, token.BY) {
		c.PartitionedBy = p.nameList("a column name")
	}
	if p.k == token.USING && p.peek(1) == token.CONNECTION {
		at := p.start()
		p.next()
		p.next()
		n := p.name("the name of a connection")
		c.Connection = &n
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
		w := &ast.Watermark{}
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
	c.Comment = p.optColumnComment()
	c.Loc = p.from(start)
	return c
}

func (p *parser) metadata() *ast.Metadata {
	m := &ast.Metadata{}
	start := p.start()
	p.next()
	if p.got(token.FROM) {
		t := p.stringText("the metadata key")
		m.From = &t
	}
	m.Virtual = p.got(token.VIRTUAL)
	m.Loc = p.from(start)
	return m
}

// constraint parses [CONSTRAINT name] PRIMARY KEY | UNIQUE [( names )] [[NOT] ENFORCED].
func (p *parser) constraint(ofTable bool) *ast.Constraint {
	c := &ast.Constraint{}
	start := p.start()
	if p.got(token.CONSTRAINT) {
		id := p.ident("a name for the constraint")
		c.Name = &id
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
	n := &ast.Number{Loc: p.loc(), Kind: p.k, Text: p.tok().Text(p.text)}
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
	if p.got2(token.PARTITIONED, token.BY) {
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

func (p *parser) createView(how createHow) ast.Statement {
	c := &ast.CreateView{OrReplace: how.replace, Temporary: how.temporary}
	p.next()
	c.IfNotExists = p.ifNotExists()
	c.Name = p.name("a view name")
	if p.k == token.LParen {
		c.Columns = p.nameList("a column name")
	}
	c.Comment = p.optComment()
	p.expect(token.AS)
	c.Query = p.query()
	c.Loc = p.from(how.start)
	return c
}

func (p *parser) createCatalog(how createHow) ast.Statement {
	c := &ast.CreateCatalog{}
	p.next()
	at := p.loc()
	if c.IfNotExists = p.ifNotExists(); c.IfNotExists {
		p.need(token.V1_20, at, "CREATE CATALOG IF NOT EXISTS")
	}
	c.Name = p.ident("a catalog name")
	if p.k == token.COMMENT {
		p.need(token.V1_20, p.loc(), "COMMENT of a catalog")
		c.Comment = p.optAnyComment()
	}
	c.With = p.optWith()
	c.Loc = p.from(how.start)
	return c
}

func (p *parser) createDatabase(how createHow) ast.Statement {
	c := &ast.CreateDatabase{}
	p.next()
	c.IfNotExists = p.ifNotExists()
	c.Name = p.name("a database name")
	c.Comment = p.optComment()
	c.With = p.optWith()
	c.Loc = p.from(how.start)
	return c
}

// createFunction parses FUNCTION … AS 'class' [LANGUAGE …] [USING …] [WITH …].
func (p *parser) createFunction(how createHow) ast.Statement {
	c := &ast.CreateFunction{OrReplace: how.replace, Temporary: how.temporary, System: how.system}
	p.next()
	c.IfNotExists = p.ifNotExists()
	if c.System {
		c.Name = p.simpleName("a function name")
	} else {
		c.Name = p.name("a function name")
	}
	p.expect(token.AS)
	c.Class = p.quotedText("the class of the function")
	language := p.tok()
	if p.k == token.LANGUAGE {
		p.next()
		language = p.tok()
		c.Language = p.oneOf(token.JAVA, token.SCALA, token.SQL, token.PYTHON)
	}
	if p.k == token.USING {
		p.next()
		if c.Language == token.SQL || c.Language == token.PYTHON {
			p.fail(language, "a function in "+c.Language.String()+" takes no jar", "")
		}
		c.Using = append(c.Using, p.resource())
		for p.got(token.Comma) {
			c.Using = append(c.Using, p.resource())
		}
	}
	if p.k == token.WITH {
		p.need(token.V2_3, p.loc(), "options of a function")
		c.With = p.optWith()
	}
	c.Loc = p.from(how.start)
	return c
}

func (p *parser) resource() (r ast.Resource) {
	start := p.start()
	if p.k == token.ARTIFACT {
		p.need(token.V2_3, p.loc(), "USING ARTIFACT")
	}
	r.Kind = p.oneOf(token.JAR, token.ARTIFACT)
	r.Path = p.quotedText("the path of the file")
	r.Loc = p.from(start)
	return r
}

// createModel parses MODEL name [INPUT ( … )] [OUTPUT ( … )] ….
func (p *parser) createModel(how createHow) ast.Statement {
	c := &ast.CreateModel{OrReplace: how.replace, Temporary: how.temporary}
	p.need(token.V1_20, p.loc(), "CREATE MODEL")
	p.next()
	c.IfNotExists = p.ifNotExists()
	c.Name = p.name("a model name")
	if p.got(token.INPUT) {
		c.Input = p.typedElements()
	}
	if p.got(token.OUTPUT) {
		c.Output = p.typedElements()
	}
	c.Comment = p.optComment()
	if p.k == token.LANGUAGE {
		p.need(token.Next, p.loc(), "LANGUAGE of a model")
		p.next()
		c.Language = p.oneOf(token.PYTHON, token.JAVA)
	}
	c.With = p.optWith()
	if p.got(token.AS) {
		c.As = p.query()
	}
	c.Loc = p.from(how.start)
	p.checkModel(c)
	return c
}

func (p *parser) createConnection(how createHow) ast.Statement {
	c := &ast.CreateConnection{OrReplace: how.replace, Temporary: how.temporary, System: how.system}
	p.need(token.V2_3, p.loc(), "CREATE CONNECTION")
	p.next()
	c.IfNotExists = p.ifNotExists()
	c.Name = p.name("a connection name")
	c.Comment = p.optComment()
	c.With = p.optWith()
	c.Loc = p.from(how.start)
	return c
}
