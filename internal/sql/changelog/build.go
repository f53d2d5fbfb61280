// From bound relations to operators: what Calcite's conversion to relational algebra does.

package changelog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

// node is an operator while a plan grows, and where to find the columns of the relation that it came from.
type node struct {
	op     *Operator
	at     map[*bind.Column]int
	exprs  map[bind.Expr]int   // values that an operator below has computed: calls with OVER, subqueries
	beside map[bind.Expr][]int // further columns that such a value is made of
	lifted []Value             // conditions over columns of the enclosing query, which have to become those of a join
}

// builder builds the plan of one query.
type builder struct {
	options
	outer    []*node // of enclosing queries, innermost last
	refusals []Refusal
	unsure   bool // something is not known: no finding is certain
	reading  map[bind.Rel]bool
	reused   map[*Scan]bool // by several projections

	changesRefused bool // an operator that does not take what its input emits has been found
}

func (b *builder) unknown(rel bind.Rel, inputs ...*Operator) *node {
	b.unsure = true
	op := &Operator{Kind: Unknown, Inputs: inputs, At: rel.Place()}
	return b.number(op, rel.Columns(), 0)
}

// number gives an operator the columns of a relation as its row, from a place on.
func (b *builder) number(op *Operator, columns []*bind.Column, from int) *node {
	n := &node{op: op, at: map[*bind.Column]int{}}
	op.Row = op.Row[:min(from, len(op.Row))]
	for i, c := range columns {
		n.at[c] = from + i
		op.Row = append(op.Row, fieldOf(c))
	}
	return n
}

func fieldOf(c *bind.Column) Field {
	return Field{Name: c.Name, Type: c.Type, Attribute: c.Attribute}
}

// rel builds the plan of a relation.
func (b *builder) rel(rel bind.Rel) *node {
	if b.reading[rel] {
		b.refuse(CodeForm, b.within(rel.Place()), "a query that reads itself does not run on Flink", "")
		return b.unknown(rel)
	}
	b.reading[rel] = true
	defer delete(b.reading, rel)
	switch rel := rel.(type) {
	case *bind.Scan:
		return b.scan(rel)
	case *bind.Values:
		return b.values(rel)
	case *bind.Project:
		return b.project(rel)
	case *bind.Filter:
		return b.filter(rel)
	case *bind.Aggregation:
		return b.aggregation(rel)
	case *bind.Distinct:
		return b.distinct(rel)
	case *bind.Join:
		return b.join(rel)
	case *bind.SetOp:
		return b.setOp(rel)
	case *bind.Sort:
		return b.sort(rel, false)
	case *bind.Window:
		return b.window(rel)
	case *bind.Function:
		return b.function(rel)
	case *bind.Unnest:
		if len(b.outer) == 0 {
			return b.called(rel, &bind.Call{Name: "UNNEST", Kind: catalog.TableValued, Args: rel.Args})
		}
	case *bind.Match:
		return b.match(rel)
	case *bind.Snapshot:
		return b.rel(rel.Input) // outside of a join: time travel
	}
	var inputs []*Operator
	for _, in := range rel.Inputs() {
		inputs = append(inputs, b.rel(in).op)
	}
	return b.unknown(rel, inputs...)
}

func (b *builder) project(rel *bind.Project) *node {
	in := b.rel(rel.Input)
	var exprs []bind.Expr
	for _, c := range rel.Columns() {
		exprs = append(exprs, c.Value)
	}
	in = b.prepare(in, exprs)
	return b.projected(in, rel.Columns())
}

// projected computes columns from a prepared input.
func (b *builder) projected(in *node, columns []*bind.Column) *node {
	values := make([]Value, len(columns))
	for i, c := range columns {
		values[i] = b.value(in, c.Value)
	}
	values, lifted := carry(in, values)
	row := in.op.Row
	out := b.number(calc(in.op, values, nil), columns, 0)
	for _, v := range values[len(columns):] {
		out.op.Row = append(out.op.Row, row[v.Input])
	}
	for i := range columns { // attributes and windows follow from the input
		out.op.Row[i].Attribute = values[i].Attribute
		if v := &values[i]; v.Input >= 0 && !v.Cast {
			out.op.Row[i].Window, out.op.Row[i].Part = row[v.Input].Window, row[v.Input].Part
		}
	}
	out.lifted = lifted
	return out
}

// carry appends the columns that lifted conditions need, and returns the conditions over the new columns.
func carry(in *node, values []Value) ([]Value, []Value) {
	place := map[int]int{}
	for _, u := range usesOf(in.lifted) {
		if u < 0 {
			continue
		}
		at := slices.IndexFunc(values, func(v Value) bool { return v.passes(u) })
		if at < 0 {
			at = len(values)
			values = append(values, pass(in.op.Row, u))
		}
		place[u] = at
	}
	lifted := make([]Value, len(in.lifted))
	for i, c := range in.lifted {
		lifted[i] = c.moved(func(u int) int {
			if u < 0 {
				return u
			}
			return place[u]
		})
	}
	return values, lifted
}

func (b *builder) filter(rel *bind.Filter) *node {
	in := b.rel(rel.Input)
	in = b.conditions(in, rel.Condition)
	n := &node{op: in.op, at: in.at, exprs: in.exprs, lifted: in.lifted}
	return n
}

// conditions filters by a condition; subqueries in it become joins, parts over an enclosing query are lifted.
func (b *builder) conditions(in *node, condition bind.Expr) *node {
	var plain []bind.Expr
	for c := range bind.Conjuncts(condition) {
		if joined := b.subqueryTest(in, c); joined != nil {
			in = joined
			continue
		}
		if !always(c) {
			plain = append(plain, c)
		}
	}
	if len(plain) == 0 {
		return in
	}
	prepared := b.prepare(in, plain)
	var keep []Value
	for _, c := range plain {
		for _, v := range b.condition(prepared, c) {
			if v.correlated() {
				prepared.lifted = append(prepared.lifted, v)
			} else {
				keep = append(keep, v)
			}
		}
	}
	out := &node{op: prepared.op, at: prepared.at, exprs: prepared.exprs, lifted: prepared.lifted}
	if len(keep) > 0 {
		out.op = calc(prepared.op, passAll(prepared.op.Row), keep)
		out.op.At = condition.Place()
	}
	return out
}

// always reports whether a condition is TRUE as it is written.
func always(e bind.Expr) bool {
	l, ok := e.(*bind.Literal)
	return ok && strings.EqualFold(l.Text, "TRUE")
}

// prepare adds the operators that compute parts of expressions: OVER and subqueries as values.
func (b *builder) prepare(in *node, exprs []bind.Expr) *node {
	var overs []*bind.Call
	for _, e := range exprs {
		bind.Walk(e, func(x bind.Expr) bool {
			switch x := x.(type) {
			case *bind.Call:
				if x.Over != nil && !in.has(x) {
					overs = append(overs, x)
					return false
				}
			case *bind.Subquery:
				if _, done := in.exprs[x]; !done {
					in = b.scalar(in, x)
				}
				return false
			}
			return true
		})
	}
	if len(overs) > 0 {
		in = b.over(in, overs, exprs)
	}
	return in
}

// has reports whether an operator below has computed a call with OVER, or one that is the same.
func (n *node) has(call *bind.Call) bool {
	if _, ok := n.exprs[call]; ok {
		return true
	}
	for e, at := range n.exprs {
		if c, ok := e.(*bind.Call); ok && c.Over != nil && sameOver(c, call) {
			n.exprs[call] = at
			return true
		}
	}
	return false
}

// calc puts a program over an operator, into one that is there already where possible.
func calc(in *Operator, values, conditions []Value) *Operator {
	row := make([]Field, len(values))
	for i := range values {
		v := &values[i]
		row[i] = Field{Type: v.Type, Attribute: v.Attribute}
		if v.Input >= 0 && v.Input < len(in.Row) {
			row[i] = in.Row[v.Input]
			row[i].Attribute, row[i].Type = v.Attribute, v.Type
			if v.Cast {
				row[i].Window, row[i].Part = nil, NoPart
			}
		}
	}
	p := &Program{Values: values, Conditions: conditions}
	if below, ok := in.Detail.(*Program); ok && in.Kind == Calc {
		merged := &Program{Conditions: slices.Clone(below.Conditions)}
		for _, v := range values {
			merged.Values = append(merged.Values, v.through(below))
		}
		for _, c := range conditions {
			merged.Conditions = append(merged.Conditions, c.through(below))
		}
		p, in = merged, in.input()
	}
	return &Operator{Kind: Calc, Inputs: []*Operator{in}, Row: row, Detail: p, At: in.At}
}

// value translates an expression over the columns of a node.
func (b *builder) value(n *node, e bind.Expr) Value {
	if i, ok := n.exprs[e]; ok {
		v := pass(n.op.Row, i)
		v.Expr = e
		if more := n.beside[e]; more != nil {
			v.Input, v.Uses = none, union(v.Uses, more)
		}
		return v
	}
	if x := simplified(e); x != nil {
		return b.value(n, x)
	}
	switch e := e.(type) {
	case nil:
		return Value{Input: none}
	case *bind.Ref:
		v := b.column(n, e.Column)
		if v.Expr == nil {
			v.Expr = e
		}
		return v
	case *bind.Cast:
		if x := restored(e); x != nil {
			return b.value(n, x)
		}
		v := b.value(n, e.X)
		same := types.Equal(v.Type.Nullable(), e.Type().Nullable())
		switch {
		case v.Input != none && same && v.Attribute == types.Regular:
		case v.Input != none && b.keepsKeys(v.Type, e.Type()):
			v.Cast = true
		default:
			v.Input = none
		}
		v.Expr, v.Type, v.Attribute, v.Compare = e, e.Type(), types.Regular, nil
		return v
	}
	v := Value{Input: none, Expr: e, Type: e.Type()}
	bind.Operands(e, func(x bind.Expr) bool {
		part := b.value(n, x)
		v.Uses = union(v.Uses, part.Uses)
		v.Unstable = v.Unstable || part.Unstable
		v.async = joinCalls(v.async, part.async)
		return true
	})
	if c, ok := e.(*bind.Call); ok {
		v.Unstable = v.Unstable || unstable[c.Name]
		if isAsync(c) {
			v.async = joinCalls(v.async, []*bind.Call{c})
		}
		if c.Name == "PROCTIME" {
			v.Attribute = types.Proctime
		}
	}
	return v
}

// unstable are functions that give another value each time.
var unstable = map[string]bool{
	"RAND": true, "RAND_INTEGER": true, "UUID": true, "PROCTIME": true, "NOW": true, "CURRENT_TIMESTAMP": true, "CURRENT_ROW_TIMESTAMP": true,
	"CURRENT_DATE": true, "CURRENT_TIME": true, "LOCALTIME": true, "LOCALTIMESTAMP": true, "UNIX_TIMESTAMP": true, "CURRENT_WATERMARK": true,
}

// column finds a column in the row of a node, follows it to what it is made of, or finds it in an enclosing query.
func (b *builder) column(n *node, c *bind.Column) Value {
	if i, ok := n.at[c]; ok {
		return pass(n.op.Row, i)
	}
	if len(b.outer) > 0 {
		if v, ok := b.outerValue(c); ok {
			return v
		}
	}
	if c.Value == nil {
		return Value{Input: none, Type: c.Type}
	}
	if _, ok := c.Value.(*bind.TableColumn); ok {
		return Value{Input: none, Type: c.Type}
	}
	v := b.value(n, c.Value)
	v.Type = c.Type
	return v
}

// outerValue finds a column in the query right outside.
func (b *builder) outerValue(c *bind.Column) (Value, bool) {
	enclosing := b.outer[len(b.outer)-1]
	for at := c; ; {
		if i, ok := enclosing.at[at]; ok {
			o := outerColumn(i)
			return Value{Input: o, Uses: []int{o}, Type: c.Type}, true
		}
		r, ok := at.Value.(*bind.Ref)
		if !ok {
			return Value{}, false
		}
		at = r.Column
	}
}

// comparisons are the operators of two operands that no NULL passes.
var comparisons = map[string]string{"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

// condition translates one condition; BETWEEN is two.
func (b *builder) condition(n *node, e bind.Expr) []Value {
	v := b.value(n, e)
	c, ok := e.(*bind.Call)
	if !ok {
		return []Value{v}
	}
	compare := func(op string, l, r bind.Expr) Value {
		left, right := b.value(n, l), b.value(n, r)
		return Value{Input: none, Expr: e, Uses: union(left.Uses, right.Uses), Type: v.Type, Unstable: left.Unstable || right.Unstable, async: v.async,
			Compare: &Comparison{Op: op, Left: left, Right: right}}
	}
	switch {
	case comparisons[c.Name] != "" && len(c.Args) == 2:
		return []Value{compare(comparisons[c.Name], c.Args[0], c.Args[1])}
	case c.Name == "BETWEEN" && len(c.Args) == 3:
		return []Value{compare(">=", c.Args[0], c.Args[1]), compare("<=", c.Args[0], c.Args[2])}
	case len(c.Args) == 1 && (c.Name == "IS NOT NULL" || c.Name == "IS TRUE" || c.Name == "NOT") || strings.HasSuffix(c.Name, "LIKE") ||
		c.Name == "IN" || c.Name == "IS NOT DISTINCT FROM":
		args := append(slices.Clone(c.Args), nil)
		v.Compare = &Comparison{Op: c.Name, Left: b.value(n, args[0]), Right: b.value(n, args[1])}
	}
	return []Value{v}
}

// integer reads a literal number.
func integer(e bind.Expr) (int64, bool) {
	for {
		c, ok := e.(*bind.Cast)
		if !ok {
			break
		}
		e = c.X
	}
	l, ok := e.(*bind.Literal)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(l.Text, 10, 64)
	return n, err == nil
}

// placeOf is where a node stands.
func placeOf(syntax ast.Node) ast.Loc {
	at := syntax.Span()
	return ast.Loc{Start: int32(at.Start), End: int32(at.End)}
}
