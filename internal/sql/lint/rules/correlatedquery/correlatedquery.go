// Package correlatedquery is AS5132: a query that uses columns from outside of it in a way that Flink cannot undo.
package correlatedquery

import (
	_ "embed"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/types"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5132.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5132", Name: "correlated-query", Category: diag.Streaming,
			Text: "A query inside another that uses columns from around it becomes a join when Flink plans it. That works for conditions of WHERE. It does not for LIMIT and OFFSET inside of the query, for UNION and VALUES after LATERAL, for a condition on UNNEST that uses the other side, for IN and EXISTS in ON, and above GROUP BY where the column has another place before the grouping than behind it: Flink ends with an error that names none of this.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		if s.Table != nil && s.Table.Kind == bind.View { // Flink plans it where it is read
			continue
		}
		for r := range rule.Rels(s) {
			switch r := r.(type) {
			case *bind.Join:
				join(p, r)
			case *bind.Project:
				grouped(p, r)
			}
			for x := range rule.Exprs(r) {
				for q := range queries(x) {
					if q.Kind == bind.ScalarSubquery {
						limited(p, q.Rel)
					}
				}
			}
		}
	}
}

// join looks at the condition of a join, and at a right side that is computed for each row of the left.
func join(p *rule.Pass, j *bind.Join) {
	for q := range queries(j.On) {
		switch {
		case q.Kind == bind.InSubquery:
			p.Report(q.Place(), "Flink cannot plan IN with a query in ON").Help = "put the condition into WHERE, or join the query"
		case q.Kind == bind.Exists && len(free(q.Rel)) > 0:
			p.Report(q.Place(), "Flink cannot plan EXISTS in ON with columns of the join").Help = "put the condition into WHERE"
		}
	}
	if unnests(j.Right) && j.On != nil && uses(j.On, j.Left.Columns()) {
		p.Report(j.On.Place(), "the condition of a join with UNNEST cannot use columns of the other side").Help = "put the condition into WHERE: CROSS JOIN UNNEST(…) WHERE …"
		return
	}
	if !j.Lateral {
		return
	}
	limited(p, j.Right)
	for r := range rule.Below(j.Right) {
		switch r := r.(type) {
		case *bind.SetOp:
			if len(free(r)) > 0 {
				p.Report(r.Place(), "Flink cannot plan %s after LATERAL with columns of the left side", r.Op)
				return
			}
		case *bind.Values:
			if len(r.Rows) > 0 && len(free(r)) > 0 {
				p.Report(r.Place(), "Flink cannot plan VALUES after LATERAL with columns of the left side").Help = "compute the value in the query around it"
				return
			}
		case *bind.Project:
			if values, ok := r.Input.(*bind.Values); ok && len(values.Columns()) == 0 && len(free(r)) > 0 {
				p.Report(r.Place(), "Flink cannot plan a query without FROM after LATERAL with columns of the left side").Help = "compute the value in the query around it"
				return
			}
		}
	}
}

// limited reports LIMIT and OFFSET of rows that depend on columns from outside.
func limited(p *rule.Pass, rel bind.Rel) {
	for r := range rule.Below(rel) {
		s, ok := r.(*bind.Sort)
		if ok && (s.Limit != nil || s.Offset != nil) && len(free(s)) > 0 {
			p.Report(s.Place(), "Flink cannot plan LIMIT in a query that uses columns from around it").Help = "number the rows with ROW_NUMBER() OVER (PARTITION BY …), and keep the first ones"
			return
		}
	}
}

// grouped looks at queries in the SELECT list of a grouped query, and at those in HAVING whose values are compared. Flink takes
// the columns that they use by their places before the grouping.
func grouped(p *rule.Pass, project *bind.Project) {
	input, exprs := project.Input, values(project)
	for f, ok := input.(*bind.Filter); ok; f, ok = input.(*bind.Filter) {
		input = f.Input
		for q := range queries(f.Condition) {
			if q.Kind == bind.ScalarSubquery {
				exprs = append(exprs, q)
			}
		}
	}
	g, ok := input.(*bind.Aggregation)
	if !ok {
		return
	}
	before, behind := g.Input.Columns(), g.Columns()
	for _, x := range exprs {
		for q := range queries(x) {
			for _, c := range free(q.Rel) {
				i := slices.Index(before, c)
				if i >= 0 && (i >= len(behind) || !types.Comparable(c.Type, behind[i].Type)) {
					p.Report(q.Place(), "Flink cannot plan a query above GROUP BY that uses %q", c.Name).Help = "group in a query below, and ask around that"
					break
				}
			}
		}
	}
}

func values(p *bind.Project) []bind.Expr {
	var all []bind.Expr
	for _, c := range p.Columns() {
		all = append(all, c.Value)
	}
	return all
}

// queries yields the queries in an expression.
func queries(x bind.Expr) func(yield func(*bind.Subquery) bool) {
	return func(yield func(*bind.Subquery) bool) {
		on := true
		bind.Walk(x, func(x bind.Expr) bool {
			if q, ok := x.(*bind.Subquery); ok && on && q.Rel != nil {
				on = yield(q)
			}
			return on
		})
	}
}

// free lists the columns that a relation uses and that nothing in it brings.
func free(rel bind.Rel) []*bind.Column {
	own := map[*bind.Column]bool{}
	for r := range rule.Below(rel) {
		for _, c := range r.Columns() {
			own[c] = true
		}
	}
	var found []*bind.Column
	for r := range rule.Below(rel) {
		for x := range rule.Exprs(r) {
			bind.Walk(x, func(x bind.Expr) bool {
				if ref, ok := x.(*bind.Ref); ok && !own[ref.Column] && !slices.Contains(found, ref.Column) {
					found = append(found, ref.Column)
				}
				return true
			})
		}
	}
	return found
}

// uses reports whether an expression uses one of the columns.
func uses(x bind.Expr, columns []*bind.Column) bool {
	found := false
	bind.Walk(x, func(x bind.Expr) bool {
		ref, ok := x.(*bind.Ref)
		found = found || ok && slices.Contains(columns, ref.Column)
		return !found
	})
	return found
}

// unnests reports whether a relation is UNNEST, under other names perhaps.
func unnests(r bind.Rel) bool {
	if p, ok := r.(*bind.Project); ok {
		r = p.Input
	}
	_, ok := r.(*bind.Unnest)
	return ok
}
