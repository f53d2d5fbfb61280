// Package preview runs one query of a script on a session cluster and hands over its rows as they come.
//
// A script's queries are numbered ([Queries]): each query that stands by itself, and those of INSERT, CREATE TABLE AS and
// the like, which are run without what they would write. The statements before the chosen one that define things are
// executed in a session of its own ([Prepare]); nothing that writes is. The rows are the changelog that Flink computes;
// [Ring] keeps the newest of it, [Table] what it adds up to. The Flink job behind a preview ends with the preview,
// whatever ends the preview: [Run] says how.
package preview

import (
	"time"

	"github.com/autostream/autostream/internal/sql/types"
	"github.com/autostream/autostream/internal/target"
)

// Kind says what a row of a changelog does (org.apache.flink.types.RowKind). The zero Kind is Insert.
type Kind uint8

// The kinds of row.
const (
	Insert Kind = iota
	UpdateBefore
	UpdateAfter
	Delete
)

// String returns Flink's short form: +I, -U, +U, -D.
func (k Kind) String() string { return [...]string{"+I", "-U", "+U", "-D"}[k] }

// Adds reports whether the row is part of the result from now on; the others take a former row back.
func (k Kind) Adds() bool { return k == Insert || k == UpdateAfter }

// Event is one row of a changelog. It is not changed once made, so that views may share it.
type Event struct {
	Seq    int64 // counts from 1 in the order in which Flink gave the rows
	Kind   Kind
	Fields []Value // one for each column
	Time   time.Time
}

// Column is a column of the result.
type Column struct {
	Name string
	Type types.Type
}

// State is how the job behind a preview is doing.
type State struct {
	Job            target.State // "" until the JobManager has said
	Running, Total int          // subtasks
}
