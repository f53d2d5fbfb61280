package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// drop parses DROP [TEMPORARY [SYSTEM]] object [IF EXISTS] name [RESTRICT | CASCADE].
func (p *parser) drop() ast.Statement {
	d := &ast.Drop{}
	start := p.start()
	p.next()
	d.Temporary = p.got(token.TEMPORARY)
	if p.k == token.SYSTEM {
		d.System = true
		p.next()
	}
	switch p.k {
	case token.TABLE:
		d.Object = ast.TableObject
	case token.VIEW:
		d.Object = ast.ViewObject
	case token.CATALOG:
		d.Object = ast.CatalogObject
	case token.DATABASE:
		d.Object = ast.DatabaseObject
	case token.FUNCTION:
		d.Object = ast.FunctionObject
	case token.MODEL:
		d.Object = ast.ModelObject
		p.need(token.V1_20, p.loc(), "DROP MODEL")
	case token.CONNECTION:
		d.Object = ast.ConnectionObject
		p.need(token.V2_3, p.loc(), "DROP CONNECTION")
	case token.MATERIALIZED:
		d.Object = ast.MaterializedTableObject
		p.need(token.V1_20, p.loc(), "DROP MATERIALIZED TABLE")
		p.next()
		if d.Temporary {
			p.fail(p.toks[p.i-1], "a materialized table is never temporary", "")
		}
		if p.k != token.TABLE {
			p.unexpected("TABLE")
		}
	default:
		p.unexpected("TABLE, VIEW, DATABASE, CATALOG, FUNCTION or MODEL")
		return nil
	}
	if d.System && d.Object != ast.FunctionObject && (d.Object != ast.ConnectionObject || !d.Temporary) {
		p.unexpected("FUNCTION")
		return nil
	}
	p.next()
	d.IfExists = p.ifExists()
	d.Name = p.name("a name")
	if d.Object == ast.DatabaseObject {
		d.Behaviour = p.either(token.RESTRICT, token.CASCADE)
	}
	d.Loc = p.from(start)
	return d
}

// alter parses ALTER object [IF EXISTS] name action.
func (p *parser) alter() ast.Statement {
	a := &ast.Alter{}
	start := p.start()
	p.next()
	switch p.k {
	case token.TABLE:
		p.alterTable(a)
	case token.MATERIALIZED:
		p.alterMaterializedTable(a)
	case token.VIEW:
		a.Object = ast.ViewObject
		p.next()
		a.Name = p.name("a view name")
		a.Action = p.viewAction()
	case token.DATABASE:
		a.Object = ast.DatabaseObject
		p.next()
		a.Name = p.name("a database name")
		if p.k != token.SET {
			p.unexpected("SET")
		}
		a.Action = p.setOptions()
	case token.CATALOG:
		a.Object = ast.CatalogObject
		p.need(token.V1_20, p.loc(), "ALTER CATALOG")
		p.next()
		a.Name = p.simpleName("a catalog name")
		a.Action = p.catalogAction()
	case token.MODEL, token.CONNECTION:
		a.Object = ast.ModelObject
		since := token.V1_20
		if p.k == token.CONNECTION {
			a.Object, since = ast.ConnectionObject, token.V2_3
		}
		p.need(since, p.loc(), "ALTER "+p.k.String())
		p.next()
		a.IfExists = p.ifExists()
		a.Name = p.name("a name")
		a.Action = p.modelAction()
	case token.FUNCTION, token.TEMPORARY:
		a.Temporary = p.got(token.TEMPORARY)
		a.System = a.Temporary && p.got(token.SYSTEM)
		if p.k == token.CONNECTION && a.Temporary {
			a.Object = ast.ConnectionObject
			p.need(token.V2_3, p.loc(), "ALTER CONNECTION")
			p.next()
			a.IfExists = p.ifExists()
			a.Name = p.name("a connection name")
			a.Action = p.modelAction()
			break
		}
		p.alterFunction(a)
	case token.SYSTEM, token.SESSION:
		return p.systemOption(start)
	default:
		p.unexpected("TABLE, VIEW, DATABASE, CATALOG, FUNCTION, MODEL or MATERIALIZED TABLE")
		return nil
	}
	a.Loc = p.from(start)
	return a
}

func (p *parser) alterFunction(a *ast.Alter) {
	a.Object = ast.FunctionObject
	p.expect(token.FUNCTION)
	a.IfExists = p.ifExists()
	a.Name = p.name("a function name")
	s := &ast.SetClass{}
	start := p.start()
	p.expect(token.AS)
	s.Class = p.quotedText("the class of the function")
	if p.got(token.LANGUAGE) {
		s.Language = p.oneOf(token.JAVA, token.SCALA, token.SQL, token.PYTHON)
	}
	s.Loc = p.from(start)
	a.Action = s
}

// systemOption parses ALTER SYSTEM | SESSION SET name = value | RESET name | RESET ALL.
func (p *parser) systemOption(start int32) ast.Statement {
	s := &ast.SystemOption{Scope: p.k}
	p.next()
	switch {
	case p.got(token.RESET):
		s.Reset = true
		if s.All = p.got(token.ALL); !s.All {
			n := p.name("the name of an option, or ALL")
			s.Name = &n
		}
	default:
		p.expect(token.SET)
		n := p.name("the name of an option")
		s.Name = &n
		p.expect(token.Eq)
		switch {
		case p.k == token.ON:
			s.Value = &ast.ColumnRef{Loc: p.loc(), Parts: []ast.Ident{p.identOf(p.tok())}}
			p.next()
		case p.isName(p.k):
			n := p.simpleName("")
			s.Value = &ast.ColumnRef{Loc: n.Loc, Parts: n.Parts}
		default:
			s.Value = p.literal("a value")
		}
	}
	s.Loc = p.from(start)
	return s
}

func (p *parser) renameTo() ast.AlterAction {
	r := &ast.RenameTo{}
	start := p.start()
	p.next()
	p.expect(token.TO)
	r.Name = p.name("the new name")
	r.Loc = p.from(start)
	return r
}

func (p *parser) setOptions() ast.AlterAction {
	s := &ast.SetOptions{}
	start := p.start()
	p.next()
	s.Options = p.properties()
	s.Loc = p.from(start)
	return s
}

func (p *parser) resetOptions() ast.AlterAction {
	r := &ast.ResetOptions{}
	start := p.start()
	p.next()
	r.Keys = p.keys()
	r.Loc = p.from(start)
	return r
}

func (p *parser) asQuery() ast.AlterAction {
	q := &ast.AsQuery{}
	start := p.start()
	p.next()
	q.Query = p.query()
	q.Loc = p.from(start)
	return q
}

func (p *parser) viewAction() ast.AlterAction {
	switch p.k {
	case token.RENAME:
		return p.renameTo()
	case token.AS:
		return p.asQuery()
	}
	p.unexpected("RENAME TO or AS")
	return nil
}

func (p *parser) catalogAction() ast.AlterAction {
	switch p.k {
	case token.SET:
		return p.setOptions()
	case token.RESET:
		return p.resetOptions()
	case token.COMMENT:
		c := &ast.SetComment{}
		start := p.start()
		p.next()
		c.Comment = p.stringText("the comment")
		c.Loc = p.from(start)
		return c
	}
	p.unexpected("SET, RESET or COMMENT")
	return nil
}

func (p *parser) modelAction() ast.AlterAction {
	switch p.k {
	case token.RENAME:
		return p.renameTo()
	case token.SET:
		return p.setOptions()
	case token.RESET:
		p.need(token.V2_1, p.loc(), "RESET of a model")
		return p.resetOptions()
	}
	p.unexpected("SET, RESET or RENAME TO")
	return nil
}

// alterTable parses TABLE [IF EXISTS] name action.
func (p *parser) alterTable(a *ast.Alter) {
	a.Object = ast.TableObject
	p.next()
	a.IfExists = p.ifExists()
	a.Name = p.name("a table name")
	if a.Action = p.schemaAction(); a.Action != nil {
		return
	}
	start := p.start()
	switch {
	case p.k == token.RENAME && p.peek(1) == token.TO:
		a.Action = p.renameTo()
	case p.k == token.RENAME:
		r := &ast.RenameColumn{}
		p.next()
		r.Old = p.name("a column name")
		p.expect(token.TO)
		r.New = p.name("the new name of the column")
		r.Loc = p.from(start)
		a.Action = r
	case p.k == token.SET:
		a.Action = p.setOptions()
	case p.k == token.RESET:
		a.Action = p.resetOptions()
	case p.k == token.PARTITION, token.Lookup(p.tok().Text(p.text)) == token.Identifier && p.isWord("COMPACT"):
		a.Action = p.compact()
	default:
		p.unexpected("ADD, MODIFY, DROP, RENAME, SET or RESET")
	}
}

// isWord reports whether the current token is a certain word that is none of the grammar.
func (p *parser) isWord(capitals string) bool {
	t := p.tok().Text(p.text)
	if p.k != token.Identifier || len(t) != len(capitals) {
		return false
	}
	for i := range len(t) {
		if t[i]&^0x20 != capitals[i] {
			return false
		}
	}
	return true
}

// compact parses [PARTITION ( … )] COMPACT, which was in the grammar up to 1.20.
func (p *parser) compact() ast.AlterAction {
	c := &ast.Compact{}
	start := p.start()
	if p.release >= token.V2_0 {
		p.failRule(removedSyntax, p.tok(), "ALTER TABLE … COMPACT is gone since Flink 2.0", "")
		return nil
	}
	if p.got(token.PARTITION) {
		c.Partition = p.partition(start, false)
	}
	if !p.isWord("COMPACT") {
		p.unexpected("COMPACT")
		return nil
	}
	p.next()
	c.Loc = p.from(start)
	return c
}

// schemaAction parses ADD, MODIFY and DROP, as tables and materialized tables have them.
func (p *parser) schemaAction() ast.AlterAction {
	start := p.start()
	switch p.k {
	case token.ADD:
		p.next()
		if p.k == token.PARTITION || p.k == token.IF && p.peek(1) == token.NOT {
			return p.addPartitions(start)
		}
		add := &ast.AddElements{Parens: p.k == token.LParen}
		add.Elements = p.alterElements()
		add.Loc = p.from(start)
		if !p.failed {
			p.checkKeys(add.Elements)
		}
		return add
	case token.MODIFY:
		p.next()
		m := &ast.ModifyElements{Parens: p.k == token.LParen}
		m.Elements = p.alterElements()
		m.Loc = p.from(start)
		if !p.failed {
			p.checkKeys(m.Elements)
		}
		return m
	case token.DROP:
		p.next()
		return p.dropAction(start)
	}
	return nil
}

// alterElements parses one element, or several in parentheses.
func (p *parser) alterElements() []ast.TableElement {
	seen := watermarkCheck{}
	if p.k != token.LParen {
		return []ast.TableElement{p.alterElement()}
	}
	return p.elementList(func() ast.TableElement {
		e := p.alterElement()
		seen.check(p, e)
		return e
	})
}

// alterElement parses a column with its position, a constraint, a watermark or DISTRIBUTION.
func (p *parser) alterElement() ast.TableElement {
	start := p.start()
	if p.k == token.DISTRIBUTION && !p.isName(p.k) {
		p.next()
		d := &ast.DistributionElement{Distribution: p.distribution(p.start())}
		d.Loc = p.from(start)
		return d
	}
	e := p.tableElement()
	c, ok := e.(*ast.Column)
	if !ok || p.failed {
		return e
	}
	at := p.start()
	switch {
	case p.got(token.FIRST):
		c.Position = &ast.Position{}
	case p.got(token.AFTER):
		n := p.name("a column name")
		c.Position = &ast.Position{After: &n}
	default:
		return e
	}
	c.Position.Loc = p.from(at)
	c.Loc = p.from(start)
	return e
}

// dropAction parses what stands behind DROP.
func (p *parser) dropAction(start int32) ast.AlterAction {
	switch {
	case p.k == token.PARTITION || p.k == token.IF && p.peek(1) == token.EXISTS:
		return p.dropPartitions(start)
	case p.k == token.PRIMARY:
		d := &ast.DropPart{Part: p.k}
		p.next()
		p.expect(token.KEY)
		d.Loc = p.from(start)
		return d
	case p.k == token.WATERMARK, p.k == token.DISTRIBUTION && !p.isName(p.k):
		d := &ast.DropPart{Part: p.k}
		p.next()
		d.Loc = p.from(start)
		return d
	case p.k == token.CONSTRAINT:
		d := &ast.DropConstraint{}
		p.next()
		d.Name = p.ident("the name of a constraint")
		d.Loc = p.from(start)
		return d
	}
	d := &ast.DropColumns{Parens: p.k == token.LParen}
	if p.got(token.LParen) {
		d.Columns = append(d.Columns, p.name("a column name"))
		for p.got(token.Comma) {
			d.Columns = append(d.Columns, p.name("a column name"))
		}
		p.expect(token.RParen)
	} else {
		d.Columns = []ast.Name{p.name("a column name, PRIMARY KEY, CONSTRAINT, WATERMARK or PARTITION")}
	}
	d.Loc = p.from(start)
	return d
}

func (p *parser) addPartitions(start int32) ast.AlterAction {
	a := &ast.AddPartitions{IfNotExists: p.ifNotExists()}
	for {
		at := p.start()
		p.expect(token.PARTITION)
		w := ast.PartitionWith{Partition: p.partition(at, false)}
		w.With = p.optWith()
		w.Loc = p.from(at)
		a.Partitions = append(a.Partitions, w)
		if p.k != token.PARTITION {
			break
		}
	}
	a.Loc = p.from(start)
	return a
}

func (p *parser) dropPartitions(start int32) ast.AlterAction {
	p.need(token.V1_18, ast.Loc{Start: start, End: p.tok().End}, "DROP PARTITION")
	d := &ast.DropPartitions{IfExists: p.ifExists()}
	for {
		at := p.start()
		p.expect(token.PARTITION)
		d.Partitions = append(d.Partitions, p.partition(at, false))
		if !p.got(token.Comma) {
			break
		}
	}
	d.Loc = p.from(start)
	return d
}

// partition parses ( column = literal, … ) behind PARTITION; bare allows columns without a value.
func (p *parser) partition(start int32, bare bool) *ast.Partition {
	part := &ast.Partition{}
	p.expect(token.LParen)
	for {
		at := p.start()
		item := ast.PartitionItem{Column: p.ident("a column name")}
		if !bare || p.k == token.Eq {
			p.expect(token.Eq)
			item.Value = p.literal("a constant")
		}
		item.Loc = p.from(at)
		part.Items = append(part.Items, item)
		if !p.got(token.Comma) {
			break
		}
	}
	p.expect(token.RParen)
	part.Loc = p.from(start)
	return part
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
