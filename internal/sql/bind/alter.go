// Binding of DROP and ALTER.

package bind

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
)

func (b *binder) drop(s *ast.Drop) {
	switch s.Object {
	case ast.TableObject, ast.ViewObject, ast.MaterializedTableObject:
		path := b.session.path(parts(&s.Name))
		if b.session.table(path) == nil {
			if !s.IfExists && !b.session.openPath(path) {
				suggest(b.report(UnknownTable, s.Name.Loc, "unknown table %q", s.Name.Text()), "the script", path.Name, b.session.tableNames())
			}
			return
		}
		b.session.tables[path] = nil
	case ast.FunctionObject:
		path := b.session.path(parts(&s.Name))
		if s.System {
			path = catalog.Path{}
		}
		path.Name = fold(s.Name.Last().Name)
		if b.session.routine(path) == nil && !s.IfExists && !b.session.openPath(path) {
			b.report(UnknownFunction, s.Name.Loc, "unknown function %s", s.Name.Text())
		}
		b.session.functions[path] = nil
	case ast.DatabaseObject:
		path := b.database(&s.Name)
		n := b.session.ownCatalog(path.Catalog)
		if !s.IfExists && !b.session.holes && (n == nil || !n.open && !n.databases[path.Database]) {
			b.report(UnknownNamespace, s.Name.Loc, "unknown database %q", s.Name.Text())
		}
		if n != nil {
			delete(n.databases, path.Database)
		}
	case ast.CatalogObject:
		if name := s.Name.Last(); !s.IfExists && !b.session.holes && b.session.catalog(name.Name) == nil {
			b.report(UnknownNamespace, name.Loc, "unknown catalog %q", name.Name)
		}
	}
}

func (b *binder) alter(s *ast.Alter) {
	switch s.Object {
	case ast.TableObject, ast.ViewObject, ast.MaterializedTableObject:
	default:
		return
	}
	path := b.session.path(parts(&s.Name))
	old := b.session.find(parts(&s.Name))
	if old == nil {
		if !s.IfExists {
			suggest(b.report(UnknownTable, s.Name.Loc, "unknown table %q", s.Name.Text()), "the script", path.Name, b.session.tableNames())
		}
		return
	}
	t := *old // statements before keep the table as they saw it
	b.session.tables[path] = &t
	b.out.Table = &t
	b.change(&t, s)
}

func (b *binder) change(t *Table, s *ast.Alter) {
	switch a := s.Action.(type) {
	case *ast.RenameTo:
		b.session.tables[t.Path] = nil
		t.Path = b.session.path(parts(&a.Name))
		b.session.tables[t.Path] = t
	case *ast.SetOptions:
		options := map[string]string{}
		maps.Copy(options, t.Options)
		for _, o := range optionsOf(a.Options) {
			options[o.Key.Value] = o.Value.Value
		}
		t.Options = options
	case *ast.RenameColumn:
		b.renameColumn(t, a)
	case *ast.AddElements:
		t.Columns = slices.Clone(t.Columns)
		b.elements(t, a.Elements)
	case *ast.DropColumns:
		t.Columns = slices.Clone(t.Columns)
		for i := range a.Columns {
			name := a.Columns[i].Text()
			if t.Field(name) == nil && !t.Open {
				b.report(UnknownColumn, a.Columns[i].Loc, "unknown column %q in %s", name, t.Path.Name)
			}
			t.Columns = slices.DeleteFunc(t.Columns, func(f *TableField) bool { return f.Name == name })
		}
	case *ast.DropPart:
		switch a.Part {
		case token.PRIMARY:
			t.PrimaryKey = nil
		case token.WATERMARK:
			t.Watermark = nil
		}
	case *ast.ModifyElements:
		b.modify(t, a)
	case *ast.AsQuery:
		t.Columns = nil
		b.view(t, a.Query, nil)
	}
}

func (b *binder) renameColumn(t *Table, a *ast.RenameColumn) {
	t.Columns = slices.Clone(t.Columns)
	for i, f := range t.Columns {
		if f.Name == a.Old.Text() {
			renamed := *f
			renamed.Name = a.New.Text()
			t.Columns[i] = &renamed
			return
		}
	}
	if !t.Open {
		b.report(UnknownColumn, a.Old.Loc, "unknown column %q in %s", a.Old.Text(), t.Path.Name)
	}
}

// modify replaces columns by declarations of the same name.
func (b *binder) modify(t *Table, a *ast.ModifyElements) {
	t.Columns = slices.Clone(t.Columns)
	for _, e := range a.Elements {
		switch e := e.(type) {
		case *ast.Column:
			at := slices.IndexFunc(t.Columns, func(f *TableField) bool { return f.Name == e.Name.Text() })
			if at < 0 {
				if !t.Open {
					b.report(UnknownColumn, e.Name.Loc, "unknown column %q in %s", e.Name.Text(), t.Path.Name)
				}
				continue
			}
			if e.Type != nil {
				changed := *t.Columns[at]
				changed.Type = b.typeOf(e.Type)
				t.Columns[at] = &changed
			}
		case *ast.Watermark:
			b.watermark(t, e)
		case *ast.Constraint:
			t.PrimaryKey = nil
			b.constraint(t, e, nil)
		}
	}
}
