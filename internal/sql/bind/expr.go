// Bound expressions.

package bind

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

// Expr is a bound expression. The implementations are the ones in this file:
//
//	*Ref  *Literal  *Call  *Cast  *Case  *Field  *Subquery  *TableColumn  *Branches
//
// The last two are no expressions of SQL but what the values of columns come down to.
type Expr interface {
	// Type is the type of the value; unknown when AutoStream cannot tell.
	Type() types.Type
	// Place is where it stands in the file of its statement, empty for what nobody wrote.
	Place() ast.Loc
	expr()
}

// node is the part that all expressions share.
type node struct {
	typ types.Type
	loc ast.Loc
}

func (n *node) Type() types.Type { return n.typ }
func (n *node) Place() ast.Loc   { return n.loc }
func (*node) expr()              {}

// Ref is the value of a column of a relation below, or of an enclosing query (then the query is correlated).
type Ref struct {
	node
	Column *Column
}

// Literal is a constant, an interval, a time unit or another word among arguments.
type Literal struct {
	node
	Text string // as written
}

// Call is a function or an operator.
type Call struct {
	node
	Name     string // built-in functions and operators in capitals: UPPER, COUNT, =, AND, IS NOT NULL, ITEM
	Kind     catalog.Kind
	Infix    bool // an operator, printed between or around its arguments
	Args     []Expr
	Star     bool // COUNT(*)
	Distinct bool
	Filter   Expr                  // FILTER (WHERE …); nil without
	OrderBy  []SortKey             // within an aggregate
	Over     *Over                 // nil without
	User     *catalog.UserFunction // what its class says, of a function of a user; nil when that is not known

	named bool // arguments are given by name
}

// Over is the window of an OVER clause; a named window is resolved.
type Over struct {
	PartitionBy []Expr
	OrderBy     []SortKey
	Frame       *ast.Frame // nil without
}

// SortKey is one key of an order.
type SortKey struct {
	Expr       Expr
	Descending bool
	NullsFirst bool // said or, as in Flink, implied by ascending order
}

// Cast converts.
type Cast struct {
	node
	X        Expr
	Explicit bool // written, not inserted
	Try      bool // TRY_CAST: NULL instead of a failure
}

// Case is CASE; the form with an operand has become conditions of =.
type Case struct {
	node
	Conditions []Expr
	Results    []Expr
	Else       Expr // nil without
}

// Field is a field of a row.
type Field struct {
	node
	X    Expr
	Name string
}

// Subquery is a query as a value or in a test.
type Subquery struct {
	node
	Kind     SubqueryKind
	Operands []Expr // left side of IN and of quantified comparisons
	Equality bool   // of a quantified comparison: = or <>, which is IN or NOT IN
	All      bool   // of a quantified comparison: with all rows, not with any
	Rel      Rel
}

// SubqueryKind says what is asked of the rows.
type SubqueryKind uint8

// The kinds of subqueries.
const (
	ScalarSubquery SubqueryKind = iota
	Exists
	InSubquery
	Quantified
	CollectionSubquery // ARRAY( query ) and the like
)

// TableColumn is the value that a table stores: where all lineage ends.
type TableColumn struct {
	node
	Table *Table
	Name  string
}

// Branches is the value of a column of a set operation: that of one of its inputs.
type Branches struct {
	node
	Columns []*Column
}
