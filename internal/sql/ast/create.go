package ast

import "github.com/autostream/autostream/internal/sql/token"

// CreateTable is CREATE TABLE in all forms, and REPLACE TABLE.
//
//	CREATE [OR REPLACE] [TEMPORARY] TABLE | REPLACE [TEMPORARY] TABLE  [IF NOT EXISTS] name
//	[( element [, element]… )] [COMMENT 'text'] [DISTRIBUTED …] [PARTITIONED BY ( names )] [WITH ( options )]
//	[LIKE table … | AS query]
type CreateTable struct {
	Loc
	OrReplace     bool // CREATE OR REPLACE
	Replace       bool // REPLACE TABLE
	Temporary     bool
	IfNotExists   bool
	Name          Name
	Elements      []TableElement // nil without parentheses
	Comment       *Text
	Distribution  *Distribution
	PartitionedBy *Names
	Connection    *Name // USING CONNECTION name, from 2.4
	With          *Options
	Like          *TableLike
	As            Query // CTAS, RTAS
}

// TableLike takes over the definition of another table.
//
//	LIKE name [( INCLUDING | EXCLUDING | OVERWRITING feature … )]
type TableLike struct {
	Loc
	Name    Name
	Options []LikeOption
}

// LikeOption is one choice of a LIKE clause.
type LikeOption struct {
	Loc
	Strategy token.Kind // token.INCLUDING, token.EXCLUDING, token.OVERWRITING
	Feature  token.Kind // token.ALL, token.CONSTRAINTS, token.DISTRIBUTION, token.GENERATED, …
}

// Distribution says how rows are spread over buckets, since 1.20.
//
//	[BY [HASH | RANGE] ( names )] [INTO n BUCKETS]
type Distribution struct {
	Loc
	Kind    token.Kind // token.HASH, token.RANGE or 0
	Columns *Names
	Buckets *Number
}

// Column is a column with a type, computed by an expression, or read from the metadata of the connector.
//
//	name type [CONSTRAINT …] [COMMENT 'text'] [FIRST | AFTER name]
//	name type METADATA [FROM 'key'] [VIRTUAL] [COMMENT 'text'] [FIRST | AFTER name]
//	name AS expression [COMMENT 'text'] [FIRST | AFTER name]
type Column struct {
	Loc
	Name       Name        // usually of one part
	Type       TypeName    // nil when computed
	Computed   Expr        // nil unless computed
	Constraint *Constraint // PRIMARY KEY or UNIQUE of this column
	Metadata   *Metadata
	Comment    *Text
	Position   *Position // ALTER TABLE only
}

// Metadata marks a metadata column.
//
//	METADATA [FROM 'key'] [VIRTUAL]
type Metadata struct {
	Loc
	From    *Text
	Virtual bool
}

// Position is where ALTER TABLE puts a column.
//
//	FIRST | AFTER name
type Position struct {
	Loc
	After *Name // nil for FIRST
}

// ColumnName is a column by name alone, in CREATE TABLE … AS.
type ColumnName struct {
	Loc
	Name Name
}

// Watermark is
//
//	WATERMARK FOR column AS expression
type Watermark struct {
	Loc
	Column Name
	Expr   Expr
}

// Constraint is
//
//	[CONSTRAINT name] PRIMARY KEY | UNIQUE [( names )] [[NOT] ENFORCED]
type Constraint struct {
	Loc
	Name        *Ident
	Kind        token.Kind // token.PRIMARY, token.UNIQUE
	Columns     *Names     // nil behind a column
	Enforcement Enforcement
}

// Enforcement is whether a key is checked.
type Enforcement uint8

// The enforcements; Flink checks no keys and refuses Enforced.
const (
	EnforcementUnspecified Enforcement = iota
	Enforced
	NotEnforced
)

// DistributionElement is DISTRIBUTION … as an item of ALTER TABLE ADD and MODIFY.
type DistributionElement struct {
	Loc
	Distribution *Distribution
}

// BadElement stands where a column or constraint should have been.
type BadElement struct{ Loc }

func (*Column) tableElement()              {}
func (*ColumnName) tableElement()          {}
func (*Watermark) tableElement()           {}
func (*Constraint) tableElement()          {}
func (*DistributionElement) tableElement() {}
func (*BadElement) tableElement()          {}

// CreateMaterializedTable is, since 1.20,
//
//	CREATE [OR ALTER] MATERIALIZED TABLE name [( element, … )] [COMMENT 'text'] [DISTRIBUTED …] [PARTITIONED BY ( names )]
//	[WITH ( options )] [START_MODE = …] [FRESHNESS = interval] [REFRESH_MODE = FULL | CONTINUOUS] AS query
type CreateMaterializedTable struct {
	Loc
	OrAlter       bool
	Name          Name
	Elements      []TableElement
	Comment       *Text
	Distribution  *Distribution
	PartitionedBy *Names
	With          *Options
	StartMode     *StartMode
	Freshness     Expr       // *Interval; nil without
	RefreshMode   token.Kind // token.FULL, token.CONTINUOUS or 0
	As            Query
}

// StartMode is where a materialized table begins to read, since 2.3.
//
//	FROM_BEGINNING | FROM_NOW [(interval)] | FROM_TIMESTAMP(timestamp) | RESUME_OR_…
type StartMode struct {
	Loc
	Mode token.Kind
	Arg  Expr // nil without
}

// CreateView is
//
//	CREATE [OR REPLACE] [TEMPORARY] VIEW [IF NOT EXISTS] name [( names )] [COMMENT 'text'] AS query
type CreateView struct {
	Loc
	OrReplace   bool
	Temporary   bool
	IfNotExists bool
	Name        Name
	Columns     *Names
	Comment     *Text
	Query       Query
}

// CreateCatalog is CREATE CATALOG [IF NOT EXISTS] name [COMMENT 'text'] [WITH ( options )].
type CreateCatalog struct {
	Loc
	IfNotExists bool
	Name        Ident
	Comment     *Text
	With        *Options
}

// CreateDatabase is CREATE DATABASE [IF NOT EXISTS] name [COMMENT 'text'] [WITH ( options )].
type CreateDatabase struct {
	Loc
	IfNotExists bool
	Name        Name
	Comment     *Text
	With        *Options
}

// CreateFunction is
//
//	CREATE [TEMPORARY [SYSTEM]] FUNCTION [IF NOT EXISTS] name AS 'class' [LANGUAGE JAVA | SCALA | SQL | PYTHON]
//	[USING JAR | ARTIFACT 'path' [, …]] [WITH ( options )]
type CreateFunction struct {
	Loc
	OrReplace   bool
	Temporary   bool
	System      bool
	IfNotExists bool
	Name        Name
	Class       Text
	Language    token.Kind // token.JAVA, token.SCALA, token.SQL, token.PYTHON or 0
	Using       []Resource
	With        *Options
}

// Resource is a file of a function.
//
//	JAR 'path' | ARTIFACT 'path'
type Resource struct {
	Loc
	Kind token.Kind
	Path Text
}

// CreateModel is, since 1.20,
//
//	CREATE [TEMPORARY] MODEL [IF NOT EXISTS] name [INPUT ( columns )] [OUTPUT ( columns )] [COMMENT 'text']
//	[LANGUAGE …] [WITH ( options )] [AS query]
type CreateModel struct {
	Loc
	OrReplace   bool
	Temporary   bool
	IfNotExists bool
	Name        Name
	Input       []TableElement
	Output      []TableElement
	Comment     *Text
	Language    token.Kind
	With        *Options
	As          Query
}

// CreateConnection is, since 2.3,
//
//	CREATE [TEMPORARY [SYSTEM]] CONNECTION [IF NOT EXISTS] name [COMMENT 'text'] WITH ( options )
type CreateConnection struct {
	Loc
	OrReplace   bool
	Temporary   bool
	System      bool
	IfNotExists bool
	Name        Name
	Comment     *Text
	With        *Options
}

func (*CreateTable) statement()             {}
func (*CreateMaterializedTable) statement() {}
func (*CreateView) statement()              {}
func (*CreateCatalog) statement()           {}
func (*CreateDatabase) statement()          {}
func (*CreateFunction) statement()          {}
func (*CreateModel) statement()             {}
func (*CreateConnection) statement()        {}
