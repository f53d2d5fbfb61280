package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// This file parses CREATE of everything but tables.

func (p *parser) createView(how createHow) ast.Statement {
	c := p.createViews.put(ast.CreateView{OrReplace: how.replace, Temporary: how.temporary})
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
	c := p.createDatabases.alloc()
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
	c := p.createFunctions.put(ast.CreateFunction{OrReplace: how.replace, Temporary: how.temporary, System: how.system})
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
		p.need(token.V2_2, p.loc(), "options of a function")
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
