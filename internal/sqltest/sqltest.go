// Package sqltest runs tests of SQL jobs on a real Flink: given rows per table, expected rows at a sink, a view or a query.
//
// A test file ([Read]) stands beside the script that it tests. Of the script everything is kept but the options of its tables:
// they get a connector of our own (sdk/java/sqltest, embedded as connector.jar and added to each session), whose sources give
// the rows of the case and whose sinks write down every change. Four other ways were tried or weighed and left:
//
//   - VALUES has no row kinds, no watermarks between rows and no time attributes that survive a view.
//   - The filesystem connector with debezium-json reads a changelog, but a file ends in one watermark, so nothing is ever late,
//     an idle source cannot be had, and its sink takes appended rows only.
//   - With either, the planner sees another changelog mode than that of production, so the plan under test is another one.
//     Our connector answers with the modes of the one it stands in for.
//   - Reading results with SELECT through the gateway takes one job for each expectation. Our sink is one of many in a job.
//
// Rows of two tables have no order in Flink. A case that needs one is written in steps: the rows of a step are given when a
// checkpoint has shown that all rows before have arrived everywhere. Checkpoints are also how the end of a case is known whose
// sources stay open ("end: hold"), so that no time is spent waiting for rows that will not come.
//
// Planning and submitting a job costs more than running it, so cases share jobs where they cannot see each other ([Batches]).
// Those of one plan run one behind the other, and Flink starts their tasks again with empty state in between; plans beside each
// other have a database each, with its own copies of all tables and views. When a shared job fails, the cases that ran then are
// run one by one.
package sqltest

import (
	"time"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/types"
)

// Suite is one test file, read and checked.
type Suite struct {
	File     *source.File // as it stands on disk, named relative to the project
	Path     string       // absolute
	Cases    []*Case
	Findings []diag.Finding // about the test file and the script; with one of level error no case can run

	script *script
}

// Script is the name of the file under test.
func (s *Suite) Script() string { return s.script.own().Written.Name }

// Case is one test.
type Case struct {
	Suite   *Suite
	Name    string
	Place   source.Span   // of its name
	Timeout time.Duration // for its job to come to an end
	Expect  []*Expectation

	steps []step
	hold  bool      // the sources stay open: no final watermark
	now   time.Time // what the clock says; zero for the real one
	mocks []mock
}

// step is what is given at once.
type step struct {
	pause  time.Duration // before it
	events map[*table][]event
}

// event is a row of a table, or something that happens to its stream.
type event struct {
	kind  preview.Kind
	row   map[string]any // by column, in the form of the wire; nil for what is no row
	word  string         // watermark, idle, active
	until time.Time      // of a watermark
}

// Expectation is what should have arrived at one place.
type Expectation struct {
	Name  string      // of the sink or view, or a title of the query
	Place source.Span // of the name
	Rows  []Row       // wanted

	query     string // instead of a name
	changelog bool   // every change counts, not only what it adds up to
	ordered   bool
	columns   []column // of the place
	compared  []int    // which of them the rows name
	key       []int    // columns of its primary key
	tolerance map[string]tolerance
	node      block // where the rows stand in the file
}

// column is a column of a result.
type column struct {
	name string
	typ  types.Type
}

// Row is a row of a result.
type Row struct {
	Kind   preview.Kind
	Values []any // by the columns of the expectation, in the form of the wire; see normal
	place  source.Span
}

// tolerance is how far a value may be off.
type tolerance struct {
	number  float64
	elapsed time.Duration
}

// DefaultTimeout is how long a job of tests may take, from when its tasks run.
const DefaultTimeout = 30 * time.Second

// limits of what a test may hold, so that a mistake is found before Flink has to find it.
const maxRows = 100_000
