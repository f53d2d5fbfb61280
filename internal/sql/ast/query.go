package ast

import "github.com/autostream/autostream/internal/sql/token"

// Select is one query block.
//
//	SELECT [/*+ hints */] [STREAM] [ALL | DISTINCT] item [, item]…
//	[FROM table [WHERE condition] [GROUP BY …] [HAVING condition] [WINDOW …] [QUALIFY condition]]
type Select struct {
	Loc
	Hints    *Hints
	Stream   bool
	Quantity Quantity // ALL, DISTINCT or nothing
	Items    []SelectItem
	From     TableRef // nil without FROM; comma lists are Joins of kind CommaJoin
	Where    Expr
	GroupBy  *GroupBy
	Having   Expr
	Windows  []WindowDef
	Qualify  Expr
}

// Quantity is ALL or DISTINCT.
type Quantity uint8

// The quantities.
const (
	Unspecified Quantity = iota
	All
	Distinct
)

// SelectItem is one output column, or * .
//
//	expression [[AS] alias] | * | table.*
type SelectItem struct {
	Loc
	Expr  Expr   // *Star for * and table.*; *BadExpr when broken
	Alias *Ident // nil without
	As    bool   // AS was written
}

// GroupBy is
//
//	GROUP BY [ALL | DISTINCT] item [, item]…
type GroupBy struct {
	Loc
	Quantity Quantity
	Items    []GroupItem
}

// GroupExpr groups by a value. Parentheses around several make it a *Row.
type GroupExpr struct {
	Loc
	Expr Expr
}

// GroupEmpty is ().
type GroupEmpty struct{ Loc }

// GroupSet is GROUPING SETS ( item… ), CUBE ( expression… ) or ROLLUP ( expression… ).
type GroupSet struct {
	Loc
	Kind  token.Kind // token.GROUPING, token.CUBE, token.ROLLUP
	Items []GroupItem
}

// WindowDef names a window in the WINDOW clause.
//
//	name AS ( window )
type WindowDef struct {
	Loc
	Name Ident
	Spec *WindowSpec
}

// SetOperation combines two queries. INTERSECT binds stronger than UNION and EXCEPT; equals go from left to right.
//
//	left UNION | INTERSECT | EXCEPT [ALL | DISTINCT] right
type SetOperation struct {
	Loc
	Op          token.Kind // token.UNION, token.INTERSECT, token.EXCEPT
	Quantity    Quantity
	Left, Right Query
}

// Values is a table of constants.
//
//	VALUES row [, row]…
type Values struct {
	Loc
	Rows []Expr // *Row, *Paren or any expression (a row of one)
}

// TableQuery is all of a table.
//
//	TABLE name
type TableQuery struct {
	Loc
	Name Name
}

// With gives names to queries.
//
//	WITH [RECURSIVE] name [(columns)] AS ( query ) [, …] body
type With struct {
	Loc
	Recursive bool
	Items     []WithItem
	Body      Query
}

// WithItem is one named query of a With.
type WithItem struct {
	Loc
	Name    Ident
	Columns *Names
	Query   Query // a *ParenQuery
}

// Ordered sorts or cuts a query.
//
//	query [ORDER BY item [, item]…] [LIMIT count | ALL] [OFFSET start [ROW | ROWS]] [FETCH FIRST | NEXT count ROW | ROWS ONLY]
type Ordered struct {
	Loc
	Query    Query
	OrderBy  []OrderItem
	Limit    Expr // number, parameter or variable; nil without
	LimitAll bool // LIMIT ALL
	Offset   Expr
	Fetch    Expr
}

// OrderItem is one sort key.
//
//	expression [ASC | DESC] [NULLS FIRST | NULLS LAST]
type OrderItem struct {
	Loc
	Expr      Expr
	Direction token.Kind // token.ASC, token.DESC or 0
	Nulls     token.Kind // token.FIRST, token.LAST or 0
}

// ParenQuery is a query in parentheses.
type ParenQuery struct {
	Loc
	Query Query
}

// BadQuery stands where a query should have been; a finding says what is wrong.
type BadQuery struct{ Loc }

func (*Select) query()       {}
func (*SetOperation) query() {}
func (*Values) query()       {}
func (*TableQuery) query()   {}
func (*With) query()         {}
func (*Ordered) query()      {}
func (*ParenQuery) query()   {}
func (*BadQuery) query()     {}

func (*GroupExpr) groupItem()  {}
func (*GroupEmpty) groupItem() {}
func (*GroupSet) groupItem()   {}
