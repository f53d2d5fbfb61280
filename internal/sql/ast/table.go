package ast

import "github.com/autostream/autostream/internal/sql/token"

// Table is a table by name.
//
//	name [/*+ hints */] [[EXTEND] ( column type [NOT NULL] [, …] )]
type Table struct {
	Loc
	Name   Name
	Hints  *Hints
	Extend []RowField // columns declared on the spot; Flink parses them and refuses them later
}

// Derived is a query in FROM.
//
//	[LATERAL] ( query )
type Derived struct {
	Loc
	Lateral bool
	Query   *ParenQuery
}

// ParenTable is a join in parentheses.
type ParenTable struct {
	Loc
	Table TableRef
}

// Unnest makes rows of a collection.
//
//	[LATERAL] UNNEST ( expression [, expression]… ) [WITH ORDINALITY]
type Unnest struct {
	Loc
	Lateral    bool
	Args       []Expr
	Ordinality bool
}

// TableFunction is a call in FROM.
//
//	[LATERAL] TABLE ( [SPECIFIC] function ( arguments ) ) | function ( arguments )
type TableFunction struct {
	Loc
	Lateral bool
	Wrapped bool // TABLE( … ) was written; without since 2.0
	Call    *Call
}

// Alias gives a table reference a name.
//
//	table [AS] name [( column [, column]… )]
type Alias struct {
	Loc
	Table   TableRef
	As      bool
	Name    Ident
	Columns *Names
}

// Snapshot is a table as of a time: temporal join, lookup join, time travel.
//
//	table FOR SYSTEM_TIME AS OF expression
type Snapshot struct {
	Loc
	Table TableRef
	Time  Expr
}

// Join is two table references.
//
//	left [NATURAL] [INNER | LEFT | RIGHT | FULL [OUTER] | CROSS] JOIN right [ON condition | USING ( column… )]
//	left , right
type Join struct {
	Loc
	Left, Right TableRef
	Natural     bool
	Kind        JoinKind
	On          Expr
	Using       *Names
}

// JoinKind says how two tables are joined.
type JoinKind uint8

// The kinds of joins; Outer is said by the kind, the word OUTER is not kept.
const (
	CommaJoin JoinKind = iota
	PlainJoin          // JOIN
	InnerJoin          // INNER JOIN
	LeftJoin
	RightJoin
	FullJoin
	CrossJoin
)

// Sample is
//
//	table TABLESAMPLE BERNOULLI | SYSTEM ( percentage ) [REPEATABLE ( seed )]
//	table TABLESAMPLE SUBSTITUTE ( 'name' )
type Sample struct {
	Loc
	Table      TableRef
	Method     token.Kind // token.BERNOULLI, token.SYSTEM, token.SUBSTITUTE
	Size       Expr       // *Number or *String
	Repeatable Expr       // nil without
}

// Pivot is
//
//	table PIVOT ( aggregate [[AS] alias] [, …] FOR columns IN ( value [[AS] alias] [, …] ) )
type Pivot struct {
	Loc
	Table      TableRef
	Aggregates []SelectItem
	Axes       Names
	In         []SelectItem
}

// Unpivot is
//
//	table UNPIVOT [INCLUDE NULLS | EXCLUDE NULLS] ( measures FOR axes IN ( columns [AS value] [, …] ) )
type Unpivot struct {
	Loc
	Table    TableRef
	Nulls    token.Kind // token.INCLUDE, token.EXCLUDE or 0
	Measures Names
	Axes     Names
	In       []UnpivotItem
}

// UnpivotItem is one group of columns of an Unpivot.
type UnpivotItem struct {
	Loc
	Columns Names
	Value   Expr // nil without AS
}

// MatchRecognize finds patterns in the rows of a table.
//
//	table MATCH_RECOGNIZE (
//	  [PARTITION BY expression, …] [ORDER BY item, …] [MEASURES expression AS name, …]
//	  [ONE ROW | ALL ROWS PER MATCH]
//	  [AFTER MATCH SKIP TO NEXT ROW | PAST LAST ROW | TO FIRST name | TO [LAST] name]
//	  PATTERN ( [^] pattern [$] ) [WITHIN interval] [SUBSET name = ( name, … ), …]
//	  DEFINE name AS condition, … )
type MatchRecognize struct {
	Loc
	Table       TableRef
	PartitionBy []Expr
	OrderBy     []OrderItem
	Measures    []SelectItem
	Rows        token.Kind // token.ONE, token.ALL or 0
	After       *AfterMatch
	StrictStart bool // ^
	Pattern     Pattern
	StrictEnd   bool // $
	Within      Expr // *Interval
	Subsets     []Subset
	Define      []PatternDef
}

// AfterMatch says where matching goes on.
type AfterMatch struct {
	Loc
	To       token.Kind // token.NEXT (row), token.PAST (last row), token.FIRST, token.LAST; 0 is TO variable
	Variable *Ident
}

// Subset is one union of pattern variables.
type Subset struct {
	Loc
	Name  Ident
	Items []Expr
}

// PatternDef is one condition of DEFINE.
type PatternDef struct {
	Loc
	Name Ident
	Expr Expr
}

// PatternVar is one variable of a pattern.
type PatternVar struct {
	Loc
	Name Ident
}

// PatternSeq is one pattern after the other; PatternAlt is one of several, with | between them.
type (
	PatternSeq struct {
		Loc
		Items []Pattern
	}
	PatternAlt struct {
		Loc
		Items []Pattern
	}
)

// PatternGroup is a pattern in marks.
//
//	( pattern ) | {- pattern -} | PERMUTE ( pattern [, pattern]… )
type PatternGroup struct {
	Loc
	Kind  token.Kind // token.LParen, token.LBrace (excluded from the output), token.PERMUTE
	Items []Pattern  // one, but for PERMUTE
}

// PatternRepeat repeats a pattern.
//
//	pattern * | + | ? | {n} | {n,} | {n,m} | {,m} [?]
type PatternRepeat struct {
	Loc
	Item      Pattern
	Quantity  string // as written without blanks: *, +, ?, {2,3}
	Reluctant bool   // ? behind
}

// BadTable stands where a table should have been.
type BadTable struct{ Loc }

func (*Table) tableRef()          {}
func (*Derived) tableRef()        {}
func (*ParenTable) tableRef()     {}
func (*Unnest) tableRef()         {}
func (*TableFunction) tableRef()  {}
func (*Alias) tableRef()          {}
func (*Snapshot) tableRef()       {}
func (*Join) tableRef()           {}
func (*Sample) tableRef()         {}
func (*Pivot) tableRef()          {}
func (*Unpivot) tableRef()        {}
func (*MatchRecognize) tableRef() {}
func (*BadTable) tableRef()       {}

func (*PatternVar) pattern()    {}
func (*PatternSeq) pattern()    {}
func (*PatternAlt) pattern()    {}
func (*PatternGroup) pattern()  {}
func (*PatternRepeat) pattern() {}
