// Package hinttarget is AS2102: a hint about a table that is not in its query.
package hinttarget

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS2102.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS2102", Name: "hint-target", Category: diag.Name,
			Text: "A hint of a SELECT names inputs of the join or aggregation of that very SELECT, by their aliases where they have some: not tables inside of views, named queries or subqueries. Flink refuses a name that it does not find there.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, q := range p.Syntax().Selects {
		if q.Hints == nil || q.From == nil || subqueries(q) {
			continue
		}
		_, join := q.From.(*ast.Join)
		if !join && q.GroupBy == nil {
			continue
		}
		if names, all := inputs(q.From); all {
			check(p, q, names)
		}
	}
}

func check(p *rule.Pass, q *ast.Select, names []string) {
	for i := range q.Hints.Items {
		hint := &q.Hints.Items[i]
		for _, target := range targets(hint) {
			last := target[strings.LastIndexByte(target, '.')+1:]
			if slices.Contains(names, last) {
				continue
			}
			f := p.Report(hint.Loc, "%s names %s, which this query does not join or group", strings.ToUpper(hint.Name.Name), target)
			f.Help = "its inputs are " + strings.Join(names, ", ")
		}
	}
}

// targets are the tables that a hint is about.
func targets(hint *ast.Hint) []string {
	var names []string
	for _, a := range hint.Args {
		switch strings.ToUpper(hint.Name.Name) {
		case "STATE_TTL":
			names = append(names, a.Key)
		case "BROADCAST", "SHUFFLE_HASH", "SHUFFLE_MERGE", "NEST_LOOP":
			names = append(names, a.Value)
		case "LOOKUP":
			if a.Key == "table" {
				names = append(names, a.Value)
			}
		}
	}
	return names
}

// inputs lists the names of a FROM clause; all is false when one of them has none, or is of a kind that hints see through.
func inputs(t ast.TableRef) (names []string, all bool) {
	switch t := t.(type) {
	case *ast.Table:
		return []string{t.Name.Last().Name}, true
	case *ast.Alias:
		return []string{t.Name.Name}, true
	case *ast.Snapshot:
		return inputs(t.Table)
	case *ast.Join:
		left, leftAll := inputs(t.Left)
		right, rightAll := inputs(t.Right)
		return append(left, right...), leftAll && rightAll
	}
	return nil, false
}

// subqueries says whether the query has others in its conditions, which become joins of it.
func subqueries(q *ast.Select) bool {
	found := false
	for _, x := range []ast.Expr{q.Where, q.Having, q.Qualify} {
		if x == nil {
			continue
		}
		ast.Inspect(x, func(n ast.Node) bool {
			_, query := n.(ast.Query)
			found = found || query
			return !found
		})
	}
	return found
}
