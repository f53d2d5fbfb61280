package ast

import "github.com/autostream/autostream/internal/sql/token"

// Op is an operator between two operands.
type Op uint8

// The operators.
const (
	NoOp Op = iota
	Or
	And
	Eq
	Ne
	Lt
	Gt
	Le
	Ge
	BangEq // !=, which Flink refuses
	IsDistinct
	IsNotDistinct
	MemberOf
	SubmultisetOf
	NotSubmultisetOf
	Contains
	Overlaps
	Equals
	Precedes
	Succeeds
	ImmediatelyPrecedes
	ImmediatelySucceeds
	MultisetUnion
	MultisetUnionAll
	MultisetUnionDistinct
	MultisetIntersect
	MultisetIntersectAll
	MultisetIntersectDistinct
	MultisetExcept
	MultisetExceptAll
	MultisetExceptDistinct
	Add
	Subtract
	Multiply
	Divide
	Remainder
	Concat
)

// The binding strengths of Flink's operators (SqlStdOperatorTable of Calcite), weakest first. Operators of equal strength
// group from left to right.
const (
	PrecOr      = 22
	PrecAnd     = 24
	PrecNot     = 26
	PrecIs      = 28 // IS NULL, FORMAT JSON
	PrecCompare = 30
	PrecIn      = 32 // IN, BETWEEN, LIKE, SOME
	PrecAdd     = 40
	PrecExists  = 40
	PrecMul     = 60
	PrecSign    = 80
	PrecAccess  = 100 // . and []
)

var operators = [...]struct {
	text string
	prec uint8
}{
	Or: {"OR", PrecOr}, And: {"AND", PrecAnd}, Eq: {"=", PrecCompare}, Ne: {"<>", PrecCompare}, Lt: {"<", PrecCompare}, Gt: {">", PrecCompare},
	Le: {"<=", PrecCompare}, Ge: {">=", PrecCompare}, BangEq: {"!=", PrecCompare}, IsDistinct: {"IS DISTINCT FROM", PrecCompare},
	IsNotDistinct: {"IS NOT DISTINCT FROM", PrecCompare}, MemberOf: {"MEMBER OF", PrecCompare}, SubmultisetOf: {"SUBMULTISET OF", PrecCompare},
	NotSubmultisetOf: {"NOT SUBMULTISET OF", PrecCompare}, Contains: {"CONTAINS", PrecCompare}, Overlaps: {"OVERLAPS", PrecCompare},
	Equals: {"EQUALS", PrecCompare}, Precedes: {"PRECEDES", PrecCompare}, Succeeds: {"SUCCEEDS", PrecCompare},
	ImmediatelyPrecedes: {"IMMEDIATELY PRECEDES", PrecCompare}, ImmediatelySucceeds: {"IMMEDIATELY SUCCEEDS", PrecCompare},
	MultisetUnion: {"MULTISET UNION", 14}, MultisetUnionAll: {"MULTISET UNION ALL", 14}, MultisetUnionDistinct: {"MULTISET UNION DISTINCT", 14},
	MultisetIntersect: {"MULTISET INTERSECT", 16}, MultisetIntersectAll: {"MULTISET INTERSECT ALL", 16}, MultisetIntersectDistinct: {"MULTISET INTERSECT DISTINCT", 16},
	MultisetExcept: {"MULTISET EXCEPT", 14}, MultisetExceptAll: {"MULTISET EXCEPT ALL", 14}, MultisetExceptDistinct: {"MULTISET EXCEPT DISTINCT", 14},
	Add: {"+", PrecAdd}, Subtract: {"-", PrecAdd}, Multiply: {"*", PrecMul}, Divide: {"/", PrecMul}, Remainder: {"%", PrecMul}, Concat: {"||", PrecMul},
}

// String returns the operator as it is written.
func (o Op) String() string { return operators[o].text }

// Precedence is how strongly the operator binds: larger is stronger.
func (o Op) Precedence() int { return int(operators[o].prec) }

// UnaryPrecedence is how strongly an operator before its operand binds.
func UnaryPrecedence(op token.Kind) int {
	switch op {
	case token.NOT:
		return PrecNot
	case token.EXISTS, token.UNIQUE:
		return PrecExists
	default:
		return PrecSign
	}
}
