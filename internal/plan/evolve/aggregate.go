// States of aggregations: accumulators, and the values that DISTINCT has seen.

package evolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (s *states) grouping(g *changelog.Grouping) {
	if s.op.Kind == changelog.Expand || s.op.Kind == changelog.LocalGroupAggregate || s.op.Kind == changelog.LocalWindowAggregate {
		return
	}
	in := s.op.Inputs[0]
	s.key(in.Row, g.Keys)
	retract := s.retracted(in)
	switch s.op.Kind {
	case changelog.GroupAggregate, changelog.GlobalGroupAggregate:
		if s.splits(g) {
			s.final(g, retract)
			return
		}
		accumulators := s.accumulators(g.Calls, retract, retract)
		s.value("accState", rowText(append(accumulators, s.distinct(g.Calls)...)))
		if retract {
			s.views(g.Calls)
		}
	case changelog.IncrementalAggregate:
		s.distinct(g.Calls)
	case changelog.GroupWindowAggregate:
		s.legacy(g, retract)
	case changelog.WindowAggregate, changelog.GlobalWindowAggregate:
		// Slices of a hopping window overlap: rows are counted to know when one is empty.
		hop := g.Window != nil && strings.EqualFold(g.Window.Name, "HOP")
		s.value("window-aggs", rowText(append(s.accumulators(g.Calls, retract, hop || retract), s.distinct(g.Calls)...)))
		if g.Window != nil && strings.EqualFold(g.Window.Name, "SESSION") {
			s.mapped("session-window-mapping", ", ")
		}
		s.operator("watermark")
	}
}

// retracted reports whether an aggregation has to take rows back. Of two phases the first one knows.
func (s *states) retracted(in *changelog.Operator) bool {
	for in.Kind == changelog.Exchange || in.Kind == changelog.LocalGroupAggregate {
		in = in.Inputs[0]
	}
	return takesBack(in)
}

func (s *states) legacy(g *changelog.Grouping, retract bool) {
	accumulators := s.accumulators(g.Calls, retract, retract)
	s.value("window-aggs", rowText(accumulators))
	if g.Window != nil && strings.EqualFold(g.Window.Name, "SESSION") {
		s.mapped("session-window-mapping", ", ")
	}
	if !g.Updates {
		return
	}
	for _, f := range s.op.Row[len(g.Keys)+len(g.Calls):] {
		accumulators = append(accumulators, typeOf(f))
	}
	s.value("previous-aggs", rowText(accumulators))
	if delay := s.job.Options["table.exec.emit.early-fire.delay"]; delay != "" {
		s.add("processingTime-every-"+delay, "KEY_VALUE Long REDUCING")
	}
}

func rowText(all []string) string { return "ROW(" + strings.Join(all, ", ") + ")" }

// accumulators are the fields of the accumulators of calls, in their order; equal calls share one. counted adds COUNT(*)
// where no call is one: by it an aggregation knows when its last row was taken back.
func (s *states) accumulators(calls []changelog.Aggregate, retract, counted bool) []string {
	all, seen := []string{}, []string{}
	for _, c := range calls {
		text := s.digests.text(c.Call) + s.digests.calls([]changelog.Aggregate{c})
		if slices.Contains(seen, text) {
			continue
		}
		seen = append(seen, text)
		counted = counted && !countsRows(c)
		all = append(all, s.digests.accumulator(c, retract)...)
	}
	if counted {
		all = append(all, "BIGINT")
	}
	return all
}

func countsRows(c changelog.Aggregate) bool {
	return c.Call.Name == "COUNT" && len(c.Call.Args) == 0 && c.Call.Filter == nil
}

// accumulator is that of one call. One of a function that is not described has the function and its arguments for a type:
// another function has another type.
func (d *digests) accumulator(c changelog.Aggregate, retract bool) []string {
	var arg types.Type
	if len(c.Call.Args) > 0 {
		arg = c.Call.Args[0].Type().Nullable()
	}
	switch c.Call.Name {
	case "COUNT":
		return []string{"BIGINT"}
	case "SUM", "$SUM0":
		sum := []string{c.Call.Type().Nullable().String()}
		if retract {
			sum = append(sum, "BIGINT")
		}
		return sum
	case "AVG":
		return []string{sumOf(arg), "BIGINT"}
	case "MIN", "MAX":
		if retract {
			return []string{"RAW(" + c.Call.Name + " " + arg.String() + ")"}
		}
		return []string{arg.String()}
	}
	text := c.Call.Name + "<"
	if class, ok := d.functions[fold(c.Call.Name)]; ok {
		text = userFunction + class + " "
	} else if c.Call.Kind == catalog.UnknownKind {
		text = userFunction + c.Call.Name + " "
	}
	for _, a := range c.Call.Args {
		text += a.Type().Nullable().String() + " "
	}
	return []string{text + strconv.FormatBool(retract) + ">"}
}

// sumOf is the type in which AVG adds up.
func sumOf(t types.Type) string {
	switch t.Root {
	case types.Float, types.Double:
		return "DOUBLE"
	case types.Decimal:
		return types.DecimalOf(38, int(t.Scale)).String()
	}
	return "BIGINT"
}

// distinct is the values that calls with DISTINCT have seen: one map for each set of arguments, which takes a place behind
// the accumulators as well.
func (s *states) distinct(calls []changelog.Aggregate) (places []string) {
	var seen []string
	for _, c := range calls {
		if !c.Call.Distinct || len(c.Call.Args) == 0 {
			continue
		}
		arguments := s.digests.list(c.Call.Args)
		if slices.Contains(seen, arguments) {
			continue
		}
		name := "distinctAcc_" + strconv.Itoa(len(seen))
		seen = append(seen, arguments)
		s.mapped(name, "External<"+c.Call.Args[0].Type().Nullable().String()+">, External<BIGINT NOT NULL>")
		s.value(name+"_null_state", "External<BIGINT NOT NULL>")
		places = append(places, mapView)
	}
	return places
}

// views are the values that MIN and MAX have to remember where rows are taken back: a map for each, by the number of the call.
func (s *states) views(calls []changelog.Aggregate) {
	var seen []string
	for _, c := range calls {
		text := s.digests.text(c.Call)
		if slices.Contains(seen, text) {
			continue
		}
		if c.Call.Name == "MIN" || c.Call.Name == "MAX" {
			s.mapped("agg"+strconv.Itoa(len(seen))+"$map", "External<"+c.Call.Args[0].Type().Nullable().String()+">, External<BIGINT>")
		}
		seen = append(seen, text)
	}
}

// mapView is how a map that is kept as a state of its own stands in an accumulator.
const mapView = "RAW('org.apache.flink.table.api.dataview.MapView', '...')"

// over is what OVER keeps: accumulators, and as its frame needs the rows in it.
func (s *states) over(d *changelog.Overs) {
	in := s.op.Inputs[0].Row
	s.key(in, d.Partition)
	var frame *ast.Frame
	if len(d.Calls) > 0 && d.Calls[0].Call.Over != nil {
		frame = d.Calls[0].Call.Over.Frame
	}
	bounded := frame != nil && frame.From.Expr != nil
	rows := frame != nil && frame.Unit == token.ROWS
	s.value("accState", rowText(s.accumulators(d.Calls, bounded, false)))
	time := types.Regular
	if len(d.Order) > 0 {
		time = in[d.Order[0].Column].Attribute
	}
	input := func() { s.mapped("inputState", "Long, LIST<"+rowType(in)+">") }
	switch {
	case time == types.Regular:
		s.node.Unknown = true
	case !bounded && time == types.Proctime:
	case !bounded:
		input()
	case rows && time == types.Proctime:
		input()
		s.value("processedCountState", "Long")
		s.value("smallestTSState", "Long")
	case rows:
		input()
		s.value("lastTriggeringTsState", "Long")
		s.value("processedCountState", "Long")
	case time == types.Proctime:
		input()
		s.value("cleanupTsState", "Long")
	default:
		input()
		s.value("lastTriggeringTsState", "Long")
		s.value("cleanupTsState", "Long")
	}
}

// takesBack reports whether an operator emits more than new rows.
func takesBack(op *changelog.Operator) bool { return op.Changes&^connector.Insert != 0 }
