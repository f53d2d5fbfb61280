// Package unboundedstate is AS5101: state that grows for as long as the job runs.
package unboundedstate

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5101.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5101", Name: "unbounded-state", Level: diag.Warning, Category: diag.Streaming,
			Text: "The operator keeps something for every key or every row that ever came, and table.exec.state.ttl, which would let go of what nobody touched for a while, is not set: the state grows until checkpoints take too long or the disk is full. What ends it is a time to live (for all with SET, for a join or a GROUP BY with the STATE_TTL hint), a window, or a time bound in the condition of a join. Inputs that are tables rather than streams (change data with deletes) are not reported: their state is as large as the table.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	reported := map[ast.Loc]bool{}
	for plan := range p.Streaming() {
		if hinted(p, plan) {
			continue
		}
		var growing []*changelog.Operator
		plan.Root.Walk(func(op *changelog.Operator) bool {
			if op.State.Grows() && what(op) != "" && !windowed(op) {
				growing = append(growing, op)
			}
			return true
		})
		if len(growing) == 0 {
			continue
		}
		at := p.PlaceIn(plan, growing[0])
		if reported[at] {
			continue
		}
		reported[at] = true
		f := p.Report(at, "%s, and nothing ends that", what(growing[0]))
		f.Help = "SET 'table.exec.state.ttl' = '36 h', or as long as a row can still matter; in a project under options of the job"
		for _, op := range growing[1:] {
			f.Related = append(f.Related, diag.Related{File: p.Script.File, Span: p.PlaceIn(plan, op).Span(), Message: "and " + what(op)})
		}
	}
}

// what says what an operator keeps, "" for one whose state has an end of its own.
func what(op *changelog.Operator) string {
	in := op.Inputs
	switch d := op.Detail.(type) {
	case *changelog.Joining:
		if op.Kind == changelog.Join && (stream(in[0]) || stream(in[1])) && !rule.Single(in[0]) && !rule.Single(in[1]) {
			return "the join keeps all rows of both sides"
		}
	case *changelog.MultiJoining:
		if slices.ContainsFunc(in, stream) && !slices.ContainsFunc(in, rule.Single) {
			return "the join keeps all rows of every input"
		}
	case *changelog.Grouping:
		switch {
		case !stream(in[0]):
		case len(d.Keys) == 0 && distinct(d):
			return "the aggregation keeps every value that it has seen"
		case len(d.Keys) > 0 && len(d.Calls) == 0:
			return "DISTINCT keeps every row that it has seen"
		case len(d.Keys) > 0:
			return "the aggregation keeps an entry for every key"
		}
	case *changelog.Ranking:
		switch {
		case len(d.Partition) == 0 || !stream(in[0]):
		case op.Kind == changelog.Deduplicate || d.To == 1:
			return "the deduplication remembers every key"
		default:
			return "the top-N keeps rows for every key"
		}
	}
	return ""
}

// stream says whether an input is events that keep coming, rather than a table whose rows change.
func stream(op *changelog.Operator) bool { return rule.Appends(op) && rule.Endless(op) }

func distinct(g *changelog.Grouping) bool {
	for _, c := range g.Calls {
		if c.Call.Distinct {
			return true
		}
	}
	return false
}

// windowed says whether an aggregation is over one column of a window, which has a rule of its own.
func windowed(op *changelog.Operator) bool {
	g, ok := op.Detail.(*changelog.Grouping)
	if !ok {
		return false
	}
	for _, k := range g.Keys {
		if op.Inputs[0].Row[k].Window != nil {
			return true
		}
	}
	return false
}

// hinted says whether the statement gives state a time to live by hint.
func hinted(p *rule.Pass, plan *changelog.Plan) bool {
	for _, h := range p.Syntax().Hints {
		for i := range h.Items {
			if strings.EqualFold(h.Items[i].Name.Name, "STATE_TTL") {
				return true
			}
		}
	}
	return false
}
