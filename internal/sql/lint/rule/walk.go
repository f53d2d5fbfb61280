// Walking what a statement reads.

package rule

import (
	"iter"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
)

// Rels yields every relation of a statement once, consumers before what they read, subqueries included. What a view reads
// belongs to the statement of the view.
func Rels(s *bind.Statement) iter.Seq[bind.Rel] {
	return func(yield func(bind.Rel) bool) {
		w := walker{seen: map[bind.Rel]bool{}, yield: yield}
		for _, i := range s.Inserts {
			if i.Rel != nil && !w.rel(i.Rel) {
				return
			}
		}
		if s.Query != nil {
			w.rel(s.Query)
		}
	}
}

// Below yields a relation and every one below it, as [Rels] does.
func Below(r bind.Rel) iter.Seq[bind.Rel] {
	return func(yield func(bind.Rel) bool) {
		w := walker{seen: map[bind.Rel]bool{}, yield: yield}
		w.rel(r)
	}
}

// Scans yields the first scan of each table that sound statements read: not those on the right of a lookup join, which ask
// the table by key.
func Scans(u *Unit) iter.Seq[*bind.Scan] {
	return func(yield func(*bind.Scan) bool) {
		seen := map[*bind.Table]bool{}
		for s := range u.Sound() {
			asked := map[bind.Rel]bool{}
			for r := range Rels(s) {
				if snapshot, ok := r.(*bind.Snapshot); ok {
					asked[snapshot.Input] = true
				}
				scan, ok := r.(*bind.Scan)
				if !ok || asked[r] || scan.Table == nil || scan.Table.Kind != bind.BaseTable || seen[scan.Table] {
					continue
				}
				seen[scan.Table] = true
				if !yield(scan) {
					return
				}
			}
		}
	}
}

// PlaceOf is where something about a table is said: at its declaration when that is in the script, else where it is read.
func (u *Unit) PlaceOf(scan *bind.Scan) ast.Loc {
	if scan.Table.File == u.Script.File && scan.Table.Syntax != nil {
		return nameOf(scan.Table.Syntax)
	}
	return scan.Place()
}

type walker struct {
	seen  map[bind.Rel]bool
	yield func(bind.Rel) bool
}

func (w *walker) rel(r bind.Rel) bool {
	if w.seen[r] {
		return true
	}
	w.seen[r] = true
	if !w.yield(r) {
		return false
	}
	for _, in := range r.Inputs() {
		if in != nil && !w.rel(in) {
			return false
		}
	}
	for x := range Exprs(r) {
		on := true
		bind.Walk(x, func(x bind.Expr) bool {
			if q, ok := x.(*bind.Subquery); ok && q.Rel != nil && on {
				on = w.rel(q.Rel)
			}
			return on
		})
		if !on {
			return false
		}
	}
	return true
}

// Exprs yields the expressions that a relation evaluates: not those of its inputs.
func Exprs(r bind.Rel) iter.Seq[bind.Expr] {
	return func(yield func(bind.Expr) bool) {
		some := func(list ...bind.Expr) bool {
			for _, x := range list {
				if x != nil && !yield(x) {
					return false
				}
			}
			return true
		}
		keys := func(list []bind.SortKey) bool {
			for _, k := range list {
				if !some(k.Expr) {
					return false
				}
			}
			return true
		}
		switch r := r.(type) {
		case *bind.Project:
			columns(r, some)
		case *bind.Aggregation:
			columns(r, some)
		case *bind.Values:
			for _, row := range r.Rows {
				if !some(row...) {
					return
				}
			}
		case *bind.Filter:
			some(r.Condition)
		case *bind.Join:
			some(r.On)
		case *bind.Sort:
			keys(r.Keys)
		case *bind.Window:
			some(r.Args...)
		case *bind.Function:
			if r.Call != nil {
				some(r.Call)
			}
		case *bind.Unnest:
			some(r.Args...)
		case *bind.Match:
			_ = some(r.PartitionBy...) && keys(r.OrderBy) && some(r.Define...) && columns(r, some)
		case *bind.Snapshot:
			some(r.Time)
		}
	}
}

func columns(r bind.Rel, some func(...bind.Expr) bool) bool {
	for _, c := range r.Columns() {
		if !some(c.Value) {
			return false
		}
	}
	return true
}
