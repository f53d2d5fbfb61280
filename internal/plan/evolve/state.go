// The states that operators register, with the names and types that a savepoint has them under (measured on 1.20.3 and
// 2.2.1; the types are those of serializers, so that names of columns do not count).

package evolve

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// operatorState is the type of state that is not kept by key: lists that Flink hands out anew.
const operatorState = "OPERATOR"

// keep fills in the key and the states of a node.
func (b *builder) keep(n *Node, op *changelog.Operator) {
	s := &states{builder: b, node: n, op: op, ttl: b.ttl(op)}
	n.Unknown = n.Unknown || op.Kind == changelog.AsyncCalc // rows whose answers are still to come
	switch d := op.Detail.(type) {
	case *changelog.Scan:
		s.scan(d)
	case *changelog.Grouping:
		s.grouping(d)
	case *changelog.Joining:
		s.joining(d)
	case *changelog.MultiJoining:
		s.node.Unknown = true
	case *changelog.Ranking:
		s.ranking(d)
	case *changelog.Overs:
		s.over(d)
	case *changelog.Ordering:
		s.ordering(d)
	case *changelog.Normalizing:
		s.key(op.Inputs[0].Row, d.Keys)
		s.value("deduplicate-state", rowType(op.Inputs[0].Row))
	}
}

// ttl reports whether entries of an operator's state have a time to live.
func (b *builder) ttl(op *changelog.Operator) bool {
	switch op.Kind {
	case changelog.GroupAggregate, changelog.GlobalGroupAggregate, changelog.Join:
		if b.job.TTL {
			return true
		}
	case changelog.IntervalJoin, changelog.WindowJoin, changelog.TemporalJoin, changelog.WindowAggregate, changelog.GlobalWindowAggregate,
		changelog.GroupWindowAggregate, changelog.WindowRank, changelog.WindowDeduplicate, changelog.Match:
		return false // time ends it
	}
	value := strings.TrimSpace(b.job.Options["table.exec.state.ttl"])
	return value != "" && strings.Trim(value, "0 msindhour") != ""
}

// states collects those of one node.
type states struct {
	*builder
	node *Node
	op   *changelog.Operator
	ttl  bool
}

func (s *states) key(row []changelog.Field, columns []int) { s.node.Key = keyType(row, columns) }

func (s *states) add(name, kind string) {
	s.node.States = append(s.node.States, State{Name: name, Type: kind, TTL: s.ttl})
}

func (s *states) value(name, of string)  { s.add(name, "KEY_VALUE "+of+" VALUE") }
func (s *states) list(name, of string)   { s.add(name, "KEY_VALUE LIST<"+of+"> LIST") }
func (s *states) mapped(name, of string) { s.add(name, "KEY_VALUE MAP<"+of+"> MAP") }
func (s *states) operator(names ...string) {
	s.node.States = append(s.node.States, operatorStates(names...)...)
}

func (s *states) scan(d *changelog.Scan) {
	switch d.Options["connector"] {
	case "datagen", "faker":
		s.node.Place = Legacy
		for _, f := range d.Fields {
			if strings.EqualFold(d.Options["fields."+f.Name+".kind"], "sequence") {
				s.operator(f.Name + "-sequence-state")
			}
		}
	case "kafka", "upsert-kafka", "filesystem", "pulsar", "mongodb", "mysql-cdc", "postgres-cdc", "oracle-cdc", "sqlserver-cdc", "mongodb-cdc", "db2-cdc":
		s.operator("SourceReaderState")
	case "values", "jdbc", "socket", "hbase-1.4", "hbase-2.2":
		s.node.Place = Legacy
	default:
		s.node.Unknown = true
	}
}

func (s *states) joining(d *changelog.Joining) {
	if s.op.Kind == changelog.LookupJoin {
		s.lookup(d)
	}
	if len(s.op.Inputs) < 2 {
		return
	}
	left, right := s.op.Inputs[0].Row, s.op.Inputs[1].Row
	s.key(left, d.Left)
	switch s.op.Kind {
	case changelog.Join:
		s.side("left-records", s.op.Inputs[0], d.Left, d.Type != changelog.Inner && d.Type != changelog.Right)
		s.side("right-records", s.op.Inputs[1], d.Right, d.Type == changelog.Right || d.Type == changelog.Full)
	case changelog.IntervalJoin:
		for _, side := range []struct {
			name string
			row  []changelog.Field
		}{{"Left", left}, {"Right", right}} {
			s.mapped("IntervalJoin"+side.name+"Cache", "Long, LIST<Tuple<"+rowType(side.row)+", Boolean>>")
			s.value("IntervalJoin"+side.name+"TimerState", "Long")
		}
	case changelog.TemporalJoin:
		s.mapped("left", "Long, "+rowType(left))
		s.value("next-index", "Long")
		s.mapped("right", "Long, "+rowType(right))
		s.value("timer", "Long")
	case changelog.WindowJoin:
		s.key(left, slices.DeleteFunc(slices.Clone(d.Left), func(c int) bool { return left[c].Part != changelog.NoPart }))
		s.list("left-records", rowType(left))
		s.list("right-records", rowType(right))
	}
}

// lookup is what a lookup join keeps: nothing, or when it is asynchronous the rows whose answers are still to come
// (AsyncWaitOperator).
func (s *states) lookup(d *changelog.Joining) {
	table, _ := d.Looked()
	switch async := s.asks(table); {
	case async == "false":
	case async == "true" && !s.job.option("table.exec.async-lookup.key-ordered-enabled", false):
		s.node.Place = Yielding
		s.node.States = []State{{Name: "_async_wait_operator_state_", Type: operatorState + " LIST<" + rowType(s.op.Inputs[0].Row) + ">"}}
	default:
		s.node.Unknown = true
	}
}

// asks says whether a table is asked asynchronously, "true" or "false": the option that connectors have for it says so, or
// that the connector cannot. Otherwise it is the connector's choice, which is not known.
func (b *builder) asks(table *changelog.Scan) string {
	if table == nil {
		return ""
	}
	option, connector := strings.ToLower(table.Options["lookup.async"]), table.Options["connector"]
	switch {
	case option == "true" && b.job.Async != "true" && b.job.Async != "":
		return "" // a hint against it
	case option != "":
		return option
	case connector == "jdbc", connector == "hive", strings.HasPrefix(connector, "hbase-"):
		return "false"
	}
	return ""
}

// side is what a regular join keeps of an input: rows by their unique key, or counted. The side that must come out even
// alone has how many rows it met beside.
func (s *states) side(name string, in *changelog.Operator, key []int, outer bool) {
	row := rowType(in.Row)
	var unique changelog.Key
	for _, k := range in.UpsertKeys {
		if within(k, key) {
			if outer {
				s.value(name, "Tuple<"+row+", Int>")
			} else {
				s.value(name, row)
			}
			return
		}
		if unique == nil || len(k) < len(unique) {
			unique = k
		}
	}
	of := rowType(in.Row) + ", Int"
	switch {
	case unique != nil && outer:
		of = keyType(in.Row, unique) + ", Tuple<" + row + ", Int>"
	case unique != nil:
		of = keyType(in.Row, unique) + ", " + row
	case outer:
		of = row + ", Tuple<Int, Int>"
	}
	s.mapped(name, of)
}

func within(columns, key []int) bool {
	for _, c := range columns {
		if !slices.Contains(key, c) {
			return false
		}
	}
	return true
}

func (s *states) ranking(d *changelog.Ranking) {
	in := s.op.Inputs[0].Row
	s.key(in, d.Partition)
	switch s.op.Kind {
	case changelog.Match:
		s.mapped("eventQueuesStateName", "Long, LIST<"+rowType(in)+">")
		s.value("nfaStateName", "NFAState")
		s.mapped("sharedBuffer-entries-with-lockable-edges", "NodeId, LockableType")
		s.mapped("sharedBuffer-events", "EventId, LockableType<"+rowType(in)+">")
		s.mapped("sharedBuffer-events-count", "Long, Int")
	case changelog.Deduplicate:
		s.deduplicate(d)
	case changelog.WindowRank:
		s.mapped("window_rank", orderType(in, d.Order)+", LIST<"+rowType(in)+">")
		s.operator("watermark")
	case changelog.WindowDeduplicate:
		s.value("window_deduplicate", rowType(in))
		s.operator("watermark")
	case changelog.Rank:
		if s.job.Release >= token.V2_0 && deduplicates(s.op, d) { // the exec node chooses since then
			s.node.Name = string(changelog.Deduplicate)
			s.deduplicate(d)
			return
		}
		s.rank(in, d.Order, d.Strategy, d.From == 1 && d.To == 1)
	}
}

// deduplicates reports whether a ranking keeps the first or last row by time (RankUtil.canConvertToDeduplicate).
func deduplicates(op *changelog.Operator, d *changelog.Ranking) bool {
	in := op.Inputs[0]
	return d.Function == "ROW_NUMBER" && d.From == 1 && d.To == 1 && !d.Numbered && !takesBack(in) &&
		len(d.Order) == 1 && in.Row[d.Order[0].Column].Attribute != types.Regular
}

func (s *states) deduplicate(d *changelog.Ranking) {
	in := s.op.Inputs[0].Row
	last := len(d.Order) > 0 && d.Order[0].Descending
	rowtime := len(d.Order) > 0 && in[d.Order[0].Column].Attribute == types.Rowtime
	switch {
	case !last && !rowtime:
		s.value("deduplicate-state", "Boolean")
	case !last && s.job.Release >= token.V2_2:
		s.value("waiting-to-emit-on-timer", rowType(in))
		s.value("already-emitted-state-boolean", "Boolean")
	default:
		s.value("deduplicate-state", rowType(in))
	}
}

// rank is what the top rows of a partition are kept in.
func (s *states) rank(in []changelog.Field, order []changelog.Order, by changelog.Strategy, first bool) {
	row := rowType(in)
	switch {
	case by == changelog.Retract:
		s.mapped("data-state", orderType(in, order)+", LIST<"+row+">")
		s.value("sorted-map", "SortedMap<"+orderType(in, order)+">")
	case by == changelog.AppendFast && len(order) == 1 && in[order[0].Column].Attribute == types.Proctime:
		s.value("counterState", "Int")
	case first:
		s.value("Top1-Rank-State", row)
	case by == changelog.UpdateFast:
		s.mapped("data-state-with-update", "ROW, Tuple<"+row+", Int>")
	default:
		s.mapped("data-state-with-append", orderType(in, order)+", LIST<"+row+">")
	}
}

func (s *states) ordering(d *changelog.Ordering) {
	in := s.op.Inputs[0]
	s.key(in.Row, []int{})
	switch s.op.Kind {
	case changelog.SortLimit, changelog.Limit:
		by := changelog.AppendFast
		if takesBack(in) {
			by = changelog.Retract
		}
		s.rank(in.Row, d.Order, by, false)
	default:
		s.mapped("dataState", "Long, LIST<"+rowType(in.Row)+">")
	}
}

// rowType writes the types of a row as its serializer has them.
func rowType(row []changelog.Field) string {
	all := make([]string, len(row))
	for i, f := range row {
		all[i] = typeOf(f)
	}
	return "ROW(" + strings.Join(all, ", ") + ")"
}

func keyType(row []changelog.Field, columns []int) string {
	some := make([]changelog.Field, len(columns))
	for i, c := range columns {
		some[i] = row[c]
	}
	return rowType(some)
}

func orderType(row []changelog.Field, order []changelog.Order) string {
	columns := make([]int, len(order))
	for i, o := range order {
		columns[i] = o.Column
	}
	return keyType(row, columns)
}

func typeOf(f changelog.Field) string {
	switch f.Attribute {
	case types.Rowtime:
		return f.Type.String() + " *ROWTIME*"
	case types.Proctime:
		return "TIMESTAMP_LTZ(3) NOT NULL *PROCTIME*"
	}
	return f.Type.String()
}
