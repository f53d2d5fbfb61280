// Binding of ALTER.

package bind

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *binder) alter(s *ast.Alter) {
	switch s.Object {
	case ast.TableObject, ast.ViewObject, ast.MaterializedTableObject:
		b.alterTable(s)
	case ast.DatabaseObject:
		b.needDatabase(&s.Name)
	case ast.CatalogObject:
		b.needCatalog(s.Name.Last())
	case ast.FunctionObject:
		b.alterFunction(s)
	case ast.ModelObject:
		b.alterModel(s)
	}
}

func (b *binder) alterTable(s *ast.Alter) {
	path := b.session.path(parts(&s.Name))
	old := b.session.find(parts(&s.Name))
	switch {
	case old == nil:
		if !s.IfExists {
			suggest(b.report(UnknownTable, s.Name.Loc, "unknown table %q", s.Name.Text()), "the script", path.Name, b.session.tableNames())
		}
		return
	case old.Temporary:
		if !s.IfExists {
			b.wrongObject(old, s.Name.Loc, "ALTER "+s.Object.String())
		}
		return
	case !old.is(s.Object):
		b.wrongObject(old, s.Name.Loc, "ALTER "+s.Object.String())
		return
	}
	t := old.altered()
	b.session.tables[path] = t
	b.out.Table = t
	b.change(t, s)
}

// altered returns a copy of a table with columns of its own: statements before keep the table as they saw it.
func (t *Table) altered() *Table {
	own := *t
	own.Columns = make([]*TableField, len(t.Columns))
	by := map[*Column]Expr{}
	for i, f := range t.Columns {
		copied := *f
		copied.inherited = false
		own.Columns[i] = &copied
		by[&f.Column] = ref(&copied.Column, ast.Loc{})
	}
	for _, f := range own.Columns {
		if f.Kind == Computed {
			f.Value = moved(f.Value, by)
		}
	}
	if w := t.Watermark; w != nil {
		own.Watermark = &Watermark{Column: w.Column, Expr: moved(w.Expr, by), syntax: w.syntax}
	}
	return &own
}

func (b *binder) change(t *Table, s *ast.Alter) {
	switch a := s.Action.(type) {
	case *ast.RenameTo:
		b.renameTable(t, a)
	case *ast.SetOptions:
		options := map[string]string{}
		maps.Copy(options, t.Options)
		for _, o := range optionsOf(a.Options) {
			options[o.Key.Value] = o.Value.Value
		}
		t.Options = options
	case *ast.ResetOptions:
		b.resetOptions(t, a)
	case *ast.RenameColumn:
		b.renameColumn(t, a)
	case *ast.AddElements:
		b.addElements(t, a)
	case *ast.ModifyElements:
		b.modifyElements(t, a)
	case *ast.DropColumns:
		b.dropColumns(t, a)
	case *ast.DropPart:
		b.dropPart(t, a)
	case *ast.DropConstraint:
		b.dropConstraint(t, a)
	case *ast.AddPartitions:
		for i := range a.Partitions {
			b.partitionOf(t, a.Partitions[i].Partition)
		}
	case *ast.DropPartitions:
		for _, p := range a.Partitions {
			if !a.IfExists {
				b.partitionOf(t, p)
			}
		}
	case *ast.AsQuery:
		before := t.Columns
		t.Columns = nil
		b.view(t, a.Query, nil)
		if t.Kind == MaterializedTable && !t.Open {
			b.appended(t, before, a)
		}
	}
}

func (b *binder) renameTable(t *Table, a *ast.RenameTo) {
	path := b.session.path(parts(&a.Name))
	if old := b.session.table(path); old != nil && !old.Temporary && old.Syntax != nil {
		b.report(AlreadyExists, a.Name.Loc, "table %q already exists", path.Name)
		return
	}
	b.session.tables[t.Path] = nil
	t.Path = path
	b.session.tables[path] = t
}

func (b *binder) resetOptions(t *Table, a *ast.ResetOptions) {
	if a.Keys == nil || len(a.Keys.Items) == 0 {
		b.report(AlterConflict, a.Loc, "RESET names no option")
		return
	}
	t.Options = maps.Clone(t.Options)
	for _, k := range a.Keys.Items {
		if k.Value == "connector" {
			b.report(AlterConflict, k.Loc, "the connector of a table cannot be taken away")
			continue
		}
		delete(t.Options, k.Value)
	}
}

// dropPart drops a key, watermark or distribution, which has to be there.
func (b *binder) dropPart(t *Table, a *ast.DropPart) {
	missing := false
	switch a.Part {
	case token.PRIMARY:
		missing = t.PrimaryKey == nil
		t.PrimaryKey, t.KeyName = nil, ""
	case token.WATERMARK:
		missing = t.Watermark == nil
		t.dropWatermark()
	case token.DISTRIBUTION:
		missing = !t.distributed
		t.Buckets, t.distributed = nil, false
	}
	if missing && !t.Open {
		b.report(AlterConflict, a.Loc, "%s has no %s to drop", t.Path.Name, partNames[a.Part])
	}
}

var partNames = map[token.Kind]string{token.PRIMARY: "primary key", token.WATERMARK: "watermark", token.DISTRIBUTION: "distribution"}

// dropWatermark makes the rowtime attribute an ordinary column.
func (t *Table) dropWatermark() {
	if t.Watermark == nil {
		return
	}
	if f := t.Field(t.Watermark.Column); f != nil {
		f.Attribute = types.Regular
	}
	t.Watermark = nil
}

func (b *binder) dropConstraint(t *Table, a *ast.DropConstraint) {
	switch {
	case t.Open:
	case t.PrimaryKey == nil:
		b.report(AlterConflict, a.Loc, "%s has no primary key to drop", t.Path.Name)
	case t.KeyName != "" && t.KeyName != a.Name.Name:
		b.report(AlterConflict, a.Name.Loc, "the primary key of %s is called %q", t.Path.Name, t.KeyName)
	}
	t.PrimaryKey, t.KeyName = nil, ""
}

// partitionOf reports a partition that a table cannot have.
func (b *binder) partitionOf(t *Table, p *ast.Partition) {
	if t.Open || p == nil || b.session.catalogOf(t).open {
		return
	}
	if len(t.Partition) == 0 {
		b.report(AlterConflict, p.Loc, "%s is not partitioned", t.Path.Name)
		return
	}
	for _, item := range p.Items {
		if !slices.Contains(t.Partition, item.Column.Name) {
			suggest(b.report(UnknownColumn, item.Column.Loc, "%s is not partitioned by %q", t.Path.Name, item.Column.Name), t.Path.Name, item.Column.Name, t.Partition)
		}
	}
}

func (b *binder) alterFunction(s *ast.Alter) {
	path := b.session.path(parts(&s.Name))
	path.Name = fold(path.Name)
	if s.System {
		path = catalog.Path{Name: path.Name}
	}
	switch {
	case s.Temporary:
		b.report(WrongObject, s.Name.Loc, "ALTER does not work for temporary functions").Help = "drop it, and create it again"
	case b.session.routine(path) == nil && !s.IfExists && !b.session.openPath(path):
		b.report(UnknownFunction, s.Name.Loc, "unknown function %s", s.Name.Text())
	}
}
