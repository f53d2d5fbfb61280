// Tables and what statements make of them.

package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

// Table is a table or a view as a session knows it.
type Table struct {
	Path       catalog.Path
	Kind       TableKind
	Temporary  bool
	Columns    []*TableField
	PrimaryKey []string
	KeyName    string
	Watermark  *Watermark
	Partition  []string
	Buckets    []string // columns of DISTRIBUTED BY
	Options    map[string]string
	Open       bool // columns are not all known: any name may be one
	Query      Rel  // of a view or materialized table

	File   *source.File // where it was declared; nil for tables from elsewhere
	Syntax ast.Node

	distributed bool   // there is a DISTRIBUTED clause, which may name no columns
	beneath     *Table // that a temporary table hides; nil for none
}

// TableKind says what a table is.
type TableKind uint8

// The kinds of tables.
const (
	BaseTable TableKind = iota
	View
	MaterializedTable
)

// TableField is a declared column. The value of a physical or metadata column is a *TableColumn, that of a computed one
// an expression over the physical columns of the table, that of a view a reference to the query.
type TableField struct {
	Column
	Kind     FieldKind
	Metadata string // key in the connector, of a metadata column
	Virtual  bool   // a metadata column that is not written

	source    ast.Expr // of a computed column, to bind it again when other columns change
	inherited bool     // of LIKE or AS: what is declared beside it cannot make it NOT NULL
}

// FieldKind says where the values of a column come from.
type FieldKind uint8

// The kinds of declared columns.
const (
	Physical FieldKind = iota
	Computed
	Metadata
)

// Watermark is WATERMARK FOR column AS expression.
type Watermark struct {
	Column string
	Expr   Expr

	syntax *ast.Watermark // to bind it again when columns change; nil for tables from elsewhere
}

// Field returns the column of a name, or nil.
func (t *Table) Field(name string) *TableField {
	for _, f := range t.Columns {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// own returns a copy of a table that is not fully known: the columns that a session guesses are its own.
func (t *Table) own() *Table {
	copied := *t
	copied.Columns = slices.Clone(t.Columns)
	return &copied
}

// Written returns the columns that an INSERT fills: all but computed and virtual ones.
func (t *Table) Written() []*TableField {
	var written []*TableField
	for _, f := range t.Columns {
		if f.Kind == Physical || f.Kind == Metadata && !f.Virtual {
			written = append(written, f)
		}
	}
	return written
}

// add appends a column and gives a stored one its value.
func (t *Table) add(f *TableField, loc ast.Loc) {
	if f.Value == nil {
		f.Value = &TableColumn{node: node{typ: f.Type, loc: loc}, Table: t, Name: f.Name}
	}
	t.Columns = append(t.Columns, f)
}

// fresh returns new columns that have the values of others: each read of a relation has columns of its own.
func fresh(columns []*Column) []*Column {
	copies := make([]*Column, len(columns))
	for i, c := range columns {
		copies[i] = pass(c)
	}
	return copies
}

// pass returns a column with the value of another.
func pass(c *Column) *Column {
	return &Column{Name: c.Name, Type: c.Type, Attribute: c.Attribute, Value: ref(c, ast.Loc{})}
}

func ref(c *Column, loc ast.Loc) *Ref { return &Ref{node: node{typ: c.Type, loc: loc}, Column: c} }

// scan reads a table.
func scan(t *Table, syntax *ast.Table) *Scan {
	s := &Scan{Table: t}
	s.loc = syntax.Loc
	s.Hints = syntax.Hints
	s.columns = make([]*Column, len(t.Columns))
	for i, f := range t.Columns {
		s.columns[i] = pass(&f.Column)
	}
	return s
}

// unknownColumn is a column that a table not fully known may have.
func unknownColumn(t *Table, name string) *Column {
	f := t.Field(name)
	if f == nil {
		f = &TableField{Column: Column{Name: name, Type: types.Type{}}}
		t.add(f, ast.Loc{})
	}
	return pass(&f.Column)
}
