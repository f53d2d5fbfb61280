// Operators in words.

package changelog

import (
	"fmt"
	"strings"
)

// Names returns the names of columns.
func Names(row []Field, columns []int) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = "?"
		if c >= 0 && c < len(row) {
			out[i] = row[c].Name
		}
		if out[i] == "" {
			out[i] = fmt.Sprintf("$%d", c)
		}
	}
	return out
}

// Describe says what an operator does, in a few words; "" where its type says it all.
func Describe(op *Operator) string {
	switch d := op.Detail.(type) {
	case *Scan:
		return d.Table.Path.Name
	case *Target:
		if d.Insert.Table != nil {
			return d.Insert.Table.Path.Name
		}
	case *Program:
		return describeProgram(op, d)
	case *Distribution:
		if len(d.Keys) == 0 {
			return "all rows to one task"
		}
		return "by " + join(op.Row, d.Keys)
	case *Grouping:
		return describeGrouping(op, d)
	case *Window:
		return d.Name + " of " + join(op.input().Row, []int{d.Time})
	case *Joining:
		return describeJoin(op, d)
	case *MultiJoining:
		return describeMultiJoin(op, d)
	case *Ranking:
		return describeRank(op, d)
	case *Ordering:
		if len(d.Order) > 0 {
			return "by " + order(op.Row, d.Order)
		}
	case *Overs:
		return strings.Join(calls(op.input().Row, d.Calls), ", ") + " by " + join(op.Row, d.Partition)
	case *Normalizing:
		return "by key " + join(op.Row, d.Keys)
	case *Process:
		return d.Call.Name
	case *Watermark:
		return "of " + join(op.Row, []int{d.Column})
	}
	return ""
}

func join(row []Field, columns []int) string { return strings.Join(Names(row, columns), ", ") }

func order(row []Field, by []Order) string {
	var out []string
	for _, o := range by {
		text := join(row, []int{o.Column})
		if o.Descending {
			text += " DESC"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func describeProgram(op *Operator, p *Program) string {
	var names []string
	for _, f := range op.Row {
		if f.Name != "" {
			names = append(names, f.Name)
		}
	}
	text := strings.Join(names, ", ")
	if len(p.Conditions) > 0 {
		text += fmt.Sprintf(" where (%s)", join(op.input().Row, usesOf(p.Conditions)))
	}
	return strings.TrimSpace(text)
}

func describeGrouping(op *Operator, g *Grouping) string {
	row := op.input().Row
	var text []string
	if g.Window != nil {
		text = append(text, g.Window.Name)
	}
	if len(g.Keys) > 0 {
		text = append(text, "by "+join(row, g.Keys))
	}
	if len(g.Calls) > 0 && op.Kind != Expand {
		text = append(text, strings.Join(calls(row, g.Calls), ", "))
	}
	return strings.Join(text, ": ")
}

func calls(row []Field, all []Aggregate) []string {
	var out []string
	for _, a := range all {
		text := a.Call.Name + "("
		if a.Call.Distinct {
			text += "DISTINCT "
		}
		switch {
		case a.Call.Star || len(a.Args) == 0:
			text += "*"
		default:
			text += join(row, a.Args)
		}
		out = append(out, text+")")
	}
	return out
}

func describeJoin(op *Operator, j *Joining) string {
	if j.Function != nil {
		return j.Function.Name
	}
	text := j.Type.String()
	if j.Table != nil {
		text += " with " + j.Table.Table.Path.Name
	}
	if len(j.Left) > 0 && len(op.Inputs) > 0 {
		text += " on " + join(op.Inputs[0].Row, j.Left)
	}
	return text
}

func describeMultiJoin(op *Operator, d *MultiJoining) string {
	var steps []string
	for i, t := range d.Types[1:] {
		steps = append(steps, t.String()+" on "+join(op.Inputs[i+1].Row, d.Keys[i+1]))
	}
	return strings.Join(steps, ", ")
}

func describeRank(op *Operator, r *Ranking) string {
	row := op.input().Row
	text := ""
	switch {
	case op.Kind == Match:
	case r.deduplicates() && r.first():
		text = "keep the first row"
	case r.deduplicates():
		text = "keep the last row"
	case r.To > 0:
		text = fmt.Sprintf("top %d", r.To)
	default:
		text = "top N"
	}
	if len(r.Partition) > 0 {
		text += " by " + join(row, r.Partition)
	}
	if len(r.Order) > 0 {
		text += " in order of " + order(row, r.Order)
	}
	return strings.TrimSpace(text)
}

// Cost is a hint at what makes an operator expensive, "" when there is nothing to say.
func Cost(op *Operator) string {
	switch d := op.Detail.(type) {
	case *Distribution:
		if len(d.Keys) == 0 && op.input().Kind != Values {
			return "everything above runs in a single task"
		}
	case *Joining:
		if op.Kind == Join && len(d.Left) == 0 {
			return "no equality to join on: every row is compared with every other one, in a single task"
		}
		if op.Kind == LookupJoin {
			return "one request to " + d.Table.Table.Path.Name + " for each row that no cache answers"
		}
	case *Grouping:
		if op.Kind == Expand && d.Sets > 1 {
			return fmt.Sprintf("each row becomes %d", d.Sets)
		}
	case *Ranking:
		if op.Kind == Rank && d.Strategy == Retract {
			return "the input changes, so that all rows of a partition are kept, not only the first"
		}
	case *Target:
		if d.Materialize {
			return "the upsert key differs from the primary key: changes of one key are put in order first"
		}
	}
	return ""
}
