// Binding of joins.

package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *binder) join(t *ast.Join, before *scope) (Rel, *scope) {
	j := &Join{Kind: t.Kind, Lateral: isLateral(t.Right)}
	j.loc = t.Loc
	var left, right *scope
	j.Left, left = b.source(t.Left, before)
	left.parent = before.parent
	visible := before.with(left)
	j.Right, right = b.source(t.Right, visible)
	b.sameName(left, right, t.Right)
	both := visible.parent.join(left, right)
	b.joinForm(t)
	if t.On != nil {
		j.On = b.truth(&env{scope: both, clause: onClause}, t.On, "ON")
		if aggregated(j.On) {
			b.report(MisusedAggregate, j.On.Place(), "an aggregate function cannot stand in ON")
		}
	}
	merges := b.merge(j, t, left, right)
	by := j.missing()
	j.columns = slices.Concat(swapped(j.Left.Columns(), by), swapped(j.Right.Columns(), by))
	result := both.replace(by)
	for _, m := range merges {
		m.sides = swapped(m.sides, by)
		m.column = coalesce(m.column.Name, m.sides, t.Loc)
		j.columns = append(j.columns, m.column)
	}
	result.merged = append(result.merged, merges...)
	return j, result
}

// joinForm reports a join without the condition that its kind needs, or with one that it cannot have.
func (b *binder) joinForm(t *ast.Join) {
	conditioned := t.On != nil || t.Using != nil || t.Natural
	switch {
	case t.Kind == ast.CrossJoin && conditioned:
		b.report(JoinForm, t.Right.Place(), "CROSS JOIN has no condition").Help = "write JOIN … ON"
	case t.Kind != ast.CrossJoin && t.Kind != ast.CommaJoin && !conditioned:
		b.report(JoinForm, t.Right.Place(), "the join has no condition").Help = "write ON or USING, or CROSS JOIN for all pairs"
	case (t.Kind == ast.RightJoin || t.Kind == ast.FullJoin) && isLateral(t.Right):
		b.report(JoinForm, t.Right.Place(), "what is computed for each row of the left side, or a table as of a time, cannot be on the right of a RIGHT or FULL JOIN")
	}
}

// sameName reports a table that has the name of one before it.
func (b *binder) sameName(left, right *scope, at ast.TableRef) {
	for _, r := range right.tables {
		for _, l := range left.tables {
			if l.name == r.name && l.name != "" && slices.Equal(l.path, r.path) {
				b.report(DuplicateTable, at.Place(), "two tables of the FROM clause are called %s", r.name).Help = "give one of them another name: AS " + r.name + "2"
				return
			}
		}
	}
}

// join is the scope of two sides below s.
func (s *scope) join(left, right *scope) *scope {
	both := left.with(right)
	both.parent = s
	return both
}

func isLateral(t ast.TableRef) bool {
	switch t := t.(type) {
	case *ast.Alias:
		return isLateral(t.Table)
	case *ast.Derived:
		return t.Lateral
	case *ast.TableFunction:
		return t.Lateral
	case *ast.Unnest:
		return true
	case *ast.Snapshot:
		return true
	}
	return false
}

// missing returns new, nullable columns for the sides that an outer join may leave out.
func (j *Join) missing() map[*Column]*Column {
	by := map[*Column]*Column{}
	nullable := func(r Rel) {
		for _, c := range r.Columns() {
			n := pass(c)
			n.Type = n.Type.Nullable()
			by[c] = n
		}
	}
	if j.Kind == ast.LeftJoin || j.Kind == ast.FullJoin {
		nullable(j.Right)
	}
	if j.Kind == ast.RightJoin || j.Kind == ast.FullJoin {
		nullable(j.Left)
	}
	return by
}

func swapped(columns []*Column, by map[*Column]*Column) []*Column {
	out := make([]*Column, len(columns))
	for i, c := range columns {
		if out[i] = by[c]; out[i] == nil {
			out[i] = c
		}
	}
	return out
}

// merge binds USING and NATURAL: an equality for each pair of columns.
func (b *binder) merge(j *Join, t *ast.Join, left, right *scope) []*merged {
	var merges []*merged
	add := func(name string, loc ast.Loc, l, r *Column) {
		equal := b.operator(loc, "=", types.Bool, ref(l, loc), ref(r, loc))
		if j.On == nil {
			j.On = equal
		} else {
			j.On = b.operator(loc, "AND", types.Bool, j.On, equal)
		}
		merges = append(merges, &merged{column: &Column{Name: name}, sides: []*Column{l, r}, natural: t.Natural})
	}
	if t.Using != nil {
		for _, n := range t.Using.Items {
			l, r := left.bare(n.Name), right.bare(n.Name)
			switch {
			case l.ambiguous || r.ambiguous:
				b.report(AmbiguousColumn, n.Loc, "column %q is ambiguous", n.Name)
			case l.column == nil || r.column == nil:
				if !left.lost() && !right.lost() {
					b.report(UnknownColumn, n.Loc, "column %q of USING is not on both sides", n.Name)
				}
			default:
				add(n.Name, n.Loc, l.column, r.column)
			}
		}
	}
	if t.Natural {
		for _, l := range left.columns() {
			if r := right.bare(l.Name); r.column != nil && right.open() == nil {
				add(l.Name, t.Loc, l, r.column)
			}
		}
	}
	return merges
}

// coalesce is the column that stands for one of both sides.
func coalesce(name string, sides []*Column, loc ast.Loc) *Column {
	t, _ := types.Merge(sides[0].Type, sides[1].Type)
	t.NotNull = sides[0].Type.NotNull || sides[1].Type.NotNull
	return &Column{Name: name, Type: t, Value: &Call{
		node: node{typ: t, loc: loc}, Name: "COALESCE", Kind: catalog.Scalar,
		Args: []Expr{ref(sides[0], loc), ref(sides[1], loc)},
	}}
}

// conjuncts calls yield for the parts of a condition that AND combines.
func conjuncts(e Expr, yield func(Expr) bool) bool {
	if c, ok := e.(*Call); ok && c.Name == token.AND.String() {
		return conjuncts(c.Args[0], yield) && conjuncts(c.Args[1], yield)
	}
	return e == nil || yield(e)
}

// Conjuncts calls yield for the parts of a condition that AND combines.
func Conjuncts(e Expr) func(yield func(Expr) bool) {
	return func(yield func(Expr) bool) { conjuncts(e, yield) }
}
