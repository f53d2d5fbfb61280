package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// drop parses DROP [TEMPORARY [SYSTEM]] object [IF EXISTS] name [RESTRICT | CASCADE].
func (p *parser) drop() ast.Statement {
	d := p.drops.alloc()
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
	a := p.alters.alloc()
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
			s.Name = p.soleNames.put(n)
		}
	default:
		p.expect(token.SET)
		n := p.name("the name of an option")
		s.Name = p.soleNames.put(n)
		p.expect(token.Eq)
		switch {
		case p.k == token.ON:
			s.Value = p.columnRefs.put(ast.ColumnRef{Loc: p.loc(), Parts: []ast.Ident{p.identOf(p.tok())}})
			p.next()
		case p.isName(p.k):
			n := p.simpleName("")
			s.Value = p.columnRefs.put(ast.ColumnRef(n))
		default:
			s.Value = p.literal("a value")
		}
	}
	s.Loc = p.from(start)
	return s
}

func (p *parser) renameTo() ast.AlterAction {
	r := p.renames.alloc()
	start := p.start()
	p.next()
	p.expect(token.TO)
	r.Name = p.name("the new name")
	r.Loc = p.from(start)
	return r
}

func (p *parser) setOptions() ast.AlterAction {
	s := p.optionChanges.alloc()
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
		c.Comment = *p.optAnyComment()
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
