package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// statementBody parses a statement by its first words. Flink tries most statements two tokens deep: where the second
// token fits none of them, its error stands at the first.
func (p *parser) statementBody() ast.Statement {
	switch p.k {
	case token.SELECT, token.WITH, token.VALUES, token.VALUE, token.TABLE, token.LParen:
		return p.queryStatement()
	case token.CREATE:
		return p.create()
	case token.REPLACE:
		if then := p.peek(1); then == token.TABLE || then == token.TEMPORARY {
			return p.replaceTable()
		}
	case token.DROP:
		return p.drop()
	case token.ALTER:
		return p.alter()
	case token.INSERT, token.UPSERT:
		return p.insert()
	case token.UPDATE:
		return p.update()
	case token.DELETE:
		return p.deleteFrom()
	case token.MERGE:
		return p.merge()
	case token.EXPLAIN:
		return p.explain()
	case token.EXECUTE:
		return p.execute()
	case token.DESCRIBE, token.DESC:
		return p.describe()
	case token.CALL:
		return p.callStatement()
	case token.SET:
		return p.set()
	case token.RESET:
		return p.reset()
	case token.SHOW:
		return p.show()
	case token.USE:
		return p.use()
	}
	switch [2]token.Kind{p.k, p.peek(1)} {
	case [2]token.Kind{token.COMPILE, token.PLAN}, [2]token.Kind{token.COMPILE, token.AND}:
		return p.compile()
	case [2]token.Kind{token.BEGIN, token.STATEMENT}:
		return p.beginSet()
	case [2]token.Kind{token.TRUNCATE, token.TABLE}:
		return p.truncate()
	case [2]token.Kind{token.ANALYZE, token.TABLE}:
		return p.analyze()
	case [2]token.Kind{token.STOP, token.JOB}:
		return p.stopJob()
	case [2]token.Kind{token.ADD, token.JAR}, [2]token.Kind{token.REMOVE, token.JAR}:
		return p.jar()
	case [2]token.Kind{token.LOAD, token.MODULE}, [2]token.Kind{token.UNLOAD, token.MODULE}:
		return p.module()
	}
	switch {
	case p.k == token.END:
		e := &ast.EndStatementSet{Loc: p.loc()}
		p.next()
		return e
	case p.k == token.STATEMENT && p.peek(1) == token.SET:
		p.fail(p.tok(), "a statement set begins with EXECUTE STATEMENT SET BEGIN, or BEGIN STATEMENT SET", "")
	case p.startsExpr(p.k):
		return p.queryStatement()
	}
	p.unexpected("a statement")
	return nil
}

func (p *parser) beginSet() ast.Statement {
	b := &ast.BeginStatementSet{}
	start := p.start()
	p.next()
	p.next()
	p.expect(token.SET)
	b.Loc = p.from(start)
	return b
}

// set parses SET ['key' = 'value'].
func (p *parser) set() ast.Statement {
	s := p.settings.alloc()
	start := p.start()
	p.next()
	if p.k.IsString() || p.k == token.Variable {
		key := p.stringText("a key")
		p.expect(token.Eq)
		value := p.stringText("a value")
		s.Key, s.Value, s.KeyText, s.ValueText = key.Value, value.Value, p.soleTexts.put(key), p.soleTexts.put(value)
	} else if p.k != token.EOF && p.k != token.Semicolon {
		p.unexpected("'key' = 'value'")
	}
	s.Loc = p.from(start)
	return s
}

func (p *parser) reset() ast.Statement {
	r := &ast.Reset{}
	start := p.start()
	p.next()
	if p.k.IsString() || p.k == token.Variable {
		key := p.stringText("a key")
		r.Key, r.KeyText = key.Value, p.soleTexts.put(key)
	}
	r.Loc = p.from(start)
	return r
}

// use parses USE name, USE CATALOG name and USE MODULES name, ….
func (p *parser) use() ast.Statement {
	u := p.uses.put(ast.Use{Object: ast.DatabaseObject})
	start := p.start()
	switch then := p.peek(1); {
	case then == token.CATALOG:
		u.Object = ast.CatalogObject
		p.next()
		p.next()
		u.Name = p.simpleName("a catalog name")
	case then == token.MODULES:
		u.Object = ast.ModuleObject
		p.next()
		p.next()
		u.Modules = append(u.Modules, p.ident("a module name"))
		for p.got(token.Comma) {
			u.Modules = append(u.Modules, p.ident("a module name"))
		}
	case p.isName(then):
		p.next()
		u.Name = p.name("a database name")
	default:
		p.fail(p.tok(), "expected a database, CATALOG or MODULES behind USE", "")
	}
	u.Loc = p.from(start)
	return u
}

func (p *parser) jar() ast.Statement {
	start, add := p.start(), p.k == token.ADD
	p.next()
	p.next()
	path := p.quotedText("the path of the jar")
	if add {
		return &ast.AddJar{Loc: p.from(start), Path: path}
	}
	return &ast.RemoveJar{Loc: p.from(start), Path: path}
}

func (p *parser) module() ast.Statement {
	start, load := p.start(), p.k == token.LOAD
	p.next()
	p.next()
	name := p.ident("a module name")
	if !load {
		return &ast.UnloadModule{Loc: p.from(start), Name: name}
	}
	l := &ast.LoadModule{Name: name, With: p.optWith()}
	l.Loc = p.from(start)
	return l
}

// analyze parses ANALYZE TABLE name [PARTITION ( … )] COMPUTE STATISTICS [FOR …].
func (p *parser) analyze() ast.Statement {
	a := &ast.Analyze{}
	start := p.start()
	p.next()
	p.next()
	a.Name = p.name("a table name")
	if at := p.start(); p.got(token.PARTITION) {
		a.Partition = p.partition(at, true)
	}
	p.expect(token.COMPUTE)
	p.expect(token.STATISTICS)
	if p.got(token.FOR) {
		if a.AllColumns = p.got(token.ALL); a.AllColumns {
			p.expect(token.COLUMNS)
		} else {
			p.expect(token.COLUMNS)
			a.Columns = append(a.Columns, p.ident("a column name"))
			for p.got(token.Comma) {
				a.Columns = append(a.Columns, p.ident("a column name"))
			}
		}
	}
	a.Loc = p.from(start)
	return a
}

func (p *parser) stopJob() ast.Statement {
	s := &ast.StopJob{}
	start := p.start()
	p.next()
	p.next()
	s.Job = p.quotedText("the id of the job")
	s.Savepoint = p.got2(token.WITH, token.SAVEPOINT)
	if p.k == token.WITH && p.peek(1) == token.DRAIN {
		at := p.tok()
		p.next()
		p.next()
		s.Drain = true
		if !s.Savepoint {
			p.fail(at, "WITH DRAIN needs WITH SAVEPOINT before it", "")
		}
	}
	s.Loc = p.from(start)
	return s
}

// describe parses DESCRIBE | DESC … .
func (p *parser) describe() ast.Statement {
	d := p.describes.put(ast.Describe{Desc: p.k == token.DESC})
	start := p.start()
	if d.Desc && !p.describable(p.peek(1)) { // DESC is a name too
		return p.queryStatement()
	}
	p.next()
	switch p.k {
	case token.CATALOG:
		d.Object = ast.CatalogObject
	case token.DATABASE:
		d.Object = ast.DatabaseObject
	case token.FUNCTION:
		d.Object = ast.FunctionObject
		p.need(token.V2_0, p.loc(), "DESCRIBE FUNCTION")
	case token.MODEL:
		d.Object = ast.ModelObject
		p.need(token.V1_20, p.loc(), "DESCRIBE MODEL")
	case token.CONNECTION:
		if p.isName(p.peek(1)) || p.peek(1) == token.EXTENDED {
			d.Object = ast.ConnectionObject
			then := p.toks[p.i+1]
			p.need(token.V2_3, ast.Loc{Start: then.Start, End: then.End}, "DESCRIBE CONNECTION")
		}
	case token.JOB:
		if p.release >= token.V1_20 || p.peek(1) == token.String {
			d.Object = ast.JobObject
			p.need(token.V1_20, p.loc(), "DESCRIBE JOB")
		}
	}
	if d.Object != ast.NoObject {
		p.next()
	}
	switch {
	case d.Object == ast.JobObject:
		t := p.quotedText("the id of the job")
		d.Job = &t
	case d.Object == ast.NoObject && p.k != token.EXTENDED && !p.isName(p.k):
		p.describeStatement(d)
	default:
		at := p.loc()
		if d.Extended = p.got(token.EXTENDED); d.Extended && d.Object == ast.CatalogObject {
			p.need(token.V1_20, at, "DESCRIBE CATALOG EXTENDED")
		}
		if d.Object == ast.CatalogObject {
			d.Name = p.simpleName("a catalog name")
		} else {
			d.Name = p.name("a name")
		}
	}
	d.Loc = p.from(start)
	return d
}

// describable reports whether DESC is followed by what only DESCRIBE takes.
func (p *parser) describable(k token.Kind) bool {
	return k == token.EXTENDED || k == token.FUNCTION || k == token.MODEL || p.isName(k)
}

// describeStatement parses Calcite's forms: DESCRIBE TABLE name [column], DESCRIBE [STATEMENT] query.
func (p *parser) describeStatement(d *ast.Describe) {
	switch p.k {
	case token.TABLE:
		p.next()
		d.Object = ast.TableObject
		d.Name = p.name("a table name")
		d.Column = p.optIdent()
		return
	case token.INSERT, token.UPSERT:
		d.Statement = p.insert()
		return
	case token.DELETE:
		d.Statement = p.deleteFrom()
		return
	case token.UPDATE:
		d.Statement = p.update()
		return
	}
	p.got(token.STATEMENT)
	d.Statement = p.queryStatement()
}
