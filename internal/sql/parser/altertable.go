package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// This file parses what ALTER TABLE does to the columns, keys and partitions of a table.

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
		add := p.addElements.put(ast.AddElements{Parens: p.k == token.LParen})
		add.Elements = p.alterElements()
		add.Loc = p.from(start)
		if !p.failed {
			p.checkKeys(add.Elements)
		}
		return add
	case token.MODIFY:
		p.next()
		m := p.modifyElements.put(ast.ModifyElements{Parens: p.k == token.LParen})
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
	p.need(token.V1_18, ast.Loc{Start: start, End: p.tok().End}, "ADD PARTITION")
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
