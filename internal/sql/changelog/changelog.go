// Package changelog says what a query does with changes: which operators Flink's planner makes of it, which kinds of
// changes (insert, update, delete) each of them emits, by which keys, and which state it keeps; and what the planner of a
// release refuses about that.
//
// The way is that of the planner, on a tree of our own:
//
//	bound relation → operators as converted → conditions pushed down, columns pruned → physical operators → changelog modes
//
// build.go and its kin convert, push.go and prune.go rewrite, physical.go and pick.go choose, modify.go, update.go and
// delete.go infer, minibatch.go splits aggregations into two phases. Facts come from the planner's classes of the release
// (FlinkStreamRuleSets, FlinkChangelogModeInferenceProgram, FlinkRelMdUpsertKeys, RelTimeIndicatorConverter) and from
// asking live planners.
//
// What is not known (a function of the user, a table of a catalog that is not at hand, a connector nobody described) makes
// a plan Likely instead of Certain, and refuses nothing.
package changelog

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
)

// Plan is what one query or one INSERT becomes.
type Plan struct {
	Statement int // in its file, from 1
	Insert    *bind.Insert
	Query     bind.Rel // of a plan without an INSERT
	Root      *Operator
	Batch     bool
	Certain   bool // all that decides is known
	Refusals  []Refusal
	Into      *Plan   // of the same statement set, whose Sink takes the rows too; nil for a Sink of its own
	Shared    []*Plan // whose rows its Sink takes too

	graph *Operator // of a Sink that is shared
}

// Changes is what reaches the sink, or a client.
func (p *Plan) Changes() connector.Changes {
	if p.Root.Kind == Sink {
		return p.Root.input().Changes
	}
	return p.Root.Changes
}

// Keys are the upsert keys of what reaches the sink or a client, by the names of columns.
func (p *Plan) Keys() [][]string {
	op := p.Root
	if op.Kind == Sink {
		op = op.input()
	}
	out := [][]string{}
	for _, k := range op.UpsertKeys {
		if len(k) > 0 {
			out = append(out, Names(p.Root.Row, k))
		}
	}
	return out
}

// Of returns the plans of a script: one for each query and each INSERT, in order. Statements that binding could not make
// sense of have none. The session is the one that the script was bound in: it knows the release and the connectors.
func Of(script *bind.Script, session *bind.Session) []*Plan {
	var plans []*Plan
	for _, s := range script.Statements {
		if refused(s) {
			continue
		}
		o := options{Release: session.Release, Batch: s.Batch, settings: s.Settings, session: session, file: script.File, whole: s.Syntax.Place(), syntax: s.Syntax}
		first := len(plans)
		for _, p := range Unplanned(s) {
			plans = append(plans, o.plan(p))
		}
		o.share(plans[first:])
	}
	return plans
}

// refused reports whether binding found an error in a statement.
func refused(s *bind.Statement) bool {
	return slices.ContainsFunc(s.Findings, func(f diag.Finding) bool { return f.Level == diag.Error })
}

// Unplanned returns a plan without operators for each query and INSERT of a statement that cannot be planned.
func Unplanned(s *bind.Statement) []*Plan {
	var plans []*Plan
	for _, insert := range s.Inserts {
		plans = append(plans, &Plan{Statement: s.Number, Insert: insert, Batch: s.Batch, Certain: true})
	}
	if isQuery(s.Syntax) && s.Query != nil && len(s.Inserts) == 0 {
		plans = append(plans, &Plan{Statement: s.Number, Query: s.Query, Batch: s.Batch, Certain: true})
	}
	return plans
}

// isQuery reports whether a statement runs a query: that of a view only runs where the view is read.
func isQuery(s ast.Statement) bool {
	switch s := s.(type) {
	case *ast.QueryStatement:
		return true
	case *ast.Explain:
		return s.Statement != nil && isQuery(s.Statement)
	case *ast.Execute:
		return isQuery(s.Statement)
	}
	return false
}

// Findings are what Flink refuses in the plans of a script.
func Findings(file *source.File, plans []*Plan) []diag.Finding {
	var found []diag.Finding
	for _, p := range plans {
		for _, r := range p.Refusals {
			f := r.Rule.At(file, r.At.Span(), r.Message, r.Help)
			f.Statement = p.Statement
			for _, because := range r.Related {
				f.Related = append(f.Related, diag.Related{File: file, Span: because.At.Span(), Message: because.Message})
			}
			found = append(found, f)
		}
	}
	return found
}

// options are what a plan depends on besides its query.
type options struct {
	Release  token.Release
	Batch    bool
	settings map[string]string
	session  *bind.Session // for what it knows of connectors
	file     *source.File
	whole    ast.Loc // of the statement
	syntax   ast.Node
}

// Setting returns the value of SET 'key' = 'value'.
func (o *options) Setting(key string) (string, bool) {
	v, ok := o.settings[key]
	return v, ok
}

// on reports whether a setting that is off by default is on.
func (o *options) on(key string) bool { return strings.EqualFold(o.settings[key], "true") }

// onUnless reports whether a setting that is on by default still is.
func (o *options) onUnless(key string) bool { return !strings.EqualFold(o.settings[key], "false") }

// text is what stands at a place.
func (o *options) text(at ast.Loc) string { return o.file.Slice(at.Span()) }

// plan fills in a plan. A query of a form that nobody thought of must not end the program: its plan is unknown, and refuses
// nothing. The fuzz test finds such forms.
func (o options) plan(p *Plan) (out *Plan) {
	defer func() {
		if recover() != nil {
			out = &Plan{Statement: p.Statement, Insert: p.Insert, Query: p.Query, Batch: o.Batch, Root: &Operator{Kind: Unknown, At: o.whole}}
		}
	}()
	return o.planned(p)
}

func (o options) planned(p *Plan) *Plan {
	b := &builder{options: o, reading: map[bind.Rel]bool{}, reused: map[*Scan]bool{}}
	var root *Operator
	if p.Insert != nil {
		root = b.write(p.Insert)
		b.generated(p.Insert.Rel, sources(p.Insert))
	} else {
		root = b.result(p.Query)
		b.generated(p.Query, p.Query.Columns())
	}
	root = b.transposed(assigned(pruneAll(b.multi(settled(push(root))))))
	b.reuse(root)
	root = b.physical(root)
	if root.Kind == Sink {
		b.manyRowtimes(root.input())
	} else {
		root = trimmed(materialized(root, isProctime))
	}
	root = b.infer(root)
	b.checkMethods(root)
	if b.Release < normalizesEarly {
		root = b.late(root)
	}
	root = asyncCalcs(b.phases(root))
	b.states(root)
	p.Root, p.Batch, p.Certain, p.Refusals = root, o.Batch, !b.unsure, b.refusals
	return p
}

// result builds a query whose rows go to a client.
func (b *builder) result(rel bind.Rel) *Operator {
	in := b.top(rel)
	var values []Value
	for _, c := range rel.Columns() {
		values = append(values, b.column(in, c))
	}
	if len(values) == 0 {
		return in.op
	}
	op := calc(in.op, values, nil)
	for i, c := range rel.Columns() {
		op.Row[i].Name = c.Name
	}
	return op
}

// settled makes the rewrites between pushing conditions and pruning columns: rankings, and orders below projections.
func settled(op *Operator) *Operator {
	op = merged(op)
	ranked(op)
	op = merged(keyed(spread(op)))
	for i, in := range op.Inputs {
		op.Inputs[i] = settled(in)
	}
	return above(op)
}

// spread moves a projection below a union, into every branch (ProjectSetOpTransposeRule).
func spread(op *Operator) *Operator {
	if op.Kind != Calc || op.input().Kind != Union {
		return op
	}
	p, all := op.Detail.(*Program), op.input()
	out := &Operator{Kind: Union, Row: op.Row, At: all.At}
	for _, branch := range all.Inputs {
		below := calc(branch, p.Values, p.Conditions)
		below.Row = append([]Field(nil), op.Row...)
		out.Inputs = append(out.Inputs, below)
	}
	return out
}

// above moves the projection of an ordered and cut input above it: it is cheaper there (SortProjectTransposeRule).
func above(op *Operator) *Operator {
	d, ok := op.Detail.(*Ordering)
	if !ok || op.Kind == Sort || op.input().Kind != Calc {
		return op
	}
	p := op.input().Detail.(*Program)
	if len(p.Conditions) > 0 {
		return op
	}
	order := make([]Order, len(d.Order))
	for i, o := range d.Order {
		v := p.Values[o.Column]
		if v.Input < 0 || v.Cast {
			return op
		}
		order[i] = Order{Column: v.Input, Descending: o.Descending}
	}
	below := op.input().input()
	moved := &Operator{Kind: op.Kind, Inputs: []*Operator{below}, Row: append([]Field(nil), below.Row...), At: op.At,
		Detail: &Ordering{Order: order, Limit: d.Limit, Offset: d.Offset}}
	return &Operator{Kind: Calc, Inputs: []*Operator{moved}, Row: op.Row, At: op.input().At, Detail: p}
}
