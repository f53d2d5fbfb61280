// The operators of a plan.

package changelog

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/types"
)

// Kind is the type of an operator, named as Flink names its physical nodes, without the StreamPhysical in front.
type Kind string

// The kinds of operators.
const (
	TableSourceScan       Kind = "TableSourceScan"
	Values                Kind = "Values"
	WatermarkAssigner     Kind = "WatermarkAssigner"
	MiniBatchAssigner     Kind = "MiniBatchAssigner"
	ChangelogNormalize    Kind = "ChangelogNormalize"
	DropUpdateBefore      Kind = "DropUpdateBefore"
	Calc                  Kind = "Calc"
	AsyncCalc             Kind = "AsyncCalc"
	Correlate             Kind = "Correlate"
	Exchange              Kind = "Exchange"
	Expand                Kind = "Expand"
	GroupAggregate        Kind = "GroupAggregate"
	LocalGroupAggregate   Kind = "LocalGroupAggregate"
	GlobalGroupAggregate  Kind = "GlobalGroupAggregate"
	IncrementalAggregate  Kind = "IncrementalGroupAggregate"
	GroupWindowAggregate  Kind = "GroupWindowAggregate"
	WindowTableFunction   Kind = "WindowTableFunction"
	WindowAggregate       Kind = "WindowAggregate"
	LocalWindowAggregate  Kind = "LocalWindowAggregate"
	GlobalWindowAggregate Kind = "GlobalWindowAggregate"
	WindowJoin            Kind = "WindowJoin"
	WindowRank            Kind = "WindowRank"
	WindowDeduplicate     Kind = "WindowDeduplicate"
	OverAggregate         Kind = "OverAggregate"
	Join                  Kind = "Join"
	MultiJoin             Kind = "MultiJoin"
	IntervalJoin          Kind = "IntervalJoin"
	TemporalJoin          Kind = "TemporalJoin"
	LookupJoin            Kind = "LookupJoin"
	Rank                  Kind = "Rank"
	Deduplicate           Kind = "Deduplicate"
	Limit                 Kind = "Limit"
	SortLimit             Kind = "SortLimit"
	TemporalSort          Kind = "TemporalSort"
	Sort                  Kind = "Sort"
	Union                 Kind = "Union"
	Match                 Kind = "Match"
	ProcessTableFunction  Kind = "ProcessTableFunction"
	MLPredict             Kind = "MLPredictTableFunction"
	VectorSearch          Kind = "VectorSearchTableFunction"
	Sink                  Kind = "Sink"
	Unknown               Kind = "Unknown" // what could not be bound, or is not known to AutoStream
)

// Operator is a node of a plan. Columns are numbered from 0 in the row of an operator; numbers in a detail are those of
// the input, or of both inputs of a join one behind the other.
type Operator struct {
	Kind    Kind
	Inputs  []*Operator
	Row     []Field
	At      ast.Loc           // where the text asks for it; empty for what the planner adds
	Detail  Detail            // of the kinds that have one
	Changes connector.Changes // what it emits, once the planner has dropped what nobody reads; empty for a sink
	// UpsertKeys are the sets of columns by which every change finds the row that it is about. Each is in order.
	UpsertKeys []Key
	State      State

	kinds  kinds
	update update
	delete deletion
}

// Field is one column of a row.
type Field struct {
	Name      string
	Type      types.Type
	Attribute types.Attribute
	Window    *Window // of a window_start, window_end or window_time
	Part      Part    // which of the three
}

// Part says which bound of a window a column is.
type Part uint8

// The parts.
const (
	NoPart Part = iota
	Start
	End
	Time
)

// Detail is what only some kinds have. The implementations are:
//
//	*Scan  *Watermark  *Program  *Grouping  *Window  *Joining  *MultiJoining  *Ranking  *Ordering  *Overs  *Distribution  *Normalizing  *Process  *Target
type Detail interface{ detail() }

// Scan is the detail of TableSourceScan.
type Scan struct {
	Table    *bind.Table
	Options  map[string]string // of the table, with those of a hint
	Fields   []*bind.TableField
	Source   connector.Source // what the connector does
	Lookup   bool             // the right side of a LookupJoin: never scanned
	Snapshot bool             // the right side of a temporal join by event time
	// Partitions are conditions on columns of the partition, which the source answers by reading fewer of them. Columns in
	// them have the numbers of the whole table.
	Partitions []Value
}

// answers reports whether a join by processing time asks the table key by key. One whose connector is not known has to:
// Flink has no other join by processing time with a table as of then.
func (s *Scan) answers() bool { return s.Source.Lookup || !s.Source.Known }

// Watermark is the detail of WatermarkAssigner.
type Watermark struct{ Column int }

// Program is the detail of Calc and AsyncCalc.
type Program struct {
	Values     []Value
	Conditions []Value
}

// Grouping is the detail of the aggregates.
type Grouping struct {
	Keys    []int
	Calls   []Aggregate
	Sets    int     // how many grouping sets; 0 for one set of all keys
	Window  *Window // of a window aggregate
	Updates bool    // a window aggregate with early or late firing
	Partial bool    // the first of two aggregations that split a DISTINCT
	Time    int     // column of the time attribute, of a window aggregate over the input of its window
}

// Aggregate is one call of an aggregate function.
type Aggregate struct {
	Call   *bind.Call
	Args   []int
	Filter int // column of the condition, -1 without
}

// Window is the detail of WindowTableFunction, and what windowed operators know of it.
type Window struct {
	Name        string // TUMBLE, HOP, CUMULATE or SESSION
	Time        int    // column of the input
	Attribute   types.Attribute
	PartitionBy []int
	Args        []bind.Expr
	Op          *Operator // the window table function
}

// Joining is the detail of the joins and of Correlate.
type Joining struct {
	Type       JoinType
	Left       []int // equal columns: Left[i] of the left input is Right[i] of the right one
	Right      []int
	Conditions []Value // all of them, over the columns of both inputs
	Semi       bool    // written as IN, EXISTS or a set operation
	Function   *bind.Call
	Time       Value    // FOR SYSTEM_TIME AS OF, over the left input
	Snapshot   bool     // the right side is a table as of a time
	Bounds     *[2]int  // the time columns of an interval join: left, right
	Windows    []int    // windowed columns that are equal, of a window join
	Rel        bind.Rel // as bound
	Table      *Scan    // of a lookup join

	removable bool // a side that nobody reads is left out

	comma    bool  // written without ON: the condition above it is that of the join
	lookedUp []int // the primary key of that table, in the row of the right side
}

// Looked returns the table of a lookup join.
func (j *Joining) Looked() (*Scan, bool) { return j.Table, j.Table != nil }

// JoinType is the type of a join.
type JoinType uint8

// The types of joins.
const (
	Inner JoinType = iota
	Left
	Right
	Full
	Semi
	Anti
)

// String is the type as people write it.
func (t JoinType) String() string {
	return [...]string{"inner", "left", "right", "full", "semi", "anti"}[t]
}

// Ranking is the detail of Rank, WindowRank and WindowDeduplicate.
type Ranking struct {
	Function  string // ROW_NUMBER, RANK or DENSE_RANK
	Partition []int
	Order     []Order
	From, To  int64 // from 1; To is 0 when there is no constant
	Open      bool  // the end is a column
	Numbered  bool  // the number is the last column of the row
	Call      *bind.Call
	Strategy  Strategy
	Pattern   string // MATCH_RECOGNIZE as written
}

// Strategy says what a Rank keeps to answer changes of its input.
type Strategy uint8

// The strategies.
const (
	AppendFast Strategy = iota
	Retract
	UpdateFast
)

// Order is one column of an order.
type Order struct {
	Column     int
	Descending bool
}

// Ordering is the detail of Limit, SortLimit, TemporalSort and Sort.
type Ordering struct {
	Order  []Order
	Limit  bool
	Offset bool
}

// Overs is the detail of OverAggregate: the calls, whose values are the last columns of the row.
type Overs struct {
	Partition []int
	Order     []Order
	Calls     []Aggregate
	Groups    int // how many different windows there are

	keyless bool // changes come without an order by key
}

// Distribution is the detail of Exchange. No keys means that all rows go to one task.
type Distribution struct{ Keys []int }

// Normalizing is the detail of ChangelogNormalize.
type Normalizing struct {
	Keys       []int
	Conditions []Value // a filter that it does by the way, since 2.1
}

// Target is the detail of Sink.
type Target struct {
	Insert      *bind.Insert
	Sink        connector.Sink
	Keys        []int // columns of the primary key in the row
	Materialize bool  // a SinkUpsertMaterializer stands before it
	Conflict    Conflict
}

func (*Scan) detail()         {}
func (*Watermark) detail()    {}
func (*Program) detail()      {}
func (*Grouping) detail()     {}
func (*Window) detail()       {}
func (*Joining) detail()      {}
func (*Ranking) detail()      {}
func (*Ordering) detail()     {}
func (*Overs) detail()        {}
func (*Distribution) detail() {}
func (*Normalizing) detail()  {}
func (*Target) detail()       {}

// input returns the first input.
func (o *Operator) input() *Operator { return o.Inputs[0] }

// Walk calls visit for the operator and, while visit returns true, for what is below it, inputs in order.
func (o *Operator) Walk(visit func(*Operator) bool) {
	if !visit(o) {
		return
	}
	for _, in := range o.Inputs {
		in.Walk(visit)
	}
}

// width is the number of columns of the left input.
func (o *Operator) width() int { return len(o.Inputs[0].Row) }
