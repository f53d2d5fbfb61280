// Demands of single operators on time and form.

package changelog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

const timeLost = "a column is a time attribute as long as it is only renamed: behind GROUP BY, arithmetic, a cast or a regular join it is an ordinary one"

// ordinary reports whether a column is known to be no time attribute.
func (b *builder) ordinary(op *Operator, column int) bool {
	return !b.Batch && column >= 0 && column < len(op.Row) && op.Row[column].Attribute == types.Regular && op.Row[column].Type.Known() && !vague(op)
}

// vague reports whether there is something below of which AutoStream does not know the columns.
func vague(op *Operator) bool {
	found := false
	op.Walk(func(o *Operator) bool {
		if s, ok := o.Detail.(*Scan); ok && s.Table.Open {
			found = true
		}
		found = found || o.Kind == Unknown || o.Kind == ProcessTableFunction && o.Detail == nil
		return !found
	})
	return found
}

// checkWindow checks a window table function that was asked for.
func (b *builder) checkWindow(op *Operator) {
	w := op.Detail.(*Window)
	in := op.input()
	if b.ordinary(in, w.Time) {
		b.refuse(WindowTime, b.place(op), "a window needs a time attribute, column "+columnText(in.Row[w.Time]), timeLost+"; window_time of a window before it is one")
	}
	b.checkSizes(op, w)
}

// checkRank: of the rankings, Flink runs ROW_NUMBER only, unless it is over a window.
func (b *builder) checkRank(op *Operator, r *Ranking) {
	if !b.Batch && r.To == 0 && !r.Open {
		b.refuse(RankForm, b.call(r.Call, op), "the number of rows has no upper bound", "add one to the condition: top-N needs an N")
		return
	}
	if !b.Batch && r.Function != "ROW_NUMBER" {
		b.refuse(RankForm, b.call(r.Call, op), r.Function+" cannot be limited over a stream", "number the rows with ROW_NUMBER")
	}
}

func (b *builder) call(c *bind.Call, op *Operator) ast.Loc {
	if c != nil {
		if at := c.Place(); at.End > at.Start && b.whole.Contains(at) {
			return at
		}
	}
	return b.place(op)
}

func (b *builder) checkOver(op *Operator, d *Overs) {
	if b.Batch {
		return
	}
	at := b.call(d.Calls[0].Call, op)
	if d.Groups > 1 {
		b.refuse(OverForm, b.call(d.Calls[len(d.Calls)-1].Call, op), "all OVER of one SELECT need the same window", "compute the others in a query of their own, over this one")
		return
	}
	for _, c := range d.Calls {
		if b.checkFrame(c.Call, op) {
			return
		}
		if f := c.Call.Over.Frame; f != nil && (f.From.Direction == token.FOLLOWING || f.To != nil && f.To.Direction == token.FOLLOWING) {
			b.refuse(OverForm, b.call(c.Call, op), "OVER over a stream cannot look at rows that follow", "")
			return
		}
	}
	if len(d.Order) == 0 {
		if b.Release < token.V2_1 && !vague(op) || d.Calls[0].Call.Over != nil && len(d.Calls[0].Call.Over.OrderBy) == 0 {
			b.refuse(OverForm, at, "OVER needs an ORDER BY", "order by a time attribute")
		}
		return
	}
	first := d.Order[0]
	switch {
	case len(d.Calls[0].Call.Over.OrderBy) > 1:
		b.refuse(OverForm, at, "OVER over a stream is ordered by one column", "")
	case bounded(d.Calls[0].Call) && b.ordinary(op.input(), first.Column):
		b.refuse(OverForm, at, "a frame of a number of rows or a span needs a time attribute to order by, column "+columnText(op.Row[first.Column]), "")
	case first.Descending && (b.Release < token.V2_1 || op.Row[first.Column].Attribute != types.Regular || !vague(op)):
		b.refuse(OverForm, at, "OVER over a stream goes in ascending order", "")
	case b.Release < token.V2_1 && b.ordinary(op.input(), first.Column):
		b.refuse(OverForm, at, "Flink "+b.Release.String()+" orders OVER by a time attribute, column "+columnText(op.Row[first.Column]), "Flink 2.1 and later take any column")
	case b.Release == token.V2_1 && byRows(d.Calls[0].Call) && b.ordinary(op.input(), first.Column):
		b.refuse(OverForm, at, "Flink 2.1 counts rows along a time attribute only, column "+columnText(op.Row[first.Column]), "Flink 2.2 and later take any column")
	}
}

// checkFrame refuses a frame that does not end with the row itself, or that is measured in months.
func (b *builder) checkFrame(c *bind.Call, op *Operator) bool {
	f := c.Over.Frame
	if f == nil || b.Batch {
		return false
	}
	interval, _ := f.From.Expr.(*ast.Interval)
	switch {
	case f.To != nil && f.To.Direction == token.PRECEDING, f.From.Direction == token.CURRENT:
		b.refuse(OverForm, b.call(c, op), "a frame over a stream begins before the row and ends with it", "write BETWEEN … PRECEDING AND CURRENT ROW")
	case interval != nil && b.Release >= token.V2_0 && (interval.Unit.From == token.YEAR || interval.Unit.From == token.MONTH):
		b.refuse(OverForm, b.call(c, op), "the span of a frame is an interval of days or less", "")
	default:
		return false
	}
	return true
}

// bounded reports whether a frame begins at a number of rows or a span before the row.
func bounded(c *bind.Call) bool { return c.Over.Frame != nil && c.Over.Frame.From.Expr != nil }

// byRows reports whether the frame of a call is counted in rows, as that of rankings always is.
func byRows(c *bind.Call) bool {
	return c.Kind == catalog.Ranking || c.Over.Frame != nil && c.Over.Frame.Unit == token.ROWS
}

func (b *builder) checkSort(op *Operator, d *Ordering) {
	first := d.Order[0]
	if vague(op) || !op.Row[first.Column].Type.Known() {
		return
	}
	what := "no time attribute"
	if op.Row[first.Column].Attribute != types.Regular {
		what = "in descending order"
	}
	b.refuse(SortTime, b.place(op), fmt.Sprintf("ORDER BY %s without LIMIT is %s", op.Row[first.Column].Name, what),
		"order along a time attribute, ascending, or add a LIMIT: the first N rows can be kept up to date")
}

// checkLimit: what is left out cannot be known without an end.
func (b *builder) checkLimit(op *Operator, d *Ordering) {
	if d.Offset && !d.Limit && !b.Batch {
		b.refuse(SortTime, b.place(op), "OFFSET over a stream needs a LIMIT", "")
	}
	if d.Offset && !d.Limit && b.Batch && len(d.Order) > 0 {
		b.refuse(SortTime, b.place(op), "OFFSET behind ORDER BY needs a LIMIT", "")
	}
}

// checkEmit: windows of table functions are emitted once.
func (b *builder) checkEmit(op *Operator) {
	for _, key := range []string{"table.exec.emit.early-fire.enabled", "table.exec.emit.late-fire.enabled"} {
		if b.on(key) {
			b.refuse(WindowForm, b.place(op), "a window table function has no early and late results, "+key+" is true", "switch the option off, or group by TUMBLE(…) as before window table functions")
			return
		}
	}
}

// checkConflict: ON CONFLICT is for sinks that overwrite; to fail or to keep the first row, it waits for watermarks.
func (b *builder) checkConflict(op *Operator, t *Target, mode connector.Changes) {
	if t.Conflict == NoConflict || !t.Sink.Known {
		return
	}
	name := t.Insert.Table.Path.Name
	switch {
	case mode == connector.Append:
		b.refuse(ConflictForm, b.place(op), "ON CONFLICT is for sinks that overwrite, "+name+" only appends", "")
		return
	case mode.Has(connector.UpdateBefore):
		b.refuse(ConflictForm, b.place(op), "ON CONFLICT is for sinks that overwrite, "+name+" takes updates with the row before", "")
		return
	case t.Conflict == DoDeduplicate:
		return
	}
	op.Walk(func(o *Operator) bool {
		if s, ok := o.Detail.(*Scan); ok && s.Table.Watermark == nil && !s.Table.Open {
			b.refuse(ConflictForm, b.place(o, op), "ON CONFLICT DO ERROR and DO NOTHING need a watermark on every source, "+s.Table.Path.Name+" has none", "declare a WATERMARK, or write ON CONFLICT DO DEDUPLICATE")
			return false
		}
		return true
	})
}

func (b *builder) checkMatch(op *Operator) {
	r := op.Detail.(*Ranking)
	if b.Batch || len(r.Order) == 0 {
		if !b.Batch && !vague(op) {
			b.refuse(MatchForm, b.place(op), "MATCH_RECOGNIZE needs ORDER BY a time attribute", "")
		}
		return
	}
	first := r.Order[0]
	switch {
	case b.ordinary(op.input(), first.Column):
		b.refuse(MatchForm, b.place(op), "MATCH_RECOGNIZE goes along a time attribute, column "+columnText(op.input().Row[first.Column]), "put a time attribute first in ORDER BY")
	case first.Descending:
		b.refuse(MatchForm, b.place(op), "MATCH_RECOGNIZE goes along time in ascending order", "")
	}
}

// checkPattern checks the clauses of MATCH_RECOGNIZE that Flink parses and does not run.
func (b *builder) checkPattern(rel *bind.Match) {
	s := rel.Syntax
	if s.Rows == token.ALL {
		b.refuse(MatchForm, rel.Place(), "ALL ROWS PER MATCH does not run on Flink", "write ONE ROW PER MATCH")
	}
	b.checkPatternForm(rel)
	if last := lastItem(s.Pattern); last != nil && greedy(last) {
		b.refuse(MatchForm, last.Place(), "a greedy quantifier cannot end the pattern", "end it with a variable that takes one row, or make the quantifier reluctant: *?")
	}
	check := func(e bind.Expr) {
		bind.Walk(e, func(x bind.Expr) bool {
			if c, ok := x.(*bind.Call); ok && (c.Name == "PREV" || c.Name == "NEXT") {
				b.refuse(MatchForm, c.Place(), c.Name+" does not run on Flink", "compare with LAST(variable.column, n) instead")
			}
			return true
		})
	}
	for _, d := range rel.Define {
		check(d)
	}
	for _, c := range rel.Columns() {
		check(c.Value)
	}
}

func lastItem(p ast.Pattern) ast.Pattern {
	for {
		switch q := p.(type) {
		case *ast.PatternSeq:
			if len(q.Items) == 0 {
				return nil
			}
			p = q.Items[len(q.Items)-1]
		case *ast.PatternGroup:
			if len(q.Items) == 0 {
				return nil
			}
			p = q.Items[len(q.Items)-1]
		default:
			return p
		}
	}
}

// checkDelta: a delta join, since 2.1, looks rows up in indexes of its tables, which none of the known connectors has.
func (b *builder) checkDelta(op *Operator) {
	strategy := b.settings["table.optimizer.delta-join.strategy"]
	if b.Batch || b.Release < token.V2_1 || !strings.EqualFold(strategy, "FORCE") || vague(op) {
		return
	}
	known := true
	op.Walk(func(o *Operator) bool {
		if s, ok := o.Detail.(*Scan); ok && !s.Source.Known {
			known = false
		}
		return known
	})
	if known {
		b.refuse(DeltaForm, b.place(op), "this join cannot be a delta join, which table.optimizer.delta-join.strategy demands", "set the option to AUTO, or read tables of a connector with indexes")
	}
}

func (b *builder) checkWindowJoin(op *Operator, j *Joining) {
	if left := op.Inputs[0].Row; slices.ContainsFunc(j.Left, func(c int) bool { return left[c].Part == Start && left[c].Window.Attribute == types.Proctime }) {
		b.refuse(WindowTime, b.place(op), "windows of processing time cannot be joined", "use windows over a rowtime attribute")
	}
}

func (b *builder) checkInterval(op *Operator, j *Joining) {
	l, r := op.Inputs[0].Row[j.Bounds[0]], op.Inputs[1].Row[j.Bounds[1]]
	isRowtime := func(f Field) bool { return f.Attribute == types.Rowtime }
	if l.Attribute == types.Proctime && (slices.ContainsFunc(op.Inputs[0].Row, isRowtime) || slices.ContainsFunc(op.Inputs[1].Row, isRowtime)) {
		b.refuse(WindowTime, b.place(op), "an interval join by processing time passes on no rowtime attribute", "leave the rowtime columns out of the query, or cast them to TIMESTAMP before the join")
	}
	if l.Attribute == types.Rowtime && l.Type.Root != r.Type.Root && l.Type.Known() && r.Type.Known() {
		b.refuse(WindowTime, b.place(op), "the times of an interval join have one type, these are "+l.Type.String()+" and "+r.Type.String(), "")
	}
}

func (b *builder) checkLookup(op *Operator, j *Joining) {
	switch {
	case j.Type == Right || j.Type == Full:
		b.refuse(LookupForm, b.place(op), "a lookup join is inner or left, not "+j.Type.String(), "")
	case !equalKey(op, j) && !comparesKey(op, j):
		b.refuse(LookupForm, b.place(op), "a lookup join compares a column of "+j.Table.Table.Path.Name+" for equality", "")
	}
}

// equalKey reports whether a column of the right side is compared as it is: one that has to be cast first is no key.
func equalKey(op *Operator, j *Joining) bool {
	for i, r := range j.Right {
		left, right := op.Inputs[0].Row[j.Left[i]].Type, op.Inputs[1].Row[r].Type
		if uncast(right, left) {
			return true
		}
	}
	return false
}

// uncast reports whether a column can be compared with a value of another type without a cast of the column.
func uncast(column, value types.Type) bool {
	common, ok := types.Common(column, value)
	return !ok || !column.Known() || !value.Known() || sameKey(column, common)
}

// comparesKey reports whether a column of the right side is compared with an expression over the left one.
func comparesKey(op *Operator, j *Joining) bool {
	width := op.width()
	for _, c := range j.Conditions {
		if c.Compare == nil || c.Compare.Op != "=" {
			continue
		}
		l, r := c.Compare.Left, c.Compare.Right
		if l.Input >= width && leftOnly(r, width) && uncast(l.Type, r.Type) || r.Input >= width && leftOnly(l, width) && uncast(r.Type, l.Type) {
			return true
		}
	}
	return false
}

func leftOnly(v Value, width int) bool {
	left, right := sides(v.Uses, width)
	return left && !right
}

func (b *builder) checkTemporal(op *Operator, j *Joining, time types.Attribute, scan *Scan) {
	if b.Batch || vague(op) || scan != nil && !scan.Source.Known {
		return
	}
	right := op.Inputs[1]
	at := b.place(op)
	switch {
	case j.Type == Right || j.Type == Full:
		b.refuse(TemporalTime, at, "a join with a table as of a time is inner or left, not "+j.Type.String(), "")
	case time == types.Proctime && scan == nil:
		b.refuse(TemporalTime, at, "by processing time, only a table can be joined as of a time, no query", "")
	case time == types.Proctime:
		b.refuse(TemporalTime, at, "by processing time, "+scan.Table.Path.Name+" cannot be joined: its connector "+connectorOf(scan)+" answers for no single rows", "join by event time, FOR SYSTEM_TIME AS OF a rowtime column, or use a connector that looks rows up, such as JDBC")
	case time == types.Regular:
		b.refuse(TemporalTime, at, "FOR SYSTEM_TIME AS OF takes a time attribute of the left side", timeLost)
	default:
		b.checkVersions(op, j, right)
	}
}

func (b *builder) checkVersions(op *Operator, j *Joining, right *Operator) {
	at := b.place(op)
	keys := uniqueKeys(right)
	rowtime, version := false, types.Type{}
	for _, f := range right.Row {
		if f.Attribute == types.Rowtime {
			rowtime, version = true, f.Type
		}
	}
	time := j.Time.Type
	switch {
	case len(j.Left) == 0:
		b.refuse(TemporalKey, at, "a temporal join compares the key of the versioned table for equality", "")
	case len(keys) == 0:
		b.refuse(TemporalKey, at, "the right side of a temporal join needs a primary key", "declare PRIMARY KEY (…) NOT ENFORCED, or make a view of the last row per key with ROW_NUMBER")
	case !rowtime:
		b.refuse(TemporalKey, at, "the right side of a temporal join by event time needs a rowtime attribute", "declare a WATERMARK on it")
	case time.Known() && version.Known() && time.Root != version.Root:
		b.refuse(TemporalTime, at, "the times of a temporal join have one type, these are "+time.Nullable().String()+" and "+version.Nullable().String(), "cast one of them where it is declared")
	case !within(keys, j.Right):
		b.refuse(TemporalKey, at, "a temporal join compares the whole primary key of the versioned table", "")
	case !within(originals(right, keys), uncastKeys(op, j)):
		b.refuse(TemporalKey, at, "a temporal join compares the primary key as it is: here it is cast to the type of the left side", "cast the left side to the type of the key")
	}
}

// originals leaves out the keys of columns that stand beside the ones that they were cast from: of the two Flink looks at the
// latter.
func originals(right *Operator, keys []Key) []Key {
	p, ok := right.Detail.(*Program)
	if !ok {
		return keys
	}
	return slices.DeleteFunc(slices.Clone(keys), func(k Key) bool {
		return slices.ContainsFunc(k, func(column int) bool {
			v := p.Values[column]
			return v.Cast && slices.ContainsFunc(p.Values, func(o Value) bool { return o.Input == v.Input && !o.Cast })
		})
	})
}

// uncastKeys are the columns of the right side that are compared without a cast.
func uncastKeys(op *Operator, j *Joining) []int {
	width := op.width()
	var columns []int
	for _, c := range j.Conditions {
		if c.Compare == nil || c.Compare.Op != "=" {
			continue
		}
		l, r := c.Compare.Left, c.Compare.Right
		if l.Input >= width {
			l, r = r, l
		}
		if common, ok := types.Common(l.Type, r.Type); r.Input >= width && (!ok || !l.Type.Known() || !r.Type.Known() || types.Same(common, r.Type)) && !r.Cast {
			columns = append(columns, r.Input-width)
		}
	}
	return columns
}

func connectorOf(s *Scan) string { return s.Options["connector"] }

// manyRowtimes: one rowtime attribute at most goes to a sink.
func (b *builder) manyRowtimes(op *Operator) {
	var times []string
	for _, f := range op.Row {
		if f.Attribute == types.Rowtime {
			times = append(times, f.Name)
		}
	}
	if len(times) > 1 && !b.Batch {
		b.refuse(ManyRowtimes, b.place(op), "more than one rowtime attribute goes to the sink: "+strings.Join(times, ", "), "cast all but one: CAST("+times[1]+" AS TIMESTAMP(3))")
	}
}

// greedy reports whether a pattern ends in a quantifier that takes as many rows as it can; ? and {n} do not count.
func greedy(p ast.Pattern) bool {
	r, ok := p.(*ast.PatternRepeat)
	return ok && !r.Reluctant && (r.Quantity == "*" || r.Quantity == "+" || strings.Contains(r.Quantity, ","))
}
