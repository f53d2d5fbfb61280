// Package catalog holds what SQL refers to, as plain values: full names, built-in functions, and snapshots of objects
// that are declared outside of a script.
package catalog

import "strings"

// The catalog and database that every session begins in.
const (
	DefaultCatalog  = "default_catalog"
	DefaultDatabase = "default_database"
)

// Path is the full name of a table, view, function or model.
type Path struct{ Catalog, Database, Name string }

// String joins the parts with periods, as lineage and messages write them; it is empty for the zero Path.
func (p Path) String() string {
	if p == (Path{}) {
		return ""
	}
	return p.Catalog + "." + p.Database + "." + p.Name
}

// Short leaves out the default catalog and database, which is how people know their tables.
func (p Path) Short() string {
	switch {
	case p == (Path{}):
		return ""
	case p.Catalog != DefaultCatalog:
		return p.String()
	case p.Database != DefaultDatabase:
		return p.Database + "." + p.Name
	}
	return p.Name
}

// Quoted writes the parts in backticks, as Flink's messages do.
func (p Path) Quoted() string {
	quote := func(s string) string { return "`" + strings.ReplaceAll(s, "`", "``") + "`" }
	return quote(p.Catalog) + "." + quote(p.Database) + "." + quote(p.Name)
}

// Snapshot is what a catalog outside of the scripts holds: tables of the metadata service, for instance. Definitions are
// statements of SQL, which binding reads as if they stood before the script.
type Snapshot struct {
	Catalog     string
	Database    string
	Definitions []Definition
	Complete    bool // nothing else is in the database: other names are errors
}

// Definition is one object as CREATE TABLE, CREATE VIEW or CREATE FUNCTION.
type Definition struct {
	Name string // of the object, for messages
	SQL  string
}
