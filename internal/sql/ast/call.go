package ast

import "github.com/autostream/autostream/internal/sql/token"

// This file holds functions and what stands among their arguments.

// Call is a function with its arguments in parentheses.
//
//	[SPECIFIC] name ( [ALL | DISTINCT] argument [, …] | * [IGNORE | RESPECT NULLS] [ORDER BY …] )
//	  [IGNORE | RESPECT NULLS] [WITHIN DISTINCT ( … )] [WITHIN GROUP ( ORDER BY … )] [FILTER ( WHERE … )] [OVER window]
type Call struct {
	Loc
	Name     Name // words of the grammar such as COUNT are names here
	Specific bool
	Modifier token.Kind // token.RUNNING, token.FINAL (MATCH_RECOGNIZE) or 0
	Quantity Quantity
	Args     []Expr // values, *Star, *NamedArg, *TableArg, *ModelArg, *Default, *TimeUnit, *Subquery
	Aggregate
}

// Aggregate is what may stand in and behind the parentheses of an aggregate function.
type Aggregate struct {
	InnerNulls     token.Kind  // IGNORE or RESPECT NULLS within the parentheses: token.IGNORE, token.RESPECT or 0
	OrderBy        []OrderItem // within the parentheses
	Separator      *Text       // within the parentheses
	Nulls          token.Kind  // IGNORE or RESPECT NULLS behind
	WithinDistinct []Expr
	WithinGroup    []OrderItem
	Filter         Expr
	Over           *WindowSpec
}

// WindowSpec is what stands behind OVER and in the WINDOW clause.
//
//	name | ( [name] [PARTITION BY …] [ORDER BY …] [ROWS | RANGE frame] [ALLOW | DISALLOW PARTIAL] )
type WindowSpec struct {
	Loc
	Name        *Ident
	Parens      bool // false: the name alone
	PartitionBy []Expr
	OrderBy     []OrderItem
	Frame       *Frame
	Partial     token.Kind // token.ALLOW, token.DISALLOW or 0
}

// Frame is
//
//	ROWS | RANGE bound | BETWEEN bound AND bound  [EXCLUDE …]
type Frame struct {
	Loc
	Unit    token.Kind // token.ROWS, token.RANGE
	From    Bound
	To      *Bound     // nil without BETWEEN
	Exclude token.Kind // token.CURRENT, token.GROUP, token.TIES, token.NO or 0
}

// Bound is an end of a frame.
//
//	CURRENT ROW | UNBOUNDED | expression  PRECEDING | FOLLOWING
type Bound struct {
	Loc
	Expr      Expr       // nil for CURRENT ROW and UNBOUNDED
	Direction token.Kind // token.PRECEDING, token.FOLLOWING; token.CURRENT for CURRENT ROW
}

// KeywordCall is a function whose arguments are separated by words.
//
//	EXTRACT(unit FROM x)  POSITION(a IN b FROM n)  OVERLAY(a PLACING b FROM n FOR m)  SUBSTRING(a FROM n FOR m)
//	TRIM([BOTH | LEADING | TRAILING] [a] FROM b)  FLOOR(x TO unit)  CEIL(x TO unit)  CONVERT(x USING name)  TRANSLATE(x USING name)
type KeywordCall struct {
	Loc
	Func token.Kind
	Lead token.Kind // TRIM only: token.BOTH, token.LEADING, token.TRAILING or 0
	Args []KeywordArg
	Over *WindowSpec // FLOOR and CEIL only
}

// KeywordArg is an argument and the word or comma before it.
type KeywordArg struct {
	Loc
	Before token.Kind // 0 for the first, token.Comma, token.FROM, …
	Expr   Expr
}

// JSONCall queries JSON.
//
//	JSON_EXISTS | JSON_VALUE | JSON_QUERY ( input , path [PASSING x AS name, …]
//	  [RETURNING type] [WITH | WITHOUT … WRAPPER] [behaviour ON EMPTY | ERROR]… )
type JSONCall struct {
	Loc
	Func      token.Kind
	Input     Expr
	Path      Expr
	Passing   []SelectItem
	Returning TypeName
	Wrapper   JSONWrapper
	On        []JSONBehaviour
}

// JSONWrapper says whether JSON_QUERY wraps its result in an array.
type JSONWrapper uint8

// The wrappers; a missing UNCONDITIONAL is the same as a written one.
const (
	NoWrapper JSONWrapper = iota
	WithoutWrapper
	WithWrapper
	WithUnconditionalWrapper
	WithConditionalWrapper
)

// JSONBehaviour is what happens when there is nothing, or something broken.
//
//	NULL | ERROR | TRUE | FALSE | UNKNOWN | EMPTY ARRAY | EMPTY OBJECT | DEFAULT x  ON EMPTY | ERROR
type JSONBehaviour struct {
	Loc
	Value   token.Kind // token.NULL, token.ERROR, token.TRUE, …; token.ARRAY and token.OBJECT for EMPTY …; token.DEFAULT
	Default Expr
	On      token.Kind // token.EMPTY, token.ERROR
}

// JSONConstructor makes JSON.
//
//	JSON_OBJECT ( [KEY] name VALUE x, … [NULL | ABSENT ON NULL] )   JSON_OBJECTAGG ( … )
//	JSON_ARRAY ( x, … [NULL | ABSENT ON NULL] )   JSON_ARRAYAGG ( x [ORDER BY …] [NULL | ABSENT ON NULL] ) [WITHIN GROUP ( … )]
type JSONConstructor struct {
	Loc
	Func        token.Kind
	Items       []JSONItem
	OrderBy     []OrderItem
	OnNull      token.Kind // token.NULL, token.ABSENT or 0
	WithinGroup []OrderItem
}

// JSONItem is an element, or a name with its value.
type JSONItem struct {
	Loc
	Key       bool       // KEY was written
	Name      Expr       // nil for an element
	Separator token.Kind // token.VALUE or token.Colon
	Value     Expr
}

// NamedArg is an argument by name.
//
//	name => value
type NamedArg struct {
	Loc
	Name  Ident
	Value Expr
}

// TableArg is a table as an argument.
//
//	TABLE name | ( query )  [PARTITION BY name | ( name, … )] [ORDER BY item | ( item, … )]
type TableArg struct {
	Loc
	Table       *Name // or
	Query       Query
	Value       Expr // anything else that was partitioned or ordered
	PartitionBy *Names
	OrderBy     []OrderItem
	OrderParens bool
}

// ModelArg is MODEL name as an argument.
type ModelArg struct {
	Loc
	Name Name
}

// Default is DEFAULT as an argument.
type Default struct{ Loc }
