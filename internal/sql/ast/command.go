package ast

import "github.com/autostream/autostream/internal/sql/token"

// Show is one of
//
//	SHOW CATALOGS | DATABASES | TABLES | VIEWS | MATERIALIZED TABLES | [USER] FUNCTIONS | PROCEDURES | MODELS | CONNECTIONS | COLUMNS
//	  [FROM | IN name] [[NOT] LIKE | ILIKE 'pattern']
//	SHOW [FULL] MODULES | JARS | JOBS
//	SHOW PARTITIONS name [PARTITION ( … )]
type Show struct {
	Loc
	What        token.Kind // token.CATALOGS, token.TABLES, …; token.MATERIALIZED for materialized tables
	Full        bool
	User        bool
	Preposition token.Kind // token.FROM, token.IN or 0
	In          *Name
	Not         bool
	Like        token.Kind // token.LIKE, token.ILIKE or 0
	Pattern     *Text
	Partition   *Partition
}

// ShowCreate is SHOW CREATE [OR ALTER] object name; OR ALTER goes with materialized tables, since 2.3.
type ShowCreate struct {
	Loc
	OrAlter bool
	Object  Object
	Name    Name
}

// ShowCurrent is SHOW CURRENT CATALOG | DATABASE.
type ShowCurrent struct {
	Loc
	Object Object
}

// Describe is
//
//	DESCRIBE | DESC [CATALOG | DATABASE | FUNCTION | MODEL | CONNECTION] [EXTENDED] name | JOB 'id'
//	DESCRIBE [STATEMENT] query
type Describe struct {
	Loc
	Desc      bool   // DESC was written
	Object    Object // NoObject is a table by name alone
	Extended  bool
	Name      Name
	Column    *Ident    // DESCRIBE TABLE name column
	Job       *Text     // of JobObject
	Statement Statement // of DESCRIBE query
}

// Use is USE name | USE CATALOG name | USE MODULES name [, name]…
type Use struct {
	Loc
	Object  Object // DatabaseObject, CatalogObject, ModuleObject
	Name    Name
	Modules []Ident
}

// LoadModule is LOAD MODULE name [WITH ( options )].
type LoadModule struct {
	Loc
	Name Ident
	With *Options
}

// UnloadModule is UNLOAD MODULE name.
type UnloadModule struct {
	Loc
	Name Ident
}

// AddJar is ADD JAR 'path'; RemoveJar is REMOVE JAR 'path'.
type (
	AddJar struct {
		Loc
		Path Text
	}
	RemoveJar struct {
		Loc
		Path Text
	}
)

// Set changes an option of the session.
//
//	SET | SET 'key' = 'value' | SET key = value
type Set struct {
	Loc
	Key   string // "" shows all options
	Value string
	Plain bool // key = value without quotes: a command of the client, not of the grammar
	// The two pieces with their places; nil for SET alone.
	KeyText, ValueText *Text
}

// Reset takes back a change.
//
//	RESET | RESET 'key' | RESET key
type Reset struct {
	Loc
	Key     string // "" resets all options
	Plain   bool
	KeyText *Text
}

// SystemOption is ALTER SYSTEM | SESSION  SET name = value | RESET name | RESET ALL, which Flink parses and cannot run.
type SystemOption struct {
	Loc
	Scope token.Kind // token.SYSTEM, token.SESSION
	Reset bool
	All   bool
	Name  *Name
	Value Expr
}

// ClientCommand is HELP, CLEAR, QUIT or EXIT.
type ClientCommand struct {
	Loc
	Command string // in capitals
}

// Analyze is
//
//	ANALYZE TABLE name [PARTITION ( … )] COMPUTE STATISTICS [FOR COLUMNS names | FOR ALL COLUMNS]
type Analyze struct {
	Loc
	Name       Name
	Partition  *Partition
	Columns    []Ident
	AllColumns bool
}

// StopJob is STOP JOB 'id' [WITH SAVEPOINT] [WITH DRAIN].
type StopJob struct {
	Loc
	Job       Text
	Savepoint bool
	Drain     bool
}

// BadStatement is a statement that could not be parsed; a finding says why. Its tokens are those of its text.
type BadStatement struct{ Loc }

func (*Show) statement()          {}
func (*ShowCreate) statement()    {}
func (*ShowCurrent) statement()   {}
func (*Describe) statement()      {}
func (*Use) statement()           {}
func (*LoadModule) statement()    {}
func (*UnloadModule) statement()  {}
func (*AddJar) statement()        {}
func (*RemoveJar) statement()     {}
func (*Set) statement()           {}
func (*Reset) statement()         {}
func (*SystemOption) statement()  {}
func (*ClientCommand) statement() {}
func (*Analyze) statement()       {}
func (*StopJob) statement()       {}
func (*BadStatement) statement()  {}
