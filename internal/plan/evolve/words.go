// Operators in the words of whoever wrote the job.

package evolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
)

// describing writes what the operators of a graph do.
type describing struct {
	graph   *Graph
	digests *digests
	job     Job
}

// words says what an operator does: its columns and conditions as they are written in the job.
func (d describing) words(n *Node) string {
	op := n.op
	if op == nil {
		return ""
	}
	text := changelog.Describe(op)
	switch t := op.Detail.(type) {
	case *changelog.Scan:
		names := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			names[i] = f.Name
		}
		return strings.Join(names, ", ")
	case *changelog.Target:
		return "" // its name is that of the table
	case *changelog.Program:
		return d.program(op, t)
	case *changelog.Grouping:
		text = d.grouping(op, t)
	case *changelog.Joining:
		text = clause(text, "where", d.conditions(t.Conditions))
	case *changelog.Normalizing:
		text = clause(text, "where", d.conditions(t.Conditions))
	case *changelog.Overs:
		text += " over " + d.digests.overs(t)
	case *changelog.Ranking:
		text = clause(text, "", t.Pattern)
	case *changelog.Ordering:
		text = clause(text, "", d.written(op.At))
	}
	return strings.TrimSpace(text)
}

func clause(text, word, more string) string {
	if more == "" {
		return text
	}
	return strings.TrimSpace(text + " " + strings.TrimSpace(word+" "+more))
}

// program writes columns and conditions: "page, n + 1 AS m where n > 3".
func (d describing) program(op *changelog.Operator, p *changelog.Program) string {
	columns := make([]string, len(p.Values))
	for i := range p.Values {
		name := ""
		if i < len(op.Row) {
			name = op.Row[i].Name
		}
		switch v := &p.Values[i]; {
		case v.Input >= 0 && name != "":
			columns[i] = name
		case v.Expr != nil && name != "":
			columns[i] = d.expression(v.Expr) + " AS " + name
		case v.Expr != nil:
			columns[i] = d.expression(v.Expr)
		default:
			columns[i] = name
		}
	}
	columns = slices.DeleteFunc(columns, func(c string) bool { return c == "" })
	return clause(strings.Join(columns, ", "), "where", d.conditions(p.Conditions))
}

// grouping writes calls and keys: "COUNT(*), SUM(n) per page in TUMBLE(INTERVAL '1' MINUTE)".
func (d describing) grouping(op *changelog.Operator, g *changelog.Grouping) string {
	var all []string
	for _, c := range g.Calls {
		text := d.expression(c.Call)
		if c.Call.Filter != nil && !strings.Contains(strings.ToUpper(text), "FILTER") {
			text += " FILTER (" + d.expression(c.Call.Filter) + ")"
		}
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	text := strings.Join(all, ", ")
	if len(g.Keys) > 0 {
		keys := make([]string, len(g.Keys))
		for i, k := range g.Keys {
			if keys[i] = op.Inputs[0].Row[k].Name; keys[i] == "" {
				keys[i] = d.digests.trace(op.Inputs[0], k)
			}
		}
		text += " per " + strings.Join(keys, ", ")
	}
	if g.Window != nil {
		text += " in " + g.Window.Name + "(" + d.all(g.Window.Args) + ")"
	}
	return text
}

func (d describing) conditions(values []changelog.Value) string {
	var all []string
	for i := range values {
		if text := d.value(&values[i]); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " AND ")
}

func (d describing) value(v *changelog.Value) string {
	switch {
	case v.Expr != nil:
		return d.expression(v.Expr)
	case v.Compare != nil && v.Compare.Left.Expr != nil && v.Compare.Right.Expr != nil:
		return fmt.Sprintf("%s %s %s", d.value(&v.Compare.Left), v.Compare.Op, d.value(&v.Compare.Right))
	}
	return ""
}

func (d describing) all(expressions []bind.Expr) string {
	texts := make([]string, len(expressions))
	for i, e := range expressions {
		texts[i] = d.expression(e)
	}
	return strings.Join(texts, ", ")
}

// expression is the text of an expression where it stands in the job, else what is known of it.
func (d describing) expression(e bind.Expr) string {
	if text := d.written(e.Place()); text != "" {
		return text
	}
	return d.digests.text(e)
}

// written is a part of the job's text with one blank for each gap; "" where the text is not at hand.
func (d describing) written(at ast.Loc) string {
	if d.job.text == nil || at.Start >= at.End || int(at.End) > len(d.job.text.Text) {
		return ""
	}
	return strings.Join(strings.Fields(d.job.text.Slice(at.Span())), " ")
}

// retyped says how the states of two operators differ, by name: "accState ROW(BIGINT) → ROW(BIGINT, INT)".
func retyped(old, now *Node) string {
	var all []string
	for _, s := range old.States {
		at := slices.IndexFunc(now.States, func(t State) bool { return t.Name == s.Name })
		if at >= 0 && now.States[at].Type != s.Type {
			all = append(all, fmt.Sprintf("%s %s → %s", s.Name, short(s.Type), short(now.States[at].Type)))
		}
	}
	if old.Key != now.Key && keyed(old) && keyed(now) {
		all = append(all, fmt.Sprintf("key %s → %s", old.Key, now.Key))
	}
	return strings.Join(all, ", ")
}
