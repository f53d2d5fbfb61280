// What decides on rows.

package lineage

import (
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
)

// influences is the order in which indirect edges are told.
var influences = []Subtype{Join, Filter, GroupBy, Sort, Window, Conditional}

// influence is, for each subtype, the stored columns that decide on the rows of a relation.
type influence map[Subtype]sources

func (i influence) add(subtype Subtype, columns sources) {
	all := i[subtype]
	all.add(columns)
	i[subtype] = all
}

// influence returns what decides on the rows of a relation, for reading only.
func (t *tracer) influence(r bind.Rel) influence {
	if r == nil {
		return nil
	}
	if found, ok := t.influences[r]; ok {
		return found
	}
	found := influence{}
	t.influences[r] = found
	t.own(r, found)
	if inputs := r.Inputs(); len(found) == 0 && len(inputs) == 1 {
		t.influences[r] = t.influence(inputs[0])
		return t.influences[r]
	}
	for _, input := range r.Inputs() {
		for subtype, columns := range t.influence(input) {
			found.add(subtype, columns)
		}
	}
	return found
}

// own adds what the relation itself looks at.
func (t *tracer) own(r bind.Rel, found influence) {
	switch r := r.(type) {
	case *bind.Scan:
		if r.Table.Query != nil && r.Table.Kind == bind.View {
			for subtype, columns := range t.influence(r.Table.Query) {
				found.add(subtype, columns)
			}
		}
	case *bind.Filter:
		subtype := Filter
		if r.Clause == token.QUALIFY {
			subtype = Window
		}
		t.look(r.Condition, subtype, found)
	case *bind.Join:
		t.look(r.On, Join, found)
	case *bind.Aggregation:
		for _, key := range r.Columns()[:r.Keys] {
			t.look(key.Value, GroupBy, found)
		}
	case *bind.Distinct:
		for _, c := range r.Columns() {
			t.look(c.Value, GroupBy, found)
		}
	case *bind.Sort:
		for _, key := range r.Keys {
			t.look(key.Expr, Sort, found)
		}
	case *bind.Match:
		for _, key := range r.PartitionBy {
			t.look(key, GroupBy, found)
		}
		for _, key := range r.OrderBy {
			t.look(key.Expr, Sort, found)
		}
		for _, condition := range r.Define {
			t.look(condition, Filter, found)
		}
	case *bind.Window:
		if r.Time != nil {
			found.add(Window, t.column(r.Time).sources)
		}
		for _, c := range r.PartitionBy {
			found.add(Window, t.column(c).sources)
		}
	case *bind.SetOp:
		if r.Op == token.EXCEPT {
			for _, c := range r.Right.Columns() {
				found.add(Filter, t.column(c).sources)
			}
		}
	case *bind.Snapshot:
		t.look(r.Time, Join, found)
	}
	if _, aggregated := r.(*bind.Scan); !aggregated {
		for _, c := range r.Columns() {
			t.inside(c.Value, found)
		}
	}
}

// look adds the columns of a condition or key, and what its subqueries look at.
func (t *tracer) look(e bind.Expr, subtype Subtype, found influence) {
	if e == nil {
		return
	}
	found.add(subtype, t.expr(e).sources)
	t.inside(e, found)
}

// inside adds what an expression looks at without taking its value: the window of OVER, FILTER, conditions of CASE and
// the rows of subqueries.
func (t *tracer) inside(e bind.Expr, found influence) {
	bind.Walk(e, func(x bind.Expr) bool {
		switch x := x.(type) {
		case *bind.Call:
			if x.Filter != nil {
				found.add(Filter, t.expr(x.Filter).sources)
			}
			for _, key := range x.OrderBy {
				found.add(Sort, t.expr(key.Expr).sources)
			}
			if x.Over != nil {
				for _, key := range x.Over.PartitionBy {
					found.add(Window, t.expr(key).sources)
				}
				for _, key := range x.Over.OrderBy {
					found.add(Window, t.expr(key.Expr).sources)
				}
			}
		case *bind.Case:
			for _, condition := range x.Conditions {
				found.add(Conditional, t.expr(condition).sources)
			}
		case *bind.Subquery:
			for subtype, columns := range t.influence(x.Rel) {
				found.add(subtype, columns)
			}
			if x.Kind == bind.InSubquery || x.Kind == bind.Quantified {
				found.add(Filter, t.expr(x).sources)
			}
		}
		return true
	})
}
