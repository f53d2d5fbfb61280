// Plans as rules see them.

package rule

import (
	"iter"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/connector"
)

// Streaming yields the plans of statements that Flink accepts and runs as endless jobs: in streaming mode, with all that
// decides known.
func (u *Unit) Streaming() iter.Seq[*changelog.Plan] {
	return func(yield func(*changelog.Plan) bool) {
		for _, p := range u.Plans {
			if !p.Batch && p.Certain && p.Root != nil && !u.Broken[p.Statement] && !yield(p) {
				return
			}
		}
	}
}

// PlaceIn is where an operator of a plan stands in the text. One that the planner adds, or that a view of another statement or
// file brings, stands where the statement writes or selects.
func (u *Unit) PlaceIn(p *changelog.Plan, op *changelog.Operator) ast.Loc {
	s := u.Bound.Statements[p.Statement-1]
	if op.At.End > op.At.Start && u.written(s)[op.At] {
		return op.At
	}
	return TargetOf(s, p)
}

// written lists the places of what a statement itself says: offsets of views may be those of another file.
func (u *Unit) written(s *bind.Statement) map[ast.Loc]bool {
	places := map[ast.Loc]bool{}
	for r := range Rels(s) {
		places[r.Place()] = true
		for x := range Exprs(r) {
			places[x.Place()] = true
		}
	}
	return places
}

// TargetOf is the place that stands for a plan as a whole: the name of the sink, or the first word of a query.
func TargetOf(s *bind.Statement, p *changelog.Plan) ast.Loc {
	if p.Insert != nil {
		if i, ok := p.Insert.Syntax.(*ast.Insert); ok && i.Table != nil {
			return i.Table.Name.Loc
		}
		return nameOf(p.Insert.Syntax)
	}
	at := s.Syntax.Place()
	return ast.Loc{Start: at.Start, End: min(at.End, at.Start+int32(len("SELECT")))}
}

// Appends reports whether an operator emits nothing but inserts.
func Appends(op *changelog.Operator) bool { return op.Changes == connector.Insert }

// Endless reports whether rows keep coming out of an operator: some source below it has no end, or it is not known.
func Endless(op *changelog.Operator) bool {
	endless := false
	op.Walk(func(op *changelog.Operator) bool {
		if scan, ok := op.Detail.(*changelog.Scan); ok {
			endless = endless || !scan.Source.Ends && !scan.Lookup
		}
		return !endless
	})
	return endless
}

// Single reports whether an operator has one row at most.
func Single(op *changelog.Operator) bool {
	for _, k := range op.UpsertKeys {
		if len(k) == 0 {
			return true
		}
	}
	return false
}
