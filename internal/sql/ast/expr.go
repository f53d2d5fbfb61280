package ast

import "github.com/autostream/autostream/internal/sql/token"

// ColumnRef is a name in an expression: a column, a field of a row, a time unit that is not built in, or a value
// without parentheses such as CURRENT_DATE or USER, which are reserved words and stand here unquoted.
//
//	part [. part]…
type ColumnRef struct {
	Loc
	Parts []Ident
}

// Star is all columns, or the argument of COUNT(*).
//
//   - | table.*
type Star struct {
	Loc
	Table []Ident // the parts before .*
}

// Number is an unsigned number; signs are Unary.
type Number struct {
	Loc
	Kind token.Kind // token.Integer, token.Decimal, token.Approximate
	Text string
}

// String is a string literal. Adjacent strings are one.
type String struct {
	Loc
	Value  string     // what it means; of a binary string its hexadecimal digits
	Kind   token.Kind // of the first piece: token.String, token.PrefixedString, …
	Prefix string     // of a prefixed string: N or _charset
	Escape *Text      // UESCAPE 'c'
}

// Constant is TRUE, FALSE, UNKNOWN or NULL.
type Constant struct {
	Loc
	Kind token.Kind
}

// DateTime is a literal of a point in time.
//
//	DATE 'text' | TIME 'text' | TIMESTAMP 'text' | TIMESTAMP WITH LOCAL TIME ZONE 'text' | {d 'text'} | {t 'text'} | {ts 'text'}
type DateTime struct {
	Loc
	Kind  token.Kind // token.DATE, token.TIME, token.TIMESTAMP, token.DATETIME, token.TIMESTAMP_LTZ (… WITH LOCAL TIME ZONE); or the brace
	Value Text
}

// Interval is a span of time.
//
//	INTERVAL [+ | -] 'text' qualifier | INTERVAL [+ | -] number | name | (expression) unit
type Interval struct {
	Loc
	Sign  token.Kind // token.Plus, token.Minus or 0
	Value Expr       // *String, *Number, *ColumnRef or *Paren
	Unit  TimeUnit
}

// TimeUnit is a unit of time, or a range of units; also an argument of EXTRACT, FLOOR, TIMESTAMPADD and the like.
//
//	unit [(precision [, fraction])] [TO unit [(fraction)]] | WEEK ( weekday )
type TimeUnit struct {
	Loc
	From      token.Kind // token.YEAR, token.DAYS, …
	To        token.Kind // 0 without
	Weekday   token.Kind // of WEEK(MONDAY)
	Precision string     // as written, "" without; of "SECOND(2, 3)" it is "2, 3"
	Fraction  string     // behind To
}

// Param is ? .
type Param struct{ Loc }

// Unary is an operator before its operand.
//
//   - x | - x | NOT x | EXISTS x | UNIQUE x
type Unary struct {
	Loc
	Op token.Kind
	X  Expr
}

// Binary is an operator between two operands.
type Binary struct {
	Loc
	Op          Op
	Left, Right Expr
}

// Is is a test behind its operand.
//
//	x IS [NOT] NULL | TRUE | FALSE | UNKNOWN | EMPTY | A SET | JSON [VALUE | OBJECT | ARRAY | SCALAR]
type Is struct {
	Loc
	X    Expr
	Not  bool
	What token.Kind // token.NULL, token.TRUE, …, token.EMPTY, token.SET, token.JSON
	JSON token.Kind // token.VALUE, token.OBJECT, token.ARRAY, token.SCALAR or 0
}

// FormatJSON is x FORMAT JSON [ENCODING UTF8 | UTF16 | UTF32].
type FormatJSON struct {
	Loc
	X        Expr
	Encoding token.Kind // 0 without
}

// Between is
//
//	x [NOT] BETWEEN [SYMMETRIC | ASYMMETRIC] low AND high
type Between struct {
	Loc
	X         Expr
	Not       bool
	Symmetric token.Kind // token.SYMMETRIC, token.ASYMMETRIC or 0
	Low, High Expr
}

// In is
//
//	x [NOT] IN ( query | expression [, expression]… )
type In struct {
	Loc
	X     Expr
	Not   bool
	Query Query // or
	List  []Expr
}

// Quantified compares with the rows of a query.
//
//	x = | <> | < | … SOME | ANY | ALL ( query | expression [, expression]… )
type Quantified struct {
	Loc
	X     Expr
	Op    Op
	Which token.Kind // token.SOME, token.ANY, token.ALL
	Query Query
	List  []Expr
}

// Like compares with a pattern.
//
//	x [NOT] LIKE | ILIKE | RLIKE | SIMILAR TO pattern [ESCAPE character]
type Like struct {
	Loc
	X       Expr
	Not     bool
	Op      token.Kind // token.LIKE, token.ILIKE, token.RLIKE, token.SIMILAR
	Pattern Expr
	Escape  Expr
}

// Case is
//
//	CASE [operand] WHEN value [, value]… THEN result […] [ELSE result] END
type Case struct {
	Loc
	Operand Expr
	Whens   []When
	Else    Expr
}

// When is one branch of a Case; more than one condition only with an operand.
type When struct {
	Loc
	Conditions []Expr
	Result     Expr
}

// Cast converts.
//
//	CAST | TRY_CAST | SAFE_CAST ( x AS type | INTERVAL unit )
type Cast struct {
	Loc
	Func     token.Kind // token.CAST, token.TRY_CAST, token.SAFE_CAST
	X        Expr
	Type     TypeName // or
	Interval *TimeUnit
}

// Convert converts in the way of another dialect, which Flink's grammar takes since 2.2.
//
//	CONVERT ( type | INTERVAL unit , x [, style] )
type Convert struct {
	Loc
	Type     TypeName // or
	Interval *TimeUnit
	X        Expr
	Style    Expr // a number or NULL; nil without
}

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

// Row makes a row.
//
//	ROW ( x, … ) | ( x , y, … ) | PERIOD ( x , y )
type Row struct {
	Loc
	Keyword token.Kind // token.ROW, token.PERIOD or 0
	Items   []Expr
}

// Collection makes an array, a map or a multiset.
//
//	ARRAY | MAP | MULTISET  [ x, … ] | ( query )
type Collection struct {
	Loc
	Kind  token.Kind
	Items []Expr // or
	Query Query
}

// Paren is an expression in parentheses.
type Paren struct {
	Loc
	X Expr
}

// Subquery is a query in parentheses as a value.
type Subquery struct {
	Loc
	Query *ParenQuery
}

// MinusDate is ( x - y ) unit.
type MinusDate struct {
	Loc
	X    Expr // the *Paren
	Unit TimeUnit
}

// Index takes an element of an array or the value of a key.
//
//	x [ index ]
type Index struct {
	Loc
	X     Expr
	Index Expr
}

// Field takes a field of a row that is no plain name, or calls a method.
//
//	x . name | x . name ( arguments )
type Field struct {
	Loc
	X    Expr
	Name Ident
	Call *Call // nil for a field
}

// New calls a constructor: NEW type ( arguments ).
type New struct {
	Loc
	Call *Call
}

// Sequence is NEXT VALUE FOR name, or CURRENT VALUE FOR name.
type Sequence struct {
	Loc
	Which token.Kind // token.NEXT, token.CURRENT
	Name  Name
}

// Cursor is CURSOR expression, an argument of a table function.
type Cursor struct {
	Loc
	X Expr
}

// Braced is a function in JDBC's braces: {fn name(arguments)}.
type Braced struct {
	Loc
	Call Expr
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

// BadExpr stands where an expression should have been.
type BadExpr struct{ Loc }

func (*ColumnRef) expr()       {}
func (*Star) expr()            {}
func (*Number) expr()          {}
func (*String) expr()          {}
func (*Constant) expr()        {}
func (*DateTime) expr()        {}
func (*Interval) expr()        {}
func (*TimeUnit) expr()        {}
func (*Param) expr()           {}
func (*Unary) expr()           {}
func (*Binary) expr()          {}
func (*Is) expr()              {}
func (*FormatJSON) expr()      {}
func (*Between) expr()         {}
func (*In) expr()              {}
func (*Quantified) expr()      {}
func (*Like) expr()            {}
func (*Case) expr()            {}
func (*Cast) expr()            {}
func (*Convert) expr()         {}
func (*Call) expr()            {}
func (*KeywordCall) expr()     {}
func (*JSONCall) expr()        {}
func (*JSONConstructor) expr() {}
func (*Row) expr()             {}
func (*Collection) expr()      {}
func (*Paren) expr()           {}
func (*Subquery) expr()        {}
func (*MinusDate) expr()       {}
func (*Index) expr()           {}
func (*Field) expr()           {}
func (*New) expr()             {}
func (*Sequence) expr()        {}
func (*Cursor) expr()          {}
func (*Braced) expr()          {}
func (*NamedArg) expr()        {}
func (*TableArg) expr()        {}
func (*ModelArg) expr()        {}
func (*Default) expr()         {}
func (*BadExpr) expr()         {}
