// Aggregations, as the conversion and the logical rules leave them.

package changelog

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *builder) aggregation(rel *bind.Aggregation) *node {
	in := b.rel(rel.Input)
	columns := rel.Columns()
	var exprs []bind.Expr
	for _, c := range columns {
		exprs = append(exprs, c.Value)
	}
	in = b.prepare(in, exprs)
	a := &grouped{b: b, in: in, rel: rel, detail: &Grouping{Sets: len(rel.Sets), Time: none}, place: map[*bind.Column]int{}}
	a.keys()
	a.calls()
	return a.node()
}

// countsConstants reports whether rows are projected to a constant before they are counted. 2.2 never does, 2.3 not when the
// rows have one column already.
func (o *options) countsConstants(in *Operator) bool {
	in = trimmed(in)
	return in.Kind != Values && o.Release != token.V2_2 && (o.Release < token.V2_3 || len(in.Row) > 1)
}

// grouped is an aggregation while it is built: the projection below it, and where its columns come to stand.
type grouped struct {
	b       *builder
	in      *node
	rel     *bind.Aggregation
	detail  *Grouping
	values  []Value // of the projection below
	place   map[*bind.Column]int
	row     []Field
	bounds  []*bind.Column // TUMBLE_START and its kin
	windows *bind.Column   // the key that is the legacy window
}

// column adds a value to the projection below, or finds it there.
func (a *grouped) column(v Value) int {
	if v.Input >= 0 && !v.Cast {
		if at := slices.IndexFunc(a.values, func(o Value) bool { return o.passes(v.Input) }); at >= 0 {
			return at
		}
	} else if v.Expr != nil {
		if at := slices.IndexFunc(a.values, func(o Value) bool { return o.Expr != nil && bind.Same(o.Expr, v.Expr) }); at >= 0 {
			return at
		}
	}
	a.values = append(a.values, v)
	return len(a.values) - 1
}

func (a *grouped) keys() {
	for _, c := range a.rel.Columns()[:a.rel.Keys] {
		if a.rel.Group != nil && c.Value == a.rel.Group {
			a.windows = c
			continue
		}
		a.key(c, a.b.value(a.in, c.Value))
	}
	// A condition over the enclosing query needs its column behind the aggregation: as one more key.
	for _, u := range usesOf(a.in.lifted) {
		if u >= 0 {
			a.key(nil, pass(a.in.op.Row, u))
		}
	}
}

// key adds a grouping key. c is nil for one that nobody wrote.
func (a *grouped) key(c *bind.Column, v Value) {
	at := a.column(v)
	if i := slices.Index(a.detail.Keys, at); i >= 0 {
		if c != nil {
			a.place[c] = i
		}
		return
	}
	if c != nil {
		a.place[c] = len(a.detail.Keys)
	}
	a.detail.Keys = append(a.detail.Keys, at)
	f := Field{Type: v.Type}
	if v.Input >= 0 && !v.Cast {
		below := a.in.op.Row[v.Input]
		f.Name, f.Window, f.Part, f.Attribute = below.Name, below.Window, below.Part, v.Attribute
	}
	if c != nil {
		f.Name, f.Type = c.Name, c.Type
	}
	a.row = append(a.row, f)
}

func (a *grouped) calls() {
	for _, c := range a.rel.Columns()[a.rel.Keys:] {
		call, ok := c.Value.(*bind.Call)
		if !ok {
			continue
		}
		if call.Kind != catalog.Aggregate && auxiliary(call.Name) {
			a.bounds = append(a.bounds, c)
			continue
		}
		agg := Aggregate{Call: call, Filter: none}
		args := call.Args
		if countsRows(call) {
			args = nil
		}
		for _, x := range args {
			if _, constant := x.(*bind.Literal); constant && len(agg.Args) > 0 && call.Name != "JSON_OBJECTAGG" {
				continue
			}
			agg.Args = append(agg.Args, a.column(a.b.value(a.in, x)))
		}
		if call.Filter != nil {
			agg.Filter = a.column(a.b.value(a.in, call.Filter))
		}
		if call.Kind == catalog.UnknownKind {
			a.b.unsure = true
		}
		if at := slices.IndexFunc(a.detail.Calls, agg.same); at >= 0 {
			a.place[c] = len(a.row) - len(a.detail.Calls) + at
			continue
		}
		a.place[c] = len(a.row)
		a.row = append(a.row, Field{Name: c.Name, Type: c.Type})
		a.detail.Calls = append(a.detail.Calls, agg)
	}
}

// countsRows reports whether a COUNT of values counts every row: none of them is NULL.
func countsRows(c *bind.Call) bool {
	return c.Name == "COUNT" && c.User == nil && !c.Distinct && !slices.ContainsFunc(c.Args, func(x bind.Expr) bool { return !x.Type().NotNull })
}

// same reports whether two calls always have the same value.
func (a Aggregate) same(other Aggregate) bool {
	return a.Call.User == nil && other.Call.User == nil && a.Call.Name == other.Call.Name && a.Call.Distinct == other.Call.Distinct && a.Filter == other.Filter &&
		slices.Equal(a.Args, other.Args) && (countsRows(a.Call) && countsRows(other.Call) || bind.Same(a.Call, other.Call))
}

// auxiliary reports whether a function reads a property of a legacy window.
func auxiliary(name string) bool {
	for _, window := range []string{"TUMBLE_", "HOP_", "SESSION_"} {
		if strings.HasPrefix(name, window) {
			return true
		}
	}
	return false
}

func (a *grouped) node() *node {
	op := &Operator{Kind: GroupAggregate, Row: a.row, At: a.rel.Place(), Detail: a.detail}
	n := &node{op: op, at: a.place}
	if a.windows != nil {
		a.legacy(op)
	}
	if len(a.values) == 0 && a.b.countsConstants(a.in.op) { // COUNT(*) of everything
		a.values = []Value{{Input: none, Type: types.Int.Required()}}
	}
	if len(a.values) == 0 {
		op.Inputs = []*Operator{a.in.op}
	} else {
		below := calc(a.in.op, a.values, a.correlated())
		op.Inputs = []*Operator{below}
	}
	if a.detail.Sets > 0 {
		a.expand(op)
	}
	if slices.ContainsFunc(a.detail.Calls, func(c Aggregate) bool { return reduced[c.Call.Name] }) {
		n.op = derived(op)
	}
	n.lifted = make([]Value, len(a.in.lifted))
	for i, c := range a.in.lifted {
		n.lifted[i] = c.moved(func(u int) int {
			if u < 0 {
				return u
			}
			return slices.Index(a.detail.Keys, slices.IndexFunc(a.values, func(v Value) bool { return v.passes(u) }))
		})
	}
	return n
}

// reduced are the functions that Flink computes from sums and counts, in a projection above (AggregateReduceFunctionsRule).
var reduced = map[string]bool{
	"STDDEV_POP": true, "STDDEV_SAMP": true, "STDDEV": true, "VAR_POP": true, "VAR_SAMP": true, "VARIANCE": true,
}

// derived puts the projection above an aggregation that computes such functions.
func derived(op *Operator) *Operator {
	g := op.Detail.(*Grouping)
	values := passAll(op.Row)
	for i, c := range g.Calls {
		if reduced[c.Call.Name] || c.Call.Name == "AVG" {
			at := len(op.Row) - len(g.Calls) + i
			if g.Window != nil {
				at = len(g.Keys) + i
			}
			values[at] = Value{Input: none, Expr: c.Call, Uses: []int{at}, Type: op.Row[at].Type}
		}
	}
	out := calc(op, values, nil)
	copy(out.Row, op.Row)
	return out
}

// correlated are the conditions that decorrelation adds: a key that is compared with the enclosing query is not NULL.
func (a *grouped) correlated() []Value {
	var conditions []Value
	for _, u := range usesOf(a.in.lifted) {
		if u >= 0 && !a.in.op.Row[u].Type.NotNull {
			v := pass(a.in.op.Row, u)
			conditions = append(conditions, Value{Input: none, Uses: []int{u}, Type: types.Bool, Compare: &Comparison{Op: "IS NOT NULL", Left: v}})
		}
	}
	return conditions
}

// legacy makes it a GroupWindowAggregate: GROUP BY TUMBLE(time, size). The properties of the window stand behind the calls.
func (a *grouped) legacy(op *Operator) {
	call := a.rel.Group.(*bind.Call)
	w := &Window{Name: call.Name, Op: op, Time: none}
	if len(call.Args) > 0 {
		v := a.b.value(a.in, call.Args[0])
		w.Time, w.Attribute = a.column(v), v.Attribute
		w.Args = call.Args[1:]
	}
	op.Kind, a.detail.Window = GroupWindowAggregate, w
	a.detail.Updates = a.b.on("table.exec.emit.early-fire.enabled") || a.b.on("table.exec.emit.late-fire.enabled")
	if len(a.bounds) == 0 {
		return
	}
	properties := []string{"_START", "_END", "_ROWTIME", "_PROCTIME"}
	if w.Attribute == types.Proctime {
		properties = []string{"_START", "_END", "_PROCTIME"}
	}
	for _, property := range properties {
		f := Field{Name: "w" + property, Type: types.Sized(types.Timestamp, 3)}
		for _, c := range a.bounds {
			if strings.HasSuffix(c.Value.(*bind.Call).Name, property) {
				a.place[c], f.Type, f.Attribute = len(op.Row), c.Type, c.Attribute
			}
		}
		op.Row = append(op.Row, f)
	}
}

// expand multiplies the rows by grouping sets: each copy keeps the keys of one set and has its number.
func (a *grouped) expand(op *Operator) {
	below := op.input()
	e := &Operator{Kind: Expand, Inputs: []*Operator{below}, Row: append(slices.Clone(below.Row), Field{Name: "$e", Type: types.Long.Required()}), At: op.At, Detail: &Grouping{Keys: a.detail.Keys, Sets: a.detail.Sets, Time: none}}
	for _, k := range a.detail.Keys {
		e.Row[k].Type.NotNull = false
	}
	op.Inputs = []*Operator{e}
	id := len(e.Row) - 1
	keys := len(a.detail.Keys)
	a.detail.Keys = append(slices.Clone(a.detail.Keys), id)
	op.Row = slices.Insert(slices.Clone(op.Row), keys, Field{Name: "$e", Type: types.Long.Required()})
	for c, at := range a.place {
		if at >= keys {
			a.place[c] = at + 1
		}
	}
}

func (b *builder) distinct(rel *bind.Distinct) *node {
	in := b.rel(rel.Input)
	var values []Value
	for _, c := range rel.Input.Columns() {
		values = append(values, b.column(in, c))
	}
	values, lifted := carry(in, values)
	n := b.number(b.grouping(calc(in.op, values, nil), rel), rel.Columns(), 0)
	for i := len(rel.Columns()); i < len(values); i++ {
		n.op.Row = append(n.op.Row, in.op.Row[values[i].Input])
	}
	n.lifted = lifted
	return n
}

// grouping groups by all columns.
func (b *builder) grouping(in *Operator, rel bind.Rel) *Operator {
	g := &Grouping{Time: none}
	row := slices.Clone(in.Row)
	for i := range row {
		g.Keys = append(g.Keys, i)
	}
	return &Operator{Kind: GroupAggregate, Inputs: []*Operator{in}, Row: row, At: rel.Place(), Detail: g}
}
