// What passes Flink's validator and has no code: its planner gives up on these calls when the query runs. The statement that
// only declares them (CREATE VIEW, a computed column) is accepted.

package changelog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/types"
)

// generated refuses what has no code among the expressions that a query needs for some columns.
func (b *builder) generated(rel bind.Rel, columns []*bind.Column) {
	r := &reader{seen: map[bind.Expr]bool{}, rels: map[bind.Rel]bool{}, found: b.ungenerated, order: b.noOrder}
	for _, c := range columns {
		r.column(c)
	}
	r.rel(rel)
}

// sources are the columns of a query that a table takes.
func sources(i *bind.Insert) []*bind.Column {
	var columns []*bind.Column
	for _, a := range i.Columns {
		columns = append(columns, a.Source)
	}
	return columns
}

// reader visits the expressions that rows need: columns that nobody reads are never computed.
type reader struct {
	seen  map[bind.Expr]bool
	rels  map[bind.Rel]bool
	found func(*bind.Call)
	order func(bind.Expr)
}

func (r *reader) ordered(keys []bind.SortKey) {
	for _, k := range keys {
		r.order(k.Expr)
	}
}

func (r *reader) column(c *bind.Column) {
	if c != nil {
		r.expr(c.Value)
	}
}

func (r *reader) expr(e bind.Expr) {
	if e == nil || r.seen[e] {
		return
	}
	r.seen[e] = true
	switch e := e.(type) {
	case *bind.Ref:
		r.column(e.Column)
	case *bind.Branches:
		r.columns(e.Columns)
	case *bind.Call:
		r.found(e)
		if e.Over != nil {
			r.ordered(e.Over.OrderBy)
		}
	case *bind.Subquery:
		if e.Rel == nil {
			return
		}
		if e.Kind != bind.Exists {
			r.columns(e.Rel.Columns())
		}
		r.rel(e.Rel)
	}
	bind.Operands(e, func(x bind.Expr) bool {
		r.expr(x)
		return true
	})
}

func (r *reader) columns(all []*bind.Column) {
	for _, c := range all {
		r.column(c)
	}
}

func (r *reader) exprs(all []bind.Expr) {
	for _, x := range all {
		r.expr(x)
	}
}

// rel visits what decides on the rows of a relation.
func (r *reader) rel(rel bind.Rel) {
	if rel == nil || r.rels[rel] {
		return
	}
	r.rels[rel] = true
	switch rel := rel.(type) {
	case *bind.Scan:
		if rel.Table.Kind == bind.View {
			r.rel(rel.Table.Query)
		}
	case *bind.Filter:
		r.expr(rel.Condition)
	case *bind.Join:
		r.expr(rel.On)
	case *bind.Aggregation:
		r.columns(rel.Columns()[:min(rel.Keys, len(rel.Columns()))])
	case *bind.Distinct:
		r.columns(rel.Columns())
	case *bind.Sort:
		for _, k := range rel.Keys {
			r.expr(k.Expr)
		}
		r.ordered(rel.Keys)
	case *bind.Function:
		r.expr(rel.Call)
	case *bind.Unnest:
		r.exprs(rel.Args)
	case *bind.Match:
		r.exprs(rel.PartitionBy)
		r.exprs(rel.Define)
	}
	for _, in := range rel.Inputs() {
		r.rel(in)
	}
}

// noOrder refuses a key of a type without an order.
func (b *builder) noOrder(key bind.Expr) {
	if t := key.Type(); t.In(1<<types.Map|1<<types.Multiset|1<<types.Bitmap|1<<types.Variant) || t.Root == types.Null {
		b.refuse(CodeForm, b.within(key.Place()), "rows cannot be put in order by "+t.String(), "")
	}
}

// within is a place of the statement, or all of it for one that lies elsewhere.
func (b *builder) within(at ast.Loc) ast.Loc {
	if at.End <= at.Start || !b.whole.Contains(at) {
		return b.whole
	}
	return at
}

// ungenerated refuses a call without code.
func (b *builder) ungenerated(c *bind.Call) {
	rule, problem := CodeForm, noCode(c)
	if problem == "" {
		rule, problem = b.noAggregate(c)
	}
	if problem == "" {
		return
	}
	b.refuse(rule, b.within(c.Place()), problem, "")
}

// noCode says why a scalar call has no code, "" when it has.
func noCode(c *bind.Call) string {
	args := make([]types.Type, len(c.Args))
	for i, a := range c.Args {
		args[i] = a.Type()
	}
	any := func(f types.Family) bool {
		return slices.ContainsFunc(args, func(t types.Type) bool { return t.In(f) })
	}
	switch c.Name {
	case "=", "<>", "!=":
		if len(args) == 2 && any(types.Characters) && any(types.Numeric) {
			return fmt.Sprintf("%s cannot be applied to %s and %s", c.Name, args[0], args[1])
		}
	case "ITEM":
		if n, ok := integer(c.Args[1]); ok && args[0].Root == types.Array && n < 1 {
			return "the first element of an array has index 1"
		}
	case "||":
		if any(types.BinaryFamily) {
			return "|| has no code for " + args[0].String() + ", only for strings"
		}
	case "*":
		if any(types.Intervals) && any(types.Approximate|1<<types.Decimal) {
			return "an interval is multiplied by a whole number"
		}
	case "NULLIF":
		if len(args) == 2 && any(types.Characters) && any(types.Numeric) {
			return fmt.Sprintf("NULLIF cannot compare %s with %s", args[0], args[1])
		}
	case "JSON_VALUE", "JSON_QUERY", "JSON_EXISTS", "JSON_OBJECT", "JSON_ARRAY":
		return noJSONCode(c, args)
	case "CARDINALITY", "ELEMENT":
		if any(1 << types.Multiset) {
			return c.Name + " has no code for " + args[0].String()
		}
	case "GREATEST", "LEAST":
		if any(types.Constructed) || any(1<<types.Null) && any(types.Numeric) {
			return c.Name + " has no code for values without an order"
		}
	case "EXTRACT", "FLOOR", "CEIL", "CEILING", "TIMESTAMPADD", "TIMESTAMPDIFF", "YEAR", "QUARTER", "MONTH", "WEEK", "DAYOFYEAR", "DAYOFMONTH", "DAYOFWEEK":
		return noTimeCode(c, args)
	}
	return ""
}

// noJSONCode is noCode for functions of JSON.
func noJSONCode(c *bind.Call, args []types.Type) string {
	switch c.Name {
	case "JSON_VALUE":
		if t := c.Type(); t.Known() && !t.In(types.Characters|types.Booleans|1<<types.Integer|1<<types.Double) {
			return "JSON_VALUE returns STRING, BOOLEAN, INT or DOUBLE, not " + t.Nullable().String()
		}
	case "JSON_QUERY":
		if t := c.Type(); t.Known() && !t.In(types.Characters|1<<types.Array) {
			return "JSON_QUERY returns STRING or ARRAY<STRING>, not " + t.Nullable().String()
		}
	case "JSON_EXISTS":
		if _, literal := c.Args[1].(*bind.Literal); !literal || args[0].Known() && !args[0].In(types.Characters|1<<types.Null) {
			return "JSON_EXISTS looks for a literal path in a string"
		}
	default:
		for _, t := range args {
			if t.Root == types.Null || t.In(types.Intervals) {
				return c.Name + " cannot write a value of type " + t.String()
			}
		}
	}
	return ""
}

// noTimeCode is noCode for functions of units of time.
func noTimeCode(c *bind.Call, args []types.Type) string {
	unit, of := c.Name, args
	for i, t := range args {
		if l, ok := c.Args[i].(*bind.Literal); ok && t.Root == types.Symbol {
			unit, of = strings.ToUpper(l.Text), slices.Concat(args[:i], args[i+1:])
		}
	}
	switch c.Name {
	case "FLOOR", "CEIL", "CEILING":
		if len(of) < len(args) && slices.Contains([]string{"EPOCH", "DOW", "ISODOW", "DOY"}, unit) {
			return c.Name + " cannot round to " + unit
		}
	case "TIMESTAMPADD":
		if unit == "MICROSECOND" || unit == "NANOSECOND" {
			return "TIMESTAMPADD has no code for " + unit
		}
	case "TIMESTAMPDIFF":
		if len(of) != 2 || !of[0].Known() || !of[1].Known() {
			return ""
		}
		if (of[0].Root == types.TimestampLTZ) != (of[1].Root == types.TimestampLTZ) || of[0].Root == types.Time || of[1].Root == types.Time {
			return fmt.Sprintf("TIMESTAMPDIFF has no code for %s and %s", of[0], of[1])
		}
	default:
		within := []string{"HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND"}
		if len(of) == 1 && of[0].Root == types.Time && !slices.Contains(within, unit) {
			return "a TIME has no " + unit
		}
	}
	return ""
}

// noAggregate says why an aggregate or a function with OVER does not run.
func (b *builder) noAggregate(c *bind.Call) (diag.Rule, string) {
	switch c.Name {
	case "MAX", "MIN":
		if len(c.Args) == 1 && c.Args[0].Type().In(types.Constructed|types.BinaryFamily|types.Intervals|1<<types.Variant|1<<types.Bitmap) {
			return CodeForm, fmt.Sprintf("%s has no code for %s", c.Name, c.Args[0].Type())
		}
	case "COUNT":
		if c.Distinct && len(c.Args) > 1 {
			return CodeForm, "COUNT(DISTINCT …) takes one column"
		}
		if c.Distinct && !b.Batch {
			return CodeForm, distinctCount(c)
		}
	case "LAG", "LEAD":
		if b.Batch {
			break
		}
		if problem := offsetDefault(c); problem != "" {
			return CodeForm, problem
		}
	}
	if !b.Batch && batchOnly[c.Name] {
		return OverForm, c.Name + " runs in batch mode only"
	}
	return CodeForm, ""
}

// batchOnly are aggregates that the stream planner refuses.
var batchOnly = map[string]bool{"LEAD": true, "NTILE": true, "PERCENT_RANK": true, "CUME_DIST": true, "APPROX_COUNT_DISTINCT": true}

func distinctCount(c *bind.Call) string {
	if len(c.Args) == 1 && c.Args[0].Type().In(types.Constructed&^(1<<types.Array)) {
		return "COUNT(DISTINCT …) has no code for " + c.Args[0].Type().String()
	}
	return ""
}

// offsetDefault: the default of LAG has the type of its values.
func offsetDefault(c *bind.Call) string {
	if len(c.Args) != 3 {
		return ""
	}
	value, other := c.Args[0].Type(), c.Args[2].Type()
	if !value.Known() || !other.Known() || value.Root == other.Root || value.In(types.Characters) && other.In(types.Characters) {
		return ""
	}
	return fmt.Sprintf("the default of %s is %s, its values %s: cast it", c.Name, other, value)
}
