package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// showClauses says what may follow SHOW and a word, and since when.
type showClauses struct {
	since   token.Release
	in      bool          // FROM | IN name
	inSince token.Release // of the clause
	like    bool
	ilike   bool
	likes   token.Release // since when [NOT] LIKE
}

var shows = map[token.Kind]showClauses{
	token.CATALOGS:    {like: true, ilike: true, likes: token.V2_0},
	token.DATABASES:   {in: true, inSince: token.V1_19, like: true, ilike: true, likes: token.V1_19},
	token.TABLES:      {in: true, like: true},
	token.VIEWS:       {in: true, inSince: token.V2_0, like: true, likes: token.V2_0},
	token.FUNCTIONS:   {in: true, inSince: token.V1_18, like: true, ilike: true, likes: token.V1_18},
	token.PROCEDURES:  {since: token.V1_18, in: true, like: true, ilike: true},
	token.MODELS:      {since: token.V1_20, in: true, like: true},
	token.CONNECTIONS: {since: token.V2_3, in: true, like: true},
	token.COLUMNS:     {in: true, like: true},
	token.MODULES:     {},
	token.JARS:        {},
	token.JOBS:        {},
	token.PARTITIONS:  {since: token.V1_18},
}

// show parses SHOW … .
func (p *parser) show() ast.Statement {
	start := p.start()
	then := p.peek(1)
	_, known := shows[then]
	switch then {
	case token.CREATE:
		return p.showCreate()
	case token.CURRENT:
		c := &ast.ShowCurrent{Object: ast.CatalogObject}
		p.next()
		p.next()
		if p.oneOf(token.CATALOG, token.DATABASE) == token.DATABASE {
			c.Object = ast.DatabaseObject
		}
		c.Loc = p.from(start)
		return c
	case token.FULL, token.USER:
		s := p.shows.put(ast.Show{What: token.MODULES, Full: then == token.FULL, User: then == token.USER})
		p.next()
		p.next()
		if s.User {
			s.What = token.FUNCTIONS
		}
		p.expect(s.What)
		return p.showClauses(s, start)
	case token.MATERIALIZED:
		s := p.shows.put(ast.Show{What: then})
		p.next()
		p.need(token.V2_2, p.loc(), "SHOW MATERIALIZED TABLES")
		p.next()
		p.expect(token.TABLES)
		return p.showClauses(s, start)
	}
	if !known {
		p.fail(p.tok(), "SHOW does not know "+p.found(p.toks[p.i+1]), "SHOW takes CATALOGS, DATABASES, TABLES, VIEWS, FUNCTIONS, MODULES, COLUMNS, CREATE …, CURRENT … and more")
		return nil
	}
	p.next()
	s := p.shows.put(ast.Show{What: p.k})
	p.next()
	p.need(shows[s.What].since, p.from(start), "SHOW "+s.What.String())
	return p.showClauses(s, start)
}

// showClauses parses [FROM | IN name] [[NOT] LIKE | ILIKE 'pattern'] and PARTITION ( … ).
func (p *parser) showClauses(s *ast.Show, start int32) ast.Statement {
	clauses := shows[s.What]
	if s.What == token.MATERIALIZED {
		clauses = shows[token.TABLES]
	}
	if s.What == token.PARTITIONS {
		n := p.name("a table name")
		s.In = p.soleNames.put(n)
		if at := p.start(); p.got(token.PARTITION) {
			s.Partition = p.partition(at, false)
		}
		s.Loc = p.from(start)
		return s
	}
	if s.What == token.COLUMNS && p.k != token.FROM && p.k != token.IN {
		p.unexpected("FROM or IN")
	}
	if clauses.in && (p.k == token.FROM || p.k == token.IN) {
		p.need(clauses.inSince, p.loc(), p.k.String()+" in SHOW "+s.What.String())
		s.Preposition = p.k
		p.next()
		n := p.name("a name")
		s.In = p.soleNames.put(n)
		p.checkDepth(s)
	}
	if clauses.like {
		p.showLike(s, clauses)
	}
	s.Loc = p.from(start)
	return s
}

func (p *parser) showLike(s *ast.Show, clauses showClauses) {
	at := p.loc()
	switch {
	case p.k == token.NOT:
		p.next()
		s.Not = true
		if p.k != token.LIKE && (p.k != token.ILIKE || !clauses.ilike) {
			p.unexpected("LIKE")
			return
		}
	case p.k != token.LIKE && (p.k != token.ILIKE || !clauses.ilike):
		return
	}
	p.need(clauses.likes, at, "a pattern in SHOW "+s.What.String())
	s.Like = p.k
	p.next()
	t := p.quotedText("the pattern")
	s.Pattern = p.soleTexts.put(t)
}

// showCreate parses SHOW CREATE object name.
func (p *parser) showCreate() ast.Statement {
	c := p.showCreates.alloc()
	start := p.start()
	p.next()
	p.next()
	at := p.loc()
	switch p.k {
	case token.TABLE:
		c.Object = ast.TableObject
	case token.VIEW:
		c.Object = ast.ViewObject
	case token.CATALOG:
		c.Object = ast.CatalogObject
		p.need(token.V1_20, at, "SHOW CREATE CATALOG")
	case token.MODEL:
		c.Object = ast.ModelObject
		p.need(token.V1_20, at, "SHOW CREATE MODEL")
	case token.CONNECTION:
		c.Object = ast.ConnectionObject
		p.need(token.V2_3, at, "SHOW CREATE CONNECTION")
	case token.OR, token.MATERIALIZED:
		c.Object = ast.MaterializedTableObject
		if p.got(token.OR) {
			p.need(token.V2_3, at, "SHOW CREATE OR ALTER MATERIALIZED TABLE")
			p.expect(token.ALTER)
			c.OrAlter = true
			if p.k != token.MATERIALIZED {
				p.unexpected("MATERIALIZED TABLE")
			}
		}
		p.need(token.V2_2, at, "SHOW CREATE MATERIALIZED TABLE")
		p.next()
		if p.k != token.TABLE {
			p.unexpected("TABLE")
		}
	default:
		p.unexpected("TABLE, VIEW, CATALOG or MODEL")
		return nil
	}
	p.next()
	if c.Object == ast.CatalogObject {
		c.Name = p.simpleName("a catalog name")
	} else {
		c.Name = p.name("a name")
	}
	c.Loc = p.from(start)
	return c
}

// checkDepth reports a catalog with a name of several parts.
func (p *parser) checkDepth(s *ast.Show) {
	switch parts := len(s.In.Parts); {
	case p.failed:
	case s.What == token.DATABASES && parts > 1:
		p.fail(token.Token{Kind: token.Identifier, Start: s.In.Start, End: s.In.End}, "a catalog has a simple name", "")
	}
}
