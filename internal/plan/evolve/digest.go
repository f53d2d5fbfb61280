// Operators as text: two of equal text do the same.

package evolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
)

// digests remembers texts of operators and columns, which are shared between many.
type digests struct {
	functions map[string]string // classes of functions of the user, by name
	operators map[*changelog.Operator]string
	columns   map[*bind.Column]string
}

func newDigests(functions map[string]string) *digests {
	return &digests{functions: functions, operators: map[*changelog.Operator]string{}, columns: map[*bind.Column]string{}}
}

// whole is the text of an operator and all that is below it.
func (d *digests) whole(op *changelog.Operator) string {
	if text, ok := d.operators[op]; ok {
		return text
	}
	var inputs []string
	for _, in := range op.Inputs {
		inputs = append(inputs, d.whole(in))
	}
	text := d.own(op) + "(" + strings.Join(inputs, "; ") + ")"
	d.operators[op] = text
	return text
}

// own is the text of an operator without its inputs.
func (d *digests) own(op *changelog.Operator) string {
	text := string(op.Kind) + rowType(op.Row)
	switch t := op.Detail.(type) {
	case *changelog.Scan:
		return text + d.scan(t)
	case *changelog.Program:
		return text + "[" + d.values(t.Values) + " where " + d.values(t.Conditions) + "]"
	case *changelog.Grouping:
		return text + d.grouping(t)
	case *changelog.Window:
		return text + d.window(t)
	case *changelog.Joining:
		return text + d.joining(t)
	case *changelog.Ranking:
		return text + fmt.Sprintf("[%s by %v order %v %d..%d %v]", t.Function, t.Partition, t.Order, t.From, t.To, t.Numbered)
	case *changelog.Overs:
		return text + fmt.Sprintf("[by %v order %v %s]", t.Partition, t.Order, d.overs(t))
	case *changelog.Ordering:
		return text + fmt.Sprintf("[%v %v %v]", t.Order, t.Limit, t.Offset)
	case *changelog.Normalizing:
		return text + fmt.Sprintf("[%v %s]", t.Keys, d.values(t.Conditions))
	case *changelog.Distribution:
		return text + fmt.Sprint(t.Keys)
	case *changelog.Watermark:
		return text + fmt.Sprint(t.Column)
	case *changelog.Target:
		return text + d.target(t)
	}
	if op.Kind == changelog.Values || op.Detail == nil {
		return text + fmt.Sprintf("@%d-%d", op.At.Start, op.At.End) // what is inside is not known
	}
	return text
}

func (d *digests) scan(s *changelog.Scan) string {
	var out strings.Builder
	if s.Table != nil {
		out.WriteString(s.Table.Path.String())
	}
	for _, f := range s.Fields {
		out.WriteString(" " + f.Name)
	}
	for _, key := range slices.Sorted(maps.Keys(s.Options)) {
		out.WriteString(" " + key + "=" + s.Options[key])
	}
	out.WriteString(" " + d.values(s.Partitions))
	return "[" + out.String() + "]"
}

func (d *digests) target(t *changelog.Target) string {
	if t.Insert == nil || t.Insert.Table == nil {
		return "[?]"
	}
	var text strings.Builder
	text.WriteString("[" + t.Insert.Table.Path.String())
	for _, key := range slices.Sorted(maps.Keys(t.Insert.Table.Options)) {
		text.WriteString(" " + key + "=" + t.Insert.Table.Options[key])
	}
	fmt.Fprintf(&text, " by %v %v]", t.Keys, t.Insert.Table.Partition)
	return text.String()
}

func (d *digests) grouping(g *changelog.Grouping) string {
	text := fmt.Sprintf("[by %v %s sets %d partial %v", g.Keys, d.calls(g.Calls), g.Sets, g.Partial)
	if g.Window != nil {
		text += " " + d.window(g.Window)
	}
	return text + "]"
}

func (d *digests) calls(calls []changelog.Aggregate) string {
	var all []string
	for _, c := range calls {
		all = append(all, fmt.Sprintf("%s %v %d", d.text(c.Call), c.Args, c.Filter))
	}
	return strings.Join(all, ", ")
}

func (d *digests) window(w *changelog.Window) string {
	return fmt.Sprintf("[%s on %d by %v %s]", w.Name, w.Time, w.PartitionBy, d.list(w.Args))
}

func (d *digests) joining(j *changelog.Joining) string {
	text := fmt.Sprintf("[%s %v=%v on %s", j.Type, j.Left, j.Right, d.values(j.Conditions))
	if j.Function != nil {
		text += " " + d.text(j.Function)
	}
	if j.Table != nil {
		text += " " + d.scan(j.Table)
	}
	return text + "]"
}

func (d *digests) overs(o *changelog.Overs) string {
	var all []string
	for _, c := range o.Calls {
		frame := ""
		if c.Call.Over != nil && c.Call.Over.Frame != nil {
			frame = frameText(c.Call.Over.Frame)
		}
		all = append(all, d.text(c.Call)+frame)
	}
	return strings.Join(all, ", ")
}

func (d *digests) values(values []changelog.Value) string {
	all := make([]string, len(values))
	for i := range values {
		all[i] = d.value(&values[i])
	}
	return strings.Join(all, ", ")
}

func (d *digests) value(v *changelog.Value) string {
	text := fmt.Sprintf("%v", v.Uses)
	switch {
	case v.Compare != nil:
		text += d.value(&v.Compare.Left) + v.Compare.Op + d.value(&v.Compare.Right)
	case v.Input >= 0:
		return fmt.Sprintf("$%d", v.Input)
	case v.Expr != nil:
		text += d.text(v.Expr)
	}
	return text
}
