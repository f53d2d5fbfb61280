// Joins.

package changelog

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

func joinType(k ast.JoinKind) JoinType {
	switch k {
	case ast.LeftJoin:
		return Left
	case ast.RightJoin:
		return Right
	case ast.FullJoin:
		return Full
	}
	return Inner
}

func (b *builder) join(rel *bind.Join) *node {
	left := b.rel(rel.Left)
	if f, args, columns := tableFunction(rel.Right); f != nil {
		return b.correlate(rel, left, f, args, columns)
	}
	j := &Joining{Type: joinType(rel.Kind), Rel: rel, removable: b.Release >= removesJoins && !rel.Lateral}
	var right *node
	snapshot, _ := snapshotOf(rel.Right)
	if snapshot != nil {
		right = b.rel(rel.Right)
		j.Snapshot, j.comma, j.removable = true, rel.On == nil, false
		j.Time = b.value(left, snapshot.Time)
		if j.Time.Input == none && len(left.op.Row) > 0 { // the time may be a column that the left side passes on under another name
			j.Time.Attribute = timeOf(snapshot.Time)
		}
		left.lifted, right.lifted = nil, nil
	} else {
		if rel.Lateral {
			b.outer = append(b.outer, left)
			right = b.rel(rel.Right)
			b.outer = b.outer[:len(b.outer)-1]
			b.unordered(right, 0)
		} else {
			right = b.rel(rel.Right)
		}
	}
	left, right, on := b.subqueriesOfOn(rel, left, right)
	n := joined(left, right)
	var conditions []Value
	if rel.Lateral && snapshot == nil {
		conditions = b.decorrelated(right, len(left.op.Row))
		n.lifted = left.lifted
	}
	for _, c := range on {
		conditions = append(conditions, b.condition(n, c)...)
	}
	j.Conditions = conditions
	n.op = b.joinOp(left.op, right.op, j, rel.Place())
	nullableRow(n.op, j.Type, len(left.op.Row))
	return n
}

// subqueriesOfOn filters the side that a condition with a subquery is about, where that means the same as in ON. It returns
// the sides and the other conditions.
func (b *builder) subqueriesOfOn(rel *bind.Join, left, right *node) (*node, *node, []bind.Expr) {
	var on []bind.Expr
	if rel.On == nil {
		return left, right, nil
	}
	for c := range bind.Conjuncts(rel.On) {
		t := joinType(rel.Kind)
		switch {
		case !hasSubquery(c):
			on = append(on, c)
		case (t == Inner || t == Right) && left.covers(c):
			left = b.conditions(left, c)
		case (t == Inner || t == Left) && right.covers(c):
			right = b.conditions(right, c)
		default:
			b.unsure = true
			on = append(on, c)
		}
	}
	return left, right, on
}

func hasSubquery(e bind.Expr) bool {
	found := false
	bind.Walk(e, func(x bind.Expr) bool {
		_, is := x.(*bind.Subquery)
		found = found || is
		return !found
	})
	return found
}

// covers reports whether a node has every column that an expression reads outside of its subqueries.
func (n *node) covers(e bind.Expr) bool {
	all := true
	bind.Walk(e, func(x bind.Expr) bool {
		if r, ok := x.(*bind.Ref); ok {
			_, has := n.at[r.Column]
			all = all && has
		}
		_, below := x.(*bind.Subquery)
		return !below
	})
	return all
}

// timeOf is the attribute of what FOR SYSTEM_TIME AS OF says.
func timeOf(e bind.Expr) types.Attribute {
	if r, ok := e.(*bind.Ref); ok {
		return r.Column.Attribute
	}
	if c, ok := e.(*bind.Call); ok && c.Name == "PROCTIME" {
		return types.Proctime
	}
	return types.Regular
}

// joined is a node with the columns of both sides.
func joined(left, right *node) *node {
	n := &node{at: map[*bind.Column]int{}, exprs: map[bind.Expr]int{}, lifted: slices.Clone(left.lifted)}
	maps.Copy(n.at, left.at)
	maps.Copy(n.exprs, left.exprs)
	width := len(left.op.Row)
	for c, i := range right.at {
		if _, both := n.at[c]; !both {
			n.at[c] = i + width
		}
	}
	for e, i := range right.exprs {
		n.exprs[e] = i + width
	}
	for _, c := range right.lifted {
		n.lifted = append(n.lifted, c.moved(shifted(width)))
	}
	n.op = &Operator{Row: slices.Concat(left.op.Row, right.op.Row)}
	return n
}

// decorrelated turns the conditions that were lifted out of the right side into conditions of the join.
func (b *builder) decorrelated(right *node, width int) []Value {
	var conditions []Value
	for _, c := range right.lifted {
		conditions = append(conditions, c.moved(func(u int) int {
			if u < none {
				return none - 1 - u
			}
			if u >= 0 {
				return u + width
			}
			return u
		}))
	}
	right.lifted = nil
	return conditions
}

// joinOp makes the operator; its row is that of both sides, of the left one for semi and anti joins.
func (b *builder) joinOp(left, right *Operator, j *Joining, at ast.Loc) *Operator {
	op := &Operator{Kind: Join, Inputs: []*Operator{left, right}, At: at, Detail: j}
	op.Row = slices.Clone(left.Row)
	if j.Type != Semi && j.Type != Anti {
		op.Row = append(op.Row, right.Row...)
	}
	return op
}

// nullableRow makes the columns of a side that may be missing nullable.
func nullableRow(op *Operator, t JoinType, width int) {
	for i := range op.Row {
		if i < width && (t == Right || t == Full) || i >= width && (t == Left || t == Full) {
			op.Row[i].Type.NotNull = false
		}
	}
}

// snapshotOf finds the FOR SYSTEM_TIME AS OF at the right of a join, below renaming.
func snapshotOf(rel bind.Rel) (*bind.Snapshot, bind.Rel) {
	for {
		switch r := rel.(type) {
		case *bind.Snapshot:
			return r, r.Input
		case *bind.Project:
			if !renames(r) {
				return nil, nil
			}
			rel = r.Input
		default:
			return nil, nil
		}
	}
}

// renames reports whether a projection only gives other names.
func renames(p *bind.Project) bool {
	for _, c := range p.Columns() {
		if _, ok := c.Value.(*bind.Ref); !ok {
			return false
		}
	}
	return true
}

// tableFunction finds a table function or UNNEST at the right of a join: the call, its arguments, the columns it gives.
func tableFunction(rel bind.Rel) (*bind.Call, []bind.Expr, []*bind.Column) {
	columns := rel.Columns()
	for {
		switch r := rel.(type) {
		case *bind.Project:
			f, ok := r.Input.(*bind.Function)
			named := ok && len(f.Columns()) == 0 // what a function of the user gives has the names of its alias alone
			if !renames(r) && !named {
				return nil, nil, nil
			}
			rel = r.Input
		case *bind.Unnest:
			return &bind.Call{Name: "UNNEST", Kind: catalog.TableValued, Args: r.Args}, r.Args, columns
		case *bind.Function:
			if len(r.Tables) > 0 {
				return nil, nil, nil
			}
			return r.Call, r.Call.Args, columns
		default:
			return nil, nil, nil
		}
	}
}

// correlate calls a table function for each row of the left side.
func (b *builder) correlate(rel *bind.Join, left *node, f *bind.Call, args []bind.Expr, columns []*bind.Column) *node {
	left = b.prepare(left, args)
	j := &Joining{Type: joinType(rel.Kind), Rel: rel, Function: f}
	op := &Operator{Kind: Correlate, Inputs: []*Operator{left.op}, At: rel.Place(), Detail: j, Row: slices.Clone(left.op.Row)}
	for _, x := range args {
		j.Conditions = append(j.Conditions, b.value(left, x)) // the arguments: they are read as conditions are
	}
	n := &node{op: op, at: map[*bind.Column]int{}, exprs: left.exprs, lifted: left.lifted}
	maps.Copy(n.at, left.at)
	for _, c := range columns {
		n.at[c] = len(op.Row)
		op.Row = append(op.Row, fieldOf(c))
	}
	if len(columns) == 0 {
		b.unsure = true // the rows of a function of the user
	}
	b.unnamed(n, rel.Right)
	switch {
	case rel.On == nil:
		return n
	case j.Type != Left:
		return b.conditions(n, rel.On)
	}
	for c := range bind.Conjuncts(rel.On) { // of the function's rows: a row that none of them meets stays, with NULL
		if !always(c) {
			j.Conditions = append(j.Conditions, b.condition(n, c)...)
		}
	}
	return n
}

// unnamed lets the columns below a renaming be found too.
func (b *builder) unnamed(n *node, rel bind.Rel) {
	for {
		p, ok := rel.(*bind.Project)
		if !ok {
			return
		}
		for _, c := range p.Columns() {
			if r, isRef := c.Value.(*bind.Ref); isRef {
				n.at[r.Column] = n.at[c]
			}
		}
		rel = p.Input
	}
}
