// Window table functions and other functions over tables, and MATCH_RECOGNIZE.

package changelog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *builder) window(rel *bind.Window) *node {
	in := b.rel(rel.Input)
	values := make([]Value, len(rel.Input.Columns()))
	for i, c := range rel.Input.Columns() {
		values[i] = b.column(in, c)
	}
	values, lifted := carry(in, values)
	if len(values) != len(in.op.Row) || slices.ContainsFunc(values, func(v Value) bool { return v.Input == none }) || !identity(values, len(in.op.Row)) {
		in = &node{op: calc(in.op, values, nil)}
	}
	w := &Window{Name: rel.Name, Time: none, Args: rel.Args}
	if least := sizes[rel.Name]; len(rel.Args) < least && rel.Time != nil {
		b.refuse(WindowForm, rel.Place(), fmt.Sprintf("%s takes a table, a DESCRIPTOR and %s", rel.Name, sizeNames[rel.Name]), "")
	}
	op := &Operator{Kind: WindowTableFunction, Inputs: []*Operator{in.op}, Row: slices.Clone(in.op.Row), At: rel.Place(), Detail: w}
	w.Op = op
	n := &node{op: op, at: map[*bind.Column]int{}, lifted: lifted}
	for i, c := range rel.Columns()[:len(rel.Input.Columns())] {
		n.at[c] = i
		if c == rel.Time {
			w.Time, w.Attribute = i, op.Row[i].Attribute
		}
	}
	for _, c := range rel.PartitionBy {
		w.PartitionBy = append(w.PartitionBy, n.at[c])
	}
	for i := range op.Row { // the windows of the input are over
		op.Row[i].Window, op.Row[i].Part = nil, NoPart
	}
	for i, c := range rel.Columns()[len(rel.Input.Columns()):] {
		f := fieldOf(c)
		f.Window, f.Part, f.Attribute = w, Start+Part(i), types.Regular
		if f.Part == Time {
			f.Attribute = w.Attribute
		}
		n.at[c] = len(op.Row)
		op.Row = append(op.Row, f)
	}
	return n
}

// sizes is how many intervals a window table function takes at least.
var sizes = map[string]int{"TUMBLE": 1, "HOP": 2, "CUMULATE": 2, "SESSION": 1}

var sizeNames = map[string]string{
	"TUMBLE": "the size of the windows", "HOP": "their slide and size", "CUMULATE": "their step and size", "SESSION": "the gap between sessions",
}

// identity reports whether values are the columns of a row as they are.
func identity(values []Value, width int) bool {
	if len(values) != width {
		return false
	}
	for i := range values {
		if !values[i].passes(i) || values[i].Marks {
			return false
		}
	}
	return true
}

// function builds a table function that stands alone, or one over tables.
func (b *builder) function(rel *bind.Function) *node {
	if user := rel.Call.User; user != nil && user.Kind == catalog.TableFunc && len(rel.Columns()) > 0 {
		return b.process(rel)
	}
	name := strings.ToUpper(rel.Call.Name)
	var inputs []*Operator
	for _, t := range rel.Tables {
		in := b.rel(t)
		inputs = append(inputs, calcTo(b, in, t))
	}
	switch {
	case name == "ML_PREDICT" && len(inputs) > 0:
		return b.appended(rel, MLPredict, inputs)
	case name == "VECTOR_SEARCH" && len(inputs) > 0:
		return b.appended(rel, VectorSearch, inputs)
	case len(inputs) > 0:
		b.unsure = true // what a function of the user does with changes is not known
		n := b.unknown(rel, inputs...)
		n.op.Kind = ProcessTableFunction
		return n
	}
	b.unsure = b.unsure || len(rel.Columns()) == 0
	return b.called(rel, rel.Call)
}

// called is a table function that is called once, for one row without columns.
func (b *builder) called(rel bind.Rel, call *bind.Call) *node {
	one := &Operator{Kind: Values, At: rel.Place()}
	op := &Operator{Kind: Correlate, Inputs: []*Operator{one}, At: rel.Place(), Detail: &Joining{Function: call}}
	return b.number(op, rel.Columns(), 0)
}

func calcTo(b *builder, in *node, rel bind.Rel) *Operator {
	values := make([]Value, len(rel.Columns()))
	for i, c := range rel.Columns() {
		values[i] = b.column(in, c)
	}
	return calc(in.op, values, nil)
}

// appended is a function that adds columns to each row of its table.
func (b *builder) appended(rel *bind.Function, kind Kind, inputs []*Operator) *node {
	b.unsure = b.unsure || rel.Model == nil // the columns of the model, or of the table that is searched
	op := &Operator{Kind: kind, Inputs: inputs[:1], At: rel.Place(), Row: slices.Clone(inputs[0].Row), Detail: &Joining{Function: rel.Call}}
	n := &node{op: op, at: map[*bind.Column]int{}}
	for i, c := range rel.Columns() {
		n.at[c] = i
		if i >= len(op.Row) {
			op.Row = append(op.Row, fieldOf(c))
		}
	}
	return n
}

func (b *builder) match(rel *bind.Match) *node {
	in := b.rel(rel.Input)
	d := &Ranking{Function: "MATCH_RECOGNIZE", Pattern: b.text(rel.Place())}
	for _, x := range rel.PartitionBy {
		if v := b.value(in, x); v.Input >= 0 {
			d.Partition = append(d.Partition, v.Input)
		}
	}
	var order []Value
	for _, k := range rel.OrderBy {
		order = append(order, b.value(in, k.Expr))
	}
	d.Order = ordered(rel.OrderBy, order)
	op := &Operator{Kind: Match, Inputs: []*Operator{in.op}, At: rel.Place(), Detail: d}
	b.checkPattern(rel)
	n := b.number(op, rel.Columns(), 0)
	for i, c := range rel.Columns() { // partition columns keep what they are, measures do not
		op.Row[i].Attribute = attributeOfMeasure(c)
	}
	return n
}

func attributeOfMeasure(c *bind.Column) types.Attribute {
	if call, ok := c.Value.(*bind.Call); ok {
		switch call.Name {
		case "MATCH_ROWTIME":
			return types.Rowtime
		case "MATCH_PROCTIME":
			return types.Proctime
		}
	}
	return types.Regular
}
