// What decides on rows.

package lineage

import (
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
)

// influences is the order in which indirect edges are told.
var influences = []Subtype{Join, Filter, GroupBy, Sort, Window, Conditional}

// influence returns, for each subtype, the stored columns that decide on the rows of a relation.
func (t *tracer) influence(r bind.Rel) map[Subtype]sources {
	if r == nil {
		return nil
	}
	if found, ok := t.influences[r]; ok {
		return found
	}
	found := map[Subtype]sources{}
	t.influences[r] = found
	t.own(r, found)
	for _, input := range r.Inputs() {
		for subtype, columns := range t.influence(input) {
			in(found, subtype).add(columns)
		}
	}
	return found
}

func in(m map[Subtype]sources, subtype Subtype) sources {
	if m[subtype] == nil {
		m[subtype] = sources{}
	}
	return m[subtype]
}

// own adds what the relation itself looks at.
func (t *tracer) own(r bind.Rel, found map[Subtype]sources) {
	switch r := r.(type) {
	case *bind.Scan:
		if r.Table.Query != nil && r.Table.Kind == bind.View {
			for subtype, columns := range t.influence(r.Table.Query) {
				in(found, subtype).add(columns)
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
			in(found, Window).add(t.column(r.Time).sources)
		}
		for _, c := range r.PartitionBy {
			in(found, Window).add(t.column(c).sources)
		}
	case *bind.SetOp:
		if r.Op == token.EXCEPT {
			for _, c := range r.Right.Columns() {
				in(found, Filter).add(t.column(c).sources)
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
func (t *tracer) look(e bind.Expr, subtype Subtype, found map[Subtype]sources) {
	if e == nil {
		return
	}
	in(found, subtype).add(t.expr(e).sources)
	t.inside(e, found)
}

// inside adds what an expression looks at without taking its value: the window of OVER, FILTER, conditions of CASE and
// the rows of subqueries.
func (t *tracer) inside(e bind.Expr, found map[Subtype]sources) {
	bind.Walk(e, func(x bind.Expr) bool {
		switch x := x.(type) {
		case *bind.Call:
			if x.Filter != nil {
				in(found, Filter).add(t.expr(x.Filter).sources)
			}
			for _, key := range x.OrderBy {
				in(found, Sort).add(t.expr(key.Expr).sources)
			}
			if x.Over != nil {
				for _, key := range x.Over.PartitionBy {
					in(found, Window).add(t.expr(key).sources)
				}
				for _, key := range x.Over.OrderBy {
					in(found, Window).add(t.expr(key.Expr).sources)
				}
			}
		case *bind.Case:
			for _, condition := range x.Conditions {
				in(found, Conditional).add(t.expr(condition).sources)
			}
		case *bind.Subquery:
			for subtype, columns := range t.influence(x.Rel) {
				in(found, subtype).add(columns)
			}
			if x.Kind == bind.InSubquery || x.Kind == bind.Quantified {
				in(found, Filter).add(t.expr(x).sources)
			}
		}
		return true
	})
}
