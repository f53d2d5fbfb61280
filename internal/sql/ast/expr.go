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
