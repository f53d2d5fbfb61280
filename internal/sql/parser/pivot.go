package parser

import (
	"strconv"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// This file parses TABLESAMPLE, PIVOT and UNPIVOT behind a table.

// sample parses TABLESAMPLE … .
func (p *parser) sample(t ast.TableRef) ast.TableRef {
	s := &ast.Sample{Table: t}
	p.next()
	s.Method = p.oneOf(token.BERNOULLI, token.SYSTEM, token.SUBSTITUTE)
	p.expect(token.LParen)
	if s.Method == token.SUBSTITUTE {
		text := p.stringText("the name of a sample")
		s.Size = p.strings.put(ast.String{Loc: text.Loc, Kind: text.Kind, Value: text.Value})
	} else {
		s.Size = p.unsignedNumber("a percentage")
		p.checkPercentage(s.Size)
	}
	p.expect(token.RParen)
	if s.Method != token.SUBSTITUTE && p.got(token.REPEATABLE) {
		p.expect(token.LParen)
		s.Repeatable = p.signedNumber("a whole number")
		p.expect(token.RParen)
	}
	s.Loc = ast.Loc{Start: t.Place().Start, End: p.end()}
	return s
}

// checkPercentage reports more than 100 percent, which Flink's parser did up to 2.1.
func (p *parser) checkPercentage(size ast.Expr) {
	n, ok := size.(*ast.Number)
	if !ok || p.failed || p.release >= token.V2_2 {
		return
	}
	if v, err := strconv.ParseFloat(n.Text, 64); err == nil && v > 100 {
		p.add(syntaxError, n.Loc, n.Text+" is more than 100 percent", "")
	}
}

// pivot parses PIVOT ( aggregate, … FOR axes IN ( value, … ) ).
func (p *parser) pivot(t ast.TableRef) ast.TableRef {
	v := &ast.Pivot{Table: t}
	p.needBehind(token.LParen)
	p.next()
	p.expect(token.LParen)
	v.Aggregates = append(v.Aggregates, p.pivotAggregate())
	for p.got(token.Comma) {
		v.Aggregates = append(v.Aggregates, p.pivotAggregate())
	}
	p.expect(token.FOR)
	v.Axes = p.nameOrNames("a column name")
	p.expect(token.IN)
	p.expect(token.LParen)
	if p.k != token.RParen {
		v.In = append(v.In, p.pivotValue())
		for p.got(token.Comma) {
			v.In = append(v.In, p.pivotValue())
		}
	}
	p.expect(token.RParen)
	p.expect(token.RParen)
	v.Loc = ast.Loc{Start: t.Place().Start, End: p.end()}
	return v
}

func (p *parser) pivotAggregate() (item ast.SelectItem) {
	start := p.start()
	if !p.isFunctionAt(0) && p.k != token.SPECIFIC {
		p.unexpected("an aggregate function")
		return item
	}
	call := p.calls.alloc()
	if p.got(token.SPECIFIC) {
		call.Specific = true
	}
	call.Name = p.functionName()
	item.Expr = p.finishCall(call, start)
	p.optAlias(&item)
	item.Loc = p.from(start)
	return item
}

func (p *parser) pivotValue() (item ast.SelectItem) {
	start := p.start()
	item.Expr = p.rowValue()
	p.optAlias(&item)
	item.Loc = p.from(start)
	return item
}

// optAlias parses [AS] name where a string cannot stand.
func (p *parser) optAlias(item *ast.SelectItem) {
	if p.got(token.AS) {
		item.As = true
		id := p.ident("an alias behind AS")
		item.Alias = &id
		return
	}
	item.Alias = p.optIdent()
}

// unpivot parses UNPIVOT [INCLUDE | EXCLUDE NULLS] ( measures FOR axes IN ( columns [AS value], … ) ).
func (p *parser) unpivot(t ast.TableRef) ast.TableRef {
	u := &ast.Unpivot{Table: t}
	if then := p.peek(1); then != token.INCLUDE && then != token.EXCLUDE {
		p.needBehind(token.LParen)
	}
	p.next()
	if u.Nulls = p.either(token.INCLUDE, token.EXCLUDE); u.Nulls != 0 {
		p.expect(token.NULLS)
	}
	p.expect(token.LParen)
	u.Measures = p.nameOrNames("a column name")
	p.expect(token.FOR)
	u.Axes = p.nameOrNames("a column name")
	p.expect(token.IN)
	p.expect(token.LParen)
	u.In = append(u.In, p.unpivotItem())
	for p.got(token.Comma) {
		u.In = append(u.In, p.unpivotItem())
	}
	p.expect(token.RParen)
	p.expect(token.RParen)
	u.Loc = ast.Loc{Start: t.Place().Start, End: p.end()}
	return u
}

func (p *parser) unpivotItem() (item ast.UnpivotItem) {
	start := p.start()
	item.Columns = p.nameOrNames("a column name")
	if p.got(token.AS) {
		item.Value = p.rowValue()
	}
	item.Loc = p.from(start)
	return item
}
