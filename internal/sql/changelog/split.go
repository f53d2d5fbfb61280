// Aggregations over distinct values in two steps: first by buckets of the values, then over the buckets (SplitAggregateRule).

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

const splitDistinct = "table.optimizer.distinct-agg.split.enabled"

// splittable are the functions whose results over buckets can be put together.
var splittable = map[string]bool{
	"COUNT": true, "SUM": true, "$SUM0": true, "MIN": true, "MAX": true, "AVG": true, "FIRST_VALUE": true, "LAST_VALUE": true, "LISTAGG": true, "SINGLE_VALUE": true,
}

// bucketed reports whether a call sees the rows of one bucket of its values at a time.
func bucketed(c *bind.Call) bool {
	return c.Distinct || c.Name == "FIRST_VALUE" || c.Name == "LAST_VALUE"
}

// splits reports whether an aggregation is computed in two steps.
func (b *builder) splits(g *Grouping) bool {
	if b.Batch || !b.on(splitDistinct) || g.Sets > 0 {
		return false
	}
	distinct := false
	for _, c := range g.Calls {
		if !splittable[c.Call.Name] || c.Call.Kind != catalog.Aggregate {
			return false
		}
		distinct = distinct || c.Call.Distinct
	}
	return distinct
}

// inSteps makes two aggregations of one. grouped makes them physical.
func (b *builder) inSteps(op *Operator, g *Grouping, grouped func(*Operator, *Grouping) *Operator) *Operator {
	in := op.input()
	var sets [][]int
	for _, c := range g.Calls {
		if bucketed(c.Call) && !slices.ContainsFunc(sets, func(s []int) bool { return slices.Equal(s, c.Args) }) {
			sets = append(sets, c.Args)
		}
	}
	values := passAll(in.Row)
	keys := slices.Clone(g.Keys)
	for _, s := range sets {
		keys = append(keys, len(values))
		values = append(values, Value{Input: none, Uses: union(nil, s), Type: types.Int})
	}
	below := trimmed(calc(in, values, nil))
	if len(sets) > 1 {
		id := len(below.Row)
		below = &Operator{Kind: Expand, Inputs: []*Operator{below}, Row: append(slices.Clone(below.Row), Field{Name: "$e", Type: types.Long.Required()}), At: op.At,
			Detail: &Grouping{Keys: slices.Clone(keys), Sets: len(sets), Time: none}}
		keys = append(keys, id)
		flags := passAll(below.Row) // which copy of a row counts for which call
		for range sets {
			flags = append(flags, Value{Input: none, Uses: []int{id}, Type: types.Bool})
		}
		below = calc(below, flags, nil)
	}
	first := &Operator{Kind: GroupAggregate, Inputs: []*Operator{below}, At: op.At, Detail: &Grouping{Keys: keys, Calls: g.Calls, Time: none, Partial: true}}
	for _, k := range keys {
		first.Row = append(first.Row, below.Row[k])
	}
	second := &Grouping{Keys: all(len(g.Keys)), Time: none}
	average := false
	for i, c := range g.Calls {
		at := len(first.Row)
		first.Row = append(first.Row, op.Row[len(g.Keys)+i])
		name := c.Call.Name
		switch name {
		case "COUNT":
			name = "$SUM0"
		case "AVG":
			name, average = "SUM", true
		}
		second.Calls = append(second.Calls, Aggregate{Call: &bind.Call{Name: name, Kind: catalog.Aggregate}, Args: []int{at}, Filter: none})
	}
	out := &Operator{Kind: GroupAggregate, Inputs: []*Operator{grouped(first, first.Detail.(*Grouping))}, Row: op.Row, At: op.At, Detail: second}
	out = grouped(out, second)
	if !average {
		return out
	}
	values = passAll(out.Row)
	for i, c := range g.Calls {
		if c.Call.Name == "AVG" {
			at := len(g.Keys) + i
			values[at] = Value{Input: none, Uses: []int{at}, Type: out.Row[at].Type, Expr: c.Call}
		}
	}
	top := calc(out, values, nil)
	copy(top.Row, out.Row)
	return top
}
