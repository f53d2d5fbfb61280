// Package bind finds out what the names and expressions of a script mean.
//
// A [Session] knows catalogs, tables, views and functions; [Session.Script] binds the statements of a script in their
// order, as a SQL client would run them, and leaves the session changed. The result is one typed graph that lineage,
// changelog inference and lint rules read:
//
//	Script → Statement → Insert, Query or Table → Rel → Column → Expr → Column → … → TableColumn
//
// A column knows the expression that its values come from, an expression the columns that it uses, by address; so the
// graph can be followed without names. Whatever cannot be known (a function of the user, a table of a catalog that is
// not at hand) is unknown and lets everything pass: findings are only what Flink refuses for sure.
package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
)

// Script is a bound file.
type Script struct {
	File       *source.File
	Statements []*Statement
}

// Findings returns those of all statements, in order. A warning about a declaration is left out where an error of the same
// rule points at it.
func (s *Script) Findings() []diag.Finding {
	var all []diag.Finding
	for _, statement := range s.Statements {
		all = append(all, statement.Findings...)
	}
	return slices.DeleteFunc(slices.Clone(all), func(f diag.Finding) bool {
		return f.Level == diag.Warning && slices.ContainsFunc(all, func(e diag.Finding) bool { return e.Level == diag.Error && pointsAt(e, f) })
	})
}

// pointsAt reports whether a finding points at the place of another one of its rule.
func pointsAt(e, f diag.Finding) bool {
	return e.Rule == f.Rule && slices.ContainsFunc(e.Related, func(r diag.Related) bool {
		return r.File == f.File && r.Span.Start <= f.Span.Start && f.Span.End <= r.Span.End
	})
}

// Statement is one bound statement. Which of the fields are set follows from its kind; a statement that only manages a
// session (SET, USE, SHOW) has none.
type Statement struct {
	Number   int // in its file, from 1
	Syntax   ast.Statement
	Table    *Table            // declared by CREATE TABLE, CREATE VIEW and CREATE MATERIALIZED TABLE
	Query    Rel               // of a query, of EXPLAIN, of a view
	Inserts  []*Insert         // of INSERT, of each in a statement set, of CREATE TABLE … AS
	Batch    bool              // execution.runtime-mode is batch here
	Settings map[string]string // of SET, as they are here; not to be changed
	Findings []diag.Finding

	SelfRead []ast.Loc // where queries of WITH RECURSIVE that read themselves are read by others
}

// Insert is rows that go to a table.
type Insert struct {
	Syntax    ast.Node // *ast.Insert, or the statement of a CREATE TABLE … AS
	Table     *Table   // nil when it is not found
	Path      catalog.Path
	Rel       Rel
	Columns   []Assigned // one for each written column, in the order of the table
	Overwrite bool
}

// Assigned is what a written column gets.
type Assigned struct {
	Target *TableField
	Source *Column // nil for one that is not named: NULL
	Static Expr    // of PARTITION (column = literal)
}
