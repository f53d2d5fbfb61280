// Binding of statements that name an object and neither read rows nor change it: SHOW, DESCRIBE, USE, modules, ANALYZE,
// TRUNCATE, CALL.

package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
)

// needTable returns the table of a name, which has to be there; nil when there is none.
func (b *binder) needTable(name *ast.Name) *Table {
	t := b.session.find(parts(name))
	if t == nil {
		suggest(b.report(UnknownTable, name.Loc, "unknown table %q", name.Text()), "the script", name.Last().Name, b.session.tableNames())
	}
	return t
}

// needDatabase reports a database that is not there.
func (b *binder) needDatabase(name *ast.Name) {
	path := b.database(name)
	if n := b.session.catalog(path.Catalog); !b.session.holes && (n == nil || !n.open && !n.databases[path.Database]) {
		b.report(UnknownNamespace, name.Loc, "unknown database %q", name.Text())
	}
}

// needCatalog reports a catalog that is not there.
func (b *binder) needCatalog(name *ast.Ident) {
	if b.session.catalog(name.Name) == nil && !b.session.holes {
		b.report(UnknownNamespace, name.Loc, "unknown catalog %q", name.Name)
	}
}

func (b *binder) show(s *ast.Show) {
	if s.What == token.MODELS && b.session.Release < token.V2_0 {
		b.noModels(s.Loc)
	}
	if s.In == nil {
		return
	}
	switch s.What {
	case token.COLUMNS:
		b.needTable(s.In)
	case token.PARTITIONS:
		if t := b.needTable(s.In); t != nil {
			b.partitioned(t, s.In)
		}
	case token.TABLES, token.VIEWS, token.MODELS:
		b.needDatabase(s.In)
	case token.DATABASES:
		b.needCatalog(s.In.Last())
	}
}

// partitioned reports a table without partitions.
func (b *binder) partitioned(t *Table, name *ast.Name) {
	if t.Kind == BaseTable && len(t.Partition) == 0 && !t.Open && !b.session.catalogOf(t).open {
		b.report(WrongObject, name.Loc, "%s is not partitioned", t.Path.Name)
	}
}

func (b *binder) showCreate(s *ast.ShowCreate) {
	switch s.Object {
	case ast.TableObject, ast.ViewObject:
		if t := b.needTable(&s.Name); t != nil && !t.is(s.Object) && t.Kind != MaterializedTable {
			b.wrongObject(t, s.Name.Loc, "SHOW CREATE "+s.Object.String())
		}
	case ast.MaterializedTableObject:
		if t := b.needTable(&s.Name); t != nil && t.Kind != MaterializedTable && !t.Open {
			b.wrongObject(t, s.Name.Loc, "SHOW CREATE MATERIALIZED TABLE")
		}
	case ast.ModelObject:
		b.namedModel(&s.Name, false)
	case ast.CatalogObject:
		b.needCatalog(s.Name.Last())
	}
}

func (b *binder) describe(s *ast.Describe) {
	switch s.Object {
	case ast.NoObject, ast.TableObject, ast.ViewObject:
		if s.Statement == nil && s.Name.Parts != nil {
			b.needTable(&s.Name)
		}
	case ast.CatalogObject:
		b.needCatalog(s.Name.Last())
	case ast.FunctionObject:
		b.needFunction(&s.Name)
	case ast.ModelObject:
		b.namedModel(&s.Name, false)
	}
}

// needFunction reports a function that is neither built in nor declared.
func (b *binder) needFunction(name *ast.Name) {
	p := parts(name)
	if f := catalog.LookupFunction(p[len(p)-1]); f != nil || len(b.session.modules) > 0 {
		return
	}
	if b.session.call(p) == nil && !b.session.openPath(b.session.path(p)) {
		b.report(UnknownFunction, name.Loc, "unknown function %s", name.Text())
	}
}

func (b *binder) truncate(s *ast.Truncate) {
	if t := b.needTable(&s.Name); t != nil && t.Kind == View {
		b.wrongObject(t, s.Name.Loc, "TRUNCATE TABLE")
	}
}

func (b *binder) analyze(s *ast.Analyze) {
	t := b.needTable(&s.Name)
	if t == nil {
		return
	}
	for _, c := range s.Columns {
		if t.Field(c.Name) == nil && !t.Open {
			suggest(b.report(UnknownColumn, c.Loc, "unknown column %q in %s", c.Name, t.Path.Name), t.Path.Name, c.Name, t.names())
		}
	}
	if s.Partition != nil {
		b.partitioned(t, &s.Name)
	}
}

// callProcedure reports a procedure of a catalog that keeps all it has in memory: such a one has no procedures.
func (b *binder) callProcedure(name *ast.Name) {
	if path := b.session.path(parts(name)); !b.session.openPath(path) {
		b.report(UnknownFunction, name.Loc, "unknown procedure %s", name.Text())
	}
}

// module reports whether a module is loaded.
func (s *Session) module(name string) bool { return name == "core" || slices.Contains(s.modules, name) }

func (b *binder) loadModule(s *ast.LoadModule) {
	if b.session.module(s.Name.Name) {
		b.report(AlreadyExists, s.Name.Loc, "module %q is loaded already", s.Name.Name)
	}
	b.session.modules = append(slices.Clip(b.session.modules), s.Name.Name)
}

func (b *binder) unloadModule(s *ast.UnloadModule) {
	if !b.session.module(s.Name.Name) && !b.session.holes {
		b.report(UnknownNamespace, s.Name.Loc, "module %q is not loaded", s.Name.Name)
	}
}

func (b *binder) useModules(s *ast.Use) {
	for i, m := range s.Modules {
		switch {
		case slices.ContainsFunc(s.Modules[:i], func(o ast.Ident) bool { return o.Name == m.Name }):
			b.report(DuplicateColumn, m.Loc, "module %q is named twice", m.Name)
		case !b.session.module(m.Name) && !b.session.holes:
			b.report(UnknownNamespace, m.Loc, "module %q is not loaded", m.Name)
		}
	}
}
