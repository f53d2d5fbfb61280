// Binding of DROP.

package bind

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
)

func (b *binder) drop(s *ast.Drop) {
	switch s.Object {
	case ast.TableObject, ast.ViewObject, ast.MaterializedTableObject:
		b.dropTable(s)
	case ast.FunctionObject:
		b.dropFunction(s)
	case ast.ModelObject:
		if m := b.namedModel(&s.Name, s.IfExists); m != nil {
			b.session.models[m.Path] = nil
		}
	case ast.DatabaseObject:
		b.dropDatabase(s)
	case ast.CatalogObject:
		b.dropCatalog(s)
	}
}

// dropTable drops a table or a view. DROP TABLE does not see views and DROP VIEW no tables; a temporary object is only
// dropped by DROP TEMPORARY, and while it is there it keeps what it hides from being dropped.
func (b *binder) dropTable(s *ast.Drop) {
	path := b.session.path(parts(&s.Name))
	t := b.session.table(path)
	switch {
	case t == nil || t.Open && t.Syntax == nil:
		if t == nil && !s.IfExists && !b.session.openPath(path) {
			suggest(b.report(UnknownTable, s.Name.Loc, "unknown table %q", s.Name.Text()), "the script", path.Name, b.session.tableNames())
		}
	case t.Temporary && !s.Temporary && t.is(s.Object):
		b.report(WrongObject, s.Name.Loc, "%q is temporary", path.Name).Help = "write DROP TEMPORARY " + s.Object.String()
		return
	case s.Temporary && t.Temporary && t.is(s.Object):
		b.session.tables[path] = t.beneath
		return
	case s.Temporary || t.Temporary || !t.is(s.Object):
		if !s.IfExists {
			b.wrongObject(t, s.Name.Loc, "DROP "+temporary(s.Temporary)+s.Object.String())
		}
		return
	}
	b.session.tables[path] = nil
}

// is reports whether a table is what a statement calls it.
func (t *Table) is(object ast.Object) bool { return t.object() == object || t.Open && t.Syntax == nil }

// object is the kind of a table in the words of the grammar.
func (t *Table) object() ast.Object {
	return [...]ast.Object{BaseTable: ast.TableObject, View: ast.ViewObject, MaterializedTable: ast.MaterializedTableObject}[t.Kind]
}

func temporary(yes bool) string {
	if yes {
		return "TEMPORARY "
	}
	return ""
}

// wrongObject reports a statement for another kind of object.
func (b *binder) wrongObject(t *Table, at ast.Loc, statement string) {
	b.report(WrongObject, at, "%s does not work for %q, which is a %s%s", statement, t.Path.Name, temporary(t.Temporary), t.object())
}

func (b *binder) dropFunction(s *ast.Drop) {
	path := b.session.path(parts(&s.Name))
	if s.System {
		path = catalog.Path{}
	}
	path.Name = fold(s.Name.Last().Name)
	r := b.session.routine(path)
	switch {
	case r == nil:
		if !s.IfExists && !b.session.openPath(path) {
			b.report(UnknownFunction, s.Name.Loc, "unknown function %s", s.Name.Text())
		}
	case r.Temporary && !s.Temporary && s.IfExists:
	case r.Temporary && !s.Temporary:
		b.report(WrongObject, s.Name.Loc, "%s is a temporary function", s.Name.Text()).Help = "write DROP TEMPORARY FUNCTION"
	case !r.Temporary && s.Temporary:
		if !s.IfExists {
			b.report(WrongObject, s.Name.Loc, "%s is no temporary function", s.Name.Text()).Help = "write DROP FUNCTION"
		}
	default:
		b.session.functions[path] = r.beneath
	}
}

func (b *binder) dropDatabase(s *ast.Drop) {
	path := b.database(&s.Name)
	n := b.session.ownCatalog(path.Catalog)
	if b.session.holes {
		return
	}
	switch {
	case n == nil:
		b.report(UnknownNamespace, s.Name.Loc, "unknown catalog %q", path.Catalog)
	case n.open:
		delete(n.databases, path.Database)
	case !n.databases[path.Database]:
		if !s.IfExists {
			b.report(UnknownNamespace, s.Name.Loc, "unknown database %q", s.Name.Text())
		}
	case path == b.session.current:
		b.report(InUse, s.Name.Loc, "database %q is in use", path.Database).Help = "USE another one first"
	case s.Behaviour != token.CASCADE && b.session.holds(path) != "":
		b.report(InUse, s.Name.Loc, "database %q is not empty: it has %s", path.Database, b.session.holds(path)).Help = "write CASCADE, which drops all that is in it"
	default:
		delete(n.databases, path.Database)
		b.session.empty(path)
	}
}

func (b *binder) dropCatalog(s *ast.Drop) {
	name := s.Name.Last()
	switch {
	case b.session.holes:
	case b.session.catalog(name.Name) == nil:
		if !s.IfExists {
			b.report(UnknownNamespace, name.Loc, "unknown catalog %q", name.Name)
		}
	case name.Name == b.session.current.Catalog:
		b.report(InUse, name.Loc, "catalog %q is in use", name.Name).Help = "USE another one first"
	default:
		b.session.catalogs[name.Name] = nil
	}
}

// holds names something that a database has, "" for an empty one. Temporary objects are not in it.
func (s *Session) holds(database catalog.Path) string {
	for t := range s.Tables {
		for t != nil && t.Temporary {
			t = t.beneath
		}
		if t != nil && t.Path.Catalog == database.Catalog && t.Path.Database == database.Database {
			return t.Path.Name
		}
	}
	seen := map[catalog.Path]bool{}
	for ; s != nil; s = s.parent {
		for path, r := range s.functions {
			if r != nil && !r.Temporary && !seen[path] && path.Catalog == database.Catalog && path.Database == database.Database {
				return path.Name
			}
			seen[path] = true
		}
	}
	return ""
}

// empty drops the tables of a database.
func (s *Session) empty(database catalog.Path) {
	var paths []catalog.Path
	for t := range s.Tables {
		if t.Path.Catalog == database.Catalog && t.Path.Database == database.Database && !t.Temporary {
			paths = append(paths, t.Path)
		}
	}
	for _, path := range paths {
		s.tables[path] = nil
	}
}
