// Expressions as text, over columns of tables: names of views, CTEs and aliases do not show.

package evolve

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/unparse"
)

// text writes an expression.
func (d *digests) text(e bind.Expr) string {
	switch e := e.(type) {
	case nil:
		return ""
	case *bind.Ref:
		return d.column(e.Column)
	case *bind.TableColumn:
		if e.Table != nil {
			return e.Table.Path.Short() + "." + e.Name
		}
		return e.Name
	case *bind.Literal:
		return e.Text
	case *bind.Branches:
		var all []string
		for _, c := range e.Columns {
			all = append(all, d.column(c))
		}
		return strings.Join(all, " | ")
	case *bind.Cast:
		name := "CAST"
		if e.Try {
			name = "TRY_CAST"
		}
		return fmt.Sprintf("%s(%s AS %s)", name, d.text(e.X), e.Type())
	case *bind.Case:
		return "CASE " + d.list(e.Conditions) + " THEN " + d.list(e.Results) + " ELSE " + d.text(e.Else)
	case *bind.Field:
		return d.text(e.X) + "." + e.Name
	case *bind.Call:
		return d.call(e)
	}
	place := e.Place()
	return fmt.Sprintf("?%d-%d", place.Start, place.End)
}

func (d *digests) call(c *bind.Call) string {
	text := c.Name + "("
	if class, ok := d.functions[strings.ToLower(c.Name)]; ok {
		text = class + "("
	}
	if c.Distinct {
		text += "DISTINCT "
	}
	if c.Star {
		text += "*"
	}
	text += d.list(c.Args) + ")"
	if c.Filter != nil {
		text += " FILTER " + d.text(c.Filter)
	}
	for _, k := range c.OrderBy {
		text += fmt.Sprintf(" %s %v", d.text(k.Expr), k.Descending)
	}
	return text
}

// column writes a column by what it is computed from, once.
func (d *digests) column(c *bind.Column) string {
	if text, ok := d.columns[c]; ok {
		return text
	}
	d.columns[c] = c.Name // for a query that reads itself
	d.columns[c] = d.text(c.Value)
	return d.columns[c]
}

func (d *digests) list(all []bind.Expr) string {
	texts := make([]string, len(all))
	for i, e := range all {
		texts[i] = d.text(e)
	}
	return strings.Join(texts, ", ")
}

func frameText(f *ast.Frame) string {
	text := f.Unit.String() + boundText(&f.From)
	if f.To != nil {
		text += boundText(f.To)
	}
	return text
}

func boundText(b *ast.Bound) string {
	text := " " + b.Direction.String()
	if b.Expr != nil {
		text += " " + unparse.Expr(b.Expr, unparse.Options{})
	}
	return text
}

func lower(n ast.Name) string { return strings.ToLower(n.Parts[len(n.Parts)-1].Name) }

func fold(word string) string { return strings.ToLower(word) }
