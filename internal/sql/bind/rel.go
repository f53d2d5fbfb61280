// Bound relations: what yields rows.

package bind

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Column is one column of a relation. Columns are compared by address: a relation that passes a column on has the same
// column, one that makes something of it has another.
type Column struct {
	Name      string
	Type      types.Type
	Attribute types.Attribute
	Value     Expr // in terms of columns further down; never nil
}

// Rel is a bound relation. The implementations are those of this file:
//
//	*Scan  *Values  *Project  *Filter  *Aggregation  *Distinct  *Join  *SetOp  *Sort
//	*Window  *Function  *Unnest  *Match  *Snapshot  *Unknown
//
// Relations form a graph rather than a tree: a view or a common table expression that is read twice is one relation.
type Rel interface {
	Columns() []*Column
	Inputs() []Rel
	Place() ast.Loc
	rel()
}

// shape is the part that all relations share.
type shape struct {
	columns []*Column
	loc     ast.Loc
}

func (s *shape) Columns() []*Column { return s.columns }
func (s *shape) Place() ast.Loc     { return s.loc }
func (*shape) rel()                 {}

// leaf is a shape without inputs, unary one with a single input.
type leaf struct{ shape }

func (*leaf) Inputs() []Rel { return nil }

type unary struct {
	shape
	Input Rel
}

func (u *unary) Inputs() []Rel { return []Rel{u.Input} }

// Scan reads a table or a view. Its columns are its own, so that a table read twice has its columns twice.
type Scan struct {
	leaf
	Table *Table
	Hints *ast.Hints
}

// Values is rows of expressions.
type Values struct {
	leaf
	Rows [][]Expr
}

// Project computes its columns. It also gives columns other names.
type Project struct {
	unary
	more *beyond // a * stands for more columns than are known
}

// Filter keeps rows.
type Filter struct {
	unary
	Condition Expr
	Clause    token.Kind // token.WHERE, token.HAVING, token.QUALIFY
}

// Aggregation groups rows. Its columns are the keys, then the calls; the value of a key is the expression grouped by, the
// value of a call a *Call.
type Aggregation struct {
	unary
	Keys  int     // how many of the columns are keys
	Sets  [][]int // grouping sets as indexes of keys; nil for one set of all keys
	Group Expr    // the legacy window among the keys: TUMBLE, HOP or SESSION; nil without
}

// Distinct drops rows that are equal.
type Distinct struct{ unary }

// Join combines two inputs. A column of a side that may be missing is a column of its own, nullable.
type Join struct {
	shape
	Kind        ast.JoinKind // a comma is CommaJoin; Natural and USING have become On
	Left, Right Rel
	On          Expr // nil without
	Lateral     bool // the right side is evaluated for each row of the left
}

// Inputs returns both sides.
func (j *Join) Inputs() []Rel { return []Rel{j.Left, j.Right} }

// SetOp is UNION, INTERSECT or EXCEPT.
type SetOp struct {
	shape
	Op          token.Kind
	All         bool
	Left, Right Rel
}

// Inputs returns both sides.
func (s *SetOp) Inputs() []Rel { return []Rel{s.Left, s.Right} }

// Sort orders and cuts. Keys may use columns below a Project that is the input.
type Sort struct {
	unary
	Keys   []SortKey
	Offset ast.Expr // nil without
	Limit  ast.Expr // nil without; FETCH too
}

// Window is a window table function: TUMBLE, HOP, CUMULATE or SESSION. Its columns are those of the input, then
// window_start, window_end and window_time.
type Window struct {
	unary
	Name        string
	Time        *Column // of the input; nil when it is not found
	PartitionBy []*Column
	Args        []Expr // sizes, in the order of the positional form
}

// Function is a table function or a process table function.
type Function struct {
	shape
	Call   *Call
	Tables []Rel      // table arguments
	Uses   []TableUse // what a process table function does with them; none when it is not known
	Model  *Model     // of ML_PREDICT; nil when it is not known
}

// Inputs returns the table arguments.
func (f *Function) Inputs() []Rel { return f.Tables }

// Unnest makes rows of a collection.
type Unnest struct {
	leaf
	Args       []Expr
	Ordinality bool
}

// Match is MATCH_RECOGNIZE. Its columns are the partition columns, then the measures.
type Match struct {
	unary
	PartitionBy []Expr
	OrderBy     []SortKey
	Define      []Expr
	Syntax      *ast.MatchRecognize
}

// Snapshot is its input as of a time: the right side of a temporal or lookup join, or time travel.
type Snapshot struct {
	unary
	Time Expr
}

// Unknown stands for what could not be bound; a finding says why, or the statement is of a kind not known.
type Unknown struct {
	shape
	Rels []Rel // what is known of its inputs
}

// Inputs returns what is known.
func (u *Unknown) Inputs() []Rel { return u.Rels }
