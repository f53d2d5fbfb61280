package ast

import "github.com/autostream/autostream/internal/sql/token"

// QueryStatement is a query by itself.
type QueryStatement struct {
	Loc
	Query Query
}

// Insert is
//
//	INSERT INTO | INSERT OVERWRITE | UPSERT INTO  name [/*+ hints */] [PARTITION ( … )] [( columns )] query
//	[ON CONFLICT DO ERROR | NOTHING | DEDUPLICATE]
type Insert struct {
	Loc
	Upsert     bool
	Overwrite  bool
	Table      *Table
	Partition  *Partition
	Columns    []Name // nil without a list
	Query      Query
	OnConflict token.Kind // token.ERROR, token.NOTHING, token.DEDUPLICATE or 0; since 2.3
}

// Update is UPDATE name [[AS] alias] SET column = x [, …] [WHERE condition].
type Update struct {
	Loc
	Table *Table
	Alias *Ident
	Set   []Assignment
	Where Expr
}

// Assignment is column = x.
type Assignment struct {
	Loc
	Column Name
	Value  Expr
}

// Delete is DELETE FROM name [[AS] alias] [WHERE condition].
type Delete struct {
	Loc
	Table *Table
	Alias *Ident
	Where Expr
}

// Merge is
//
//	MERGE INTO name [[AS] alias] USING table ON condition
//	[WHEN MATCHED THEN UPDATE SET column = x, …] [WHEN NOT MATCHED THEN INSERT [( columns )] VALUES row]
type Merge struct {
	Loc
	Table   *Table
	Alias   *Ident
	Using   TableRef
	On      Expr
	Update  []Assignment
	Columns *Names
	Insert  *Values
}

// Truncate is TRUNCATE TABLE name, since 1.18.
type Truncate struct {
	Loc
	Name Name
}

// StatementSet runs several inserts as one job.
//
//	STATEMENT SET BEGIN insert ; [insert ;]… END
type StatementSet struct {
	Loc
	Inserts []*Insert
}

// BeginStatementSet is BEGIN STATEMENT SET. The inserts up to END are statements of their own.
type BeginStatementSet struct{ Loc }

// EndStatementSet is END.
type EndStatementSet struct{ Loc }

// Execute is EXECUTE query | insert | statement set.
type Execute struct {
	Loc
	Statement Statement
}

// ExecutePlan is EXECUTE PLAN 'file'.
type ExecutePlan struct {
	Loc
	File Text
}

// CompilePlan is
//
//	COMPILE PLAN 'file' [IF NOT EXISTS] FOR insert | statement set
//	COMPILE AND EXECUTE PLAN 'file' FOR insert | statement set
type CompilePlan struct {
	Loc
	AndExecute  bool
	File        Text
	IfNotExists bool
	Statement   Statement
}

// CallStatement is CALL procedure ( arguments ), since 1.18.
type CallStatement struct {
	Loc
	Call *Call
}

// Explain is
//
//	EXPLAIN [PLAN FOR | detail [, detail]…] statement
type Explain struct {
	Loc
	PlanFor   bool
	Details   []token.Kind // token.ESTIMATED_COST, token.CHANGELOG_MODE, token.JSON_EXECUTION_PLAN, token.PLAN_ADVICE
	Statement Statement
}

func (*QueryStatement) statement()    {}
func (*Insert) statement()            {}
func (*Update) statement()            {}
func (*Delete) statement()            {}
func (*Merge) statement()             {}
func (*Truncate) statement()          {}
func (*StatementSet) statement()      {}
func (*BeginStatementSet) statement() {}
func (*EndStatementSet) statement()   {}
func (*Execute) statement()           {}
func (*ExecutePlan) statement()       {}
func (*CompilePlan) statement()       {}
func (*CallStatement) statement()     {}
func (*Explain) statement()           {}
