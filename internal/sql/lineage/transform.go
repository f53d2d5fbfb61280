// Expressions as text, over stored columns.

package lineage

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
)

// longest is how long the text of one column may become before the columns below are named instead of written out.
const longest = 2000

// transform writes what a column is computed by, down to stored columns.
func (t *tracer) transform(c *bind.Column) string {
	if text, ok := t.texts[c]; ok {
		return text
	}
	t.texts[c] = quote(c.Name) // for a recursive query
	text := printer{t}.text(c.Value)
	if len(text) > longest {
		text = quote(c.Name)
	}
	t.texts[c] = text
	return text
}

// printer writes bound expressions. With a tracer, columns are written out.
type printer struct{ tracer *tracer }

func (p printer) text(e bind.Expr) string {
	switch e := e.(type) {
	case *bind.Ref:
		if p.tracer == nil {
			return quote(e.Column.Name)
		}
		return p.tracer.transform(e.Column)
	case *bind.TableColumn:
		return quote(e.Name)
	case *bind.Literal:
		return e.Text
	case *bind.Branches:
		return p.branches(e)
	case *bind.Cast:
		name := "CAST"
		if e.Try {
			name = "TRY_CAST"
		}
		return name + "(" + p.text(e.X) + " AS " + strings.TrimSuffix(e.Type().String(), " NOT NULL") + ")"
	case *bind.Case:
		return p.caseOf(e)
	case *bind.Field:
		return p.operand(e.X) + "." + quote(e.Name)
	case *bind.Subquery:
		return p.subquery(e)
	case *bind.Call:
		if e.Infix {
			return p.infix(e)
		}
		return p.call(e)
	}
	return "?"
}

// quote writes a name in backticks.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// branches writes the inputs of a set operation, each once.
func (p printer) branches(e *bind.Branches) string {
	var all []string
	seen := map[string]bool{}
	for _, c := range e.Columns {
		text := p.text(&bind.Ref{Column: c})
		if !seen[text] {
			seen[text] = true
			all = append(all, text)
		}
	}
	return strings.Join(all, " | ")
}

func (p printer) list(all []bind.Expr) string {
	texts := make([]string, len(all))
	for i, e := range all {
		texts[i] = p.text(e)
	}
	return strings.Join(texts, ", ")
}

// operand writes an expression that stands beside an operator.
func (p printer) operand(e bind.Expr) string {
	text := p.text(e)
	if compound(e, p.tracer != nil) {
		return "(" + text + ")"
	}
	return text
}

// compound reports whether an expression, columns written out, is an operator without parentheses.
func compound(e bind.Expr, through bool) bool {
	for {
		r, ok := e.(*bind.Ref)
		if !ok || !through {
			break
		}
		e = r.Column.Value
	}
	switch e := e.(type) {
	case *bind.Call:
		return e.Infix && e.Name != "ITEM"
	case *bind.Branches:
		return true
	}
	return false
}

func (p printer) infix(c *bind.Call) string {
	switch {
	case c.Name == "ITEM":
		return p.operand(c.Args[0]) + "[" + p.text(c.Args[1]) + "]"
	case strings.HasPrefix(c.Name, "IS "):
		return p.operand(c.Args[0]) + " " + c.Name
	case strings.HasSuffix(c.Name, "BETWEEN"):
		return p.operand(c.Args[0]) + " " + c.Name + " " + p.operand(c.Args[1]) + " AND " + p.operand(c.Args[2])
	case len(c.Args) == 1:
		separator := " "
		if c.Name == "-" || c.Name == "+" {
			separator = ""
		}
		return c.Name + separator + p.operand(c.Args[0])
	case c.Name == "IN" || c.Name == "NOT IN":
		return p.operand(c.Args[0]) + " " + c.Name + " (" + p.list(c.Args[1:]) + ")"
	}
	texts := make([]string, len(c.Args))
	for i, arg := range c.Args {
		texts[i] = p.operand(arg)
	}
	return strings.Join(texts, " "+c.Name+" ")
}

func (p printer) call(c *bind.Call) string {
	switch c.Name {
	case "ARRAY", "MAP", "MULTISET":
		return c.Name + "[" + p.list(c.Args) + "]"
	case "VALUES":
		return strings.Join(strings.Split(p.list(c.Args), ", "), " | ")
	case "WINDOW_START", "WINDOW_END", "WINDOW_TIME":
		return c.Name + "(" + p.list(c.Args) + ")"
	}
	var b strings.Builder
	b.WriteString(c.Name)
	if len(c.Args) == 0 && !c.Star && c.Kind == catalog.Scalar && strings.HasPrefix(c.Name, "CURRENT_") {
		return b.String()
	}
	b.WriteByte('(')
	if c.Distinct {
		b.WriteString("DISTINCT ")
	}
	if c.Star {
		b.WriteByte('*')
	}
	b.WriteString(p.list(c.Args))
	b.WriteByte(')')
	if c.Filter != nil {
		b.WriteString(" FILTER (WHERE " + p.text(c.Filter) + ")")
	}
	if c.Over != nil {
		b.WriteString(" OVER (" + p.over(c.Over) + ")")
	}
	return b.String()
}

func (p printer) over(o *bind.Over) string {
	var parts []string
	if len(o.PartitionBy) > 0 {
		parts = append(parts, "PARTITION BY "+p.list(o.PartitionBy))
	}
	if len(o.OrderBy) > 0 {
		keys := make([]string, len(o.OrderBy))
		for i, k := range o.OrderBy {
			keys[i] = p.text(k.Expr)
			if k.Descending {
				keys[i] += " DESC"
			}
		}
		parts = append(parts, "ORDER BY "+strings.Join(keys, ", "))
	}
	return strings.Join(parts, " ")
}

func (p printer) caseOf(c *bind.Case) string {
	var b strings.Builder
	b.WriteString("CASE")
	for i, condition := range c.Conditions {
		b.WriteString(" WHEN " + p.text(condition) + " THEN " + p.text(c.Results[i]))
	}
	if c.Else != nil {
		b.WriteString(" ELSE " + p.text(c.Else))
	}
	return b.String() + " END"
}

func (p printer) subquery(s *bind.Subquery) string {
	value := "…"
	if columns := s.Rel.Columns(); len(columns) > 0 && s.Kind != bind.Exists {
		value = p.text(&bind.Ref{Column: columns[0]})
	}
	switch s.Kind {
	case bind.Exists:
		return "EXISTS (…)"
	case bind.InSubquery:
		return p.list(s.Operands) + " IN (SELECT " + value + ")"
	}
	return "(SELECT " + value + ")"
}
