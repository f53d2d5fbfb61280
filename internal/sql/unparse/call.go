package unparse

import (
	"fmt"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// call writes functions and what stands among their arguments.
func (p *printer) call(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Call:
		p.function(e)
	case *ast.KeywordCall:
		p.keywordCall(e)
	case *ast.JSONCall:
		p.jsonCall(e)
	case *ast.JSONConstructor:
		p.jsonConstructor(e)
	case *ast.New:
		p.put("NEW")
		p.function(e.Call)
	case *ast.Sequence:
		p.put(e.Which.String(), "VALUE FOR")
		p.name(e.Name)
	case *ast.Cursor:
		p.put("CURSOR")
		p.expr(e.X)
	case *ast.Braced:
		p.put("{fn")
		p.expr(e.Call)
		p.put("}")
	case *ast.NamedArg:
		p.ident(e.Name)
		p.put("=>")
		p.expr(e.Value)
	case *ast.TableArg:
		p.tableArg(e)
	case *ast.ModelArg:
		p.put("MODEL")
		p.name(e.Name)
	case *ast.Default:
		p.put("DEFAULT")
	default:
		panic(fmt.Sprintf("unparse: no expression %T", e))
	}
}

func (p *printer) function(c *ast.Call) {
	p.when(c.Specific, "SPECIFIC")
	p.kind(c.Modifier)
	p.name(c.Name)
	p.glue("(")
	p.quantity(c.Quantity)
	p.exprs(c.Args)
	p.nulls(c.InnerNulls)
	p.orderBy(c.OrderBy)
	p.optText(c.Separator, "SEPARATOR")
	p.end(")")
	p.nulls(c.Nulls)
	if c.WithinDistinct != nil {
		p.put("WITHIN DISTINCT")
		p.parens(len(c.WithinDistinct), func(i int) { p.expr(c.WithinDistinct[i]) })
	}
	p.withinGroup(c.WithinGroup)
	if c.Filter != nil {
		p.put("FILTER")
		p.open("(")
		p.put("WHERE")
		p.expr(c.Filter)
		p.end(")")
	}
	p.over(c.Over)
}

func (p *printer) quantity(q ast.Quantity) {
	p.when(q == ast.All, "ALL")
	p.when(q == ast.Distinct, "DISTINCT")
}

func (p *printer) nulls(k token.Kind) { p.when(k != 0, k.String(), "NULLS") }

func (p *printer) withinGroup(items []ast.OrderItem) {
	if items != nil {
		p.put("WITHIN GROUP")
		p.open("(")
		p.orderBy(items)
		p.end(")")
	}
}

func (p *printer) over(w *ast.WindowSpec) {
	if w != nil {
		p.put("OVER")
		p.windowSpec(w)
	}
}

func (p *printer) windowSpec(w *ast.WindowSpec) {
	if !w.Parens {
		p.ident(*w.Name)
		return
	}
	p.open("(")
	if w.Name != nil {
		p.ident(*w.Name)
	}
	if w.PartitionBy != nil {
		p.put("PARTITION BY")
		p.exprs(w.PartitionBy)
	}
	p.orderBy(w.OrderBy)
	if f := w.Frame; f != nil {
		p.put(f.Unit.String())
		p.when(f.To != nil, "BETWEEN")
		p.bound(f.From)
		if f.To != nil {
			p.put("AND")
			p.bound(*f.To)
		}
		p.exclude(f.Exclude)
	}
	if w.Partial != 0 {
		p.put(w.Partial.String(), "PARTIAL")
	}
	p.end(")")
}

func (p *printer) exclude(k token.Kind) {
	if k == 0 {
		return
	}
	p.put("EXCLUDE", k.String())
	p.when(k == token.CURRENT, "ROW")
	p.when(k == token.NO, "OTHERS")
}

func (p *printer) bound(b ast.Bound) {
	switch {
	case b.Direction == token.CURRENT:
		p.put("CURRENT ROW")
	case b.Expr == nil:
		p.put("UNBOUNDED", b.Direction.String())
	default:
		p.expr(b.Expr)
		p.put(b.Direction.String())
	}
}

func (p *printer) keywordCall(c *ast.KeywordCall) {
	p.put(c.Func.String())
	p.glue("(")
	p.kind(c.Lead)
	for _, a := range c.Args {
		if a.Before == token.Comma {
			p.end(",")
		} else {
			p.kind(a.Before)
		}
		p.expr(a.Expr)
	}
	p.end(")")
	p.over(c.Over)
}

func (p *printer) jsonCall(j *ast.JSONCall) {
	p.put(j.Func.String())
	p.glue("(")
	p.expr(j.Input)
	p.end(",")
	p.expr(j.Path)
	if j.Passing != nil {
		p.put("PASSING")
		p.selectItems(j.Passing)
	}
	if j.Returning != nil {
		p.put("RETURNING")
		p.typeName(j.Returning)
	}
	p.put([...]string{
		ast.NoWrapper: "", ast.WithoutWrapper: "WITHOUT WRAPPER", ast.WithWrapper: "WITH WRAPPER",
		ast.WithUnconditionalWrapper: "WITH UNCONDITIONAL WRAPPER", ast.WithConditionalWrapper: "WITH CONDITIONAL WRAPPER",
	}[j.Wrapper])
	for _, b := range j.On {
		p.when(b.Value == token.ARRAY || b.Value == token.OBJECT, "EMPTY")
		p.put(b.Value.String())
		if b.Default != nil {
			p.expr(b.Default)
		}
		p.put("ON", b.On.String())
	}
	p.end(")")
}

func (p *printer) jsonConstructor(j *ast.JSONConstructor) {
	p.put(j.Func.String())
	p.glue("(")
	p.list(len(j.Items), func(i int) {
		item := j.Items[i]
		if item.Name != nil {
			p.when(item.Key, "KEY")
			p.expr(item.Name)
			p.put(item.Separator.String())
		}
		p.expr(item.Value)
	})
	p.orderBy(j.OrderBy)
	if j.OnNull != 0 {
		p.put(j.OnNull.String(), "ON NULL")
	}
	p.end(")")
	p.withinGroup(j.WithinGroup)
}

func (p *printer) tableArg(a *ast.TableArg) {
	switch {
	case a.Table != nil:
		p.put("TABLE")
		p.name(*a.Table)
	case a.Query != nil:
		p.query(a.Query)
	default:
		p.expr(a.Value)
	}
	if a.PartitionBy != nil {
		p.put("PARTITION BY")
		p.nameOrNames(*a.PartitionBy)
	}
	if a.OrderBy != nil {
		p.put("ORDER BY")
		if a.OrderParens {
			p.parens(len(a.OrderBy), func(i int) { p.orderItem(a.OrderBy[i]) })
		} else {
			p.orderItem(a.OrderBy[0])
		}
	}
}
