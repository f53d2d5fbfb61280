// Binding of statements, in the order of the script.

package bind

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
)

// Script binds the statements of a script. The session afterwards is what a SQL client would have.
func (s *Session) Script(script *ast.Script) *Script {
	bound := &Script{File: script.File}
	for i, syntax := range script.Statements {
		statement := &Statement{Number: i + 1, Syntax: syntax}
		mode, _ := s.Setting("execution.runtime-mode")
		statement.Batch = strings.EqualFold(mode, "batch")
		statement.Settings = s.flat()
		b := &binder{session: s, file: script.File, out: statement, used: map[used]bool{}}
		b.statement(syntax)
		bound.Statements = append(bound.Statements, statement)
	}
	return bound
}

func (b *binder) statement(s ast.Statement) {
	switch s := s.(type) {
	case *ast.QueryStatement:
		b.out.Query = b.query(s.Query, nil)
	case *ast.Insert:
		b.insert(s)
	case *ast.StatementSet:
		for _, insert := range s.Inserts {
			b.insert(insert)
		}
	case *ast.Explain:
		if s.Statement != nil {
			b.dry(s.Statement)
		}
	case *ast.Execute:
		b.statement(s.Statement)
	case *ast.CompilePlan:
		b.statement(s.Statement)
	case *ast.CreateTable:
		b.createTable(s)
	case *ast.CreateView:
		b.createView(s)
	case *ast.CreateMaterializedTable:
		b.createMaterialized(s)
	case *ast.Update:
		b.update(s)
	case *ast.Delete:
		b.delete(s)
	default:
		b.manage(s)
	}
}

// dry binds a statement that is explained, not run: what it declares does not stay.
func (b *binder) dry(s ast.Statement) {
	session := b.session
	b.session = session.Child()
	b.statement(s)
	b.session = session
}

// manage runs the statements that only change the session.
func (b *binder) manage(s ast.Statement) {
	switch s := s.(type) {
	case *ast.Use:
		b.use(s)
	case *ast.Set:
		if s.Key != "" {
			b.session.Set(s.Key, s.Value)
		}
	case *ast.Reset:
		b.session.reset(s.Key)
	case *ast.CreateCatalog:
		b.createCatalog(s)
	case *ast.CreateDatabase:
		b.createDatabase(s)
	case *ast.CreateFunction:
		b.createFunction(s)
	case *ast.AddJar:
		b.session.jars = append(slices.Clone(b.session.jars), s.Path.Value)
	case *ast.CreateModel:
		b.createModel(s)
	case *ast.BadStatement:
		b.session.holes = true
	case *ast.LoadModule:
		b.loadModule(s)
	case *ast.UnloadModule:
		b.unloadModule(s)
	case *ast.Show:
		b.show(s)
	case *ast.ShowCreate:
		b.showCreate(s)
	case *ast.Describe:
		b.describe(s)
	case *ast.Truncate:
		b.truncate(s)
	case *ast.Analyze:
		b.analyze(s)
	case *ast.CallStatement:
		b.callProcedure(&s.Call.Name)
	case *ast.Drop:
		b.drop(s)
	case *ast.Alter:
		b.alter(s)
	}
}

// createDatabase adds a database to a catalog that is known.
func (b *binder) createDatabase(s *ast.CreateDatabase) {
	path := b.database(&s.Name)
	n := b.session.ownCatalog(path.Catalog)
	switch {
	case n == nil:
		b.report(UnknownNamespace, s.Name.Loc, "unknown catalog %q", path.Catalog)
		return
	case n.databases[path.Database] && !n.open && !s.IfNotExists:
		b.report(AlreadyExists, s.Name.Loc, "database %q already exists", path.Database)
	}
	n.databases[path.Database] = true
}

// createCatalog adds a catalog. What is in one of a type that keeps its content elsewhere is not known.
func (b *binder) createCatalog(s *ast.CreateCatalog) {
	if b.session.catalog(s.Name.Name) != nil && !s.IfNotExists {
		b.report(AlreadyExists, s.Name.Loc, "catalog %q already exists", s.Name.Name)
	}
	if s.With.Get("type") == nil {
		b.report(MissingOption, s.Name.Loc, "catalog %q has no option 'type'", s.Name.Name)
	}
	n := &namespace{initial: "default", open: true}
	if o := s.With.Get("type"); o != nil {
		n.open = o.Value.Value != "generic_in_memory"
	}
	if !n.open {
		for _, o := range optionsOf(s.With) {
			if k := o.Key.Value; k != "type" && k != "default-database" && k != "property-version" {
				b.report(UnknownOption, o.Key.Loc, "a catalog in memory has no option %q", k)
			}
		}
	}
	if o := s.With.Get("default-database"); o != nil {
		n.initial = o.Value.Value
	}
	n.databases = map[string]bool{n.initial: true}
	b.session.catalogs[s.Name.Name] = n
}

// database completes the name of a database.
func (b *binder) database(name *ast.Name) catalog.Path {
	p := parts(name)
	path := catalog.Path{Catalog: b.session.current.Catalog, Database: p[len(p)-1]}
	if len(p) > 1 {
		path.Catalog = p[len(p)-2]
	}
	return path
}

func (b *binder) createFunction(s *ast.CreateFunction) {
	r := &Routine{Temporary: s.Temporary, System: s.System, Class: s.Class.Value, Language: s.Language, Syntax: s}
	if s.System {
		r.Path = catalog.Path{Name: fold(s.Name.Text())}
	} else {
		r.Path = b.session.path(parts(&s.Name))
		r.Path.Name = fold(r.Path.Name)
	}
	old := b.session.routine(r.Path)
	switch {
	case old == nil:
	case old.Temporary == r.Temporary && !s.IfNotExists && !s.OrReplace:
		b.report(AlreadyExists, s.Name.Loc, "function %q already exists", s.Name.Text())
	case r.Temporary && !old.Temporary:
		r.beneath = old
	}
	if n := b.session.catalog(r.Path.Catalog); r.Path.Catalog != "" && !r.Temporary && !b.session.holes && (n == nil || !n.open && !n.databases[r.Path.Database]) {
		b.report(UnknownNamespace, s.Name.Loc, "unknown database %q", r.Path.Catalog+"."+r.Path.Database)
	}
	r.Function = b.session.inspect(r)
	b.session.functions[r.Path] = r
}

func (b *binder) use(s *ast.Use) {
	switch s.Object {
	case ast.CatalogObject:
		name := s.Name.Last()
		n := b.session.catalog(name.Name)
		if n == nil {
			b.report(UnknownNamespace, name.Loc, "unknown catalog %q", name.Name)
			return
		}
		b.session.current = catalog.Path{Catalog: name.Name, Database: n.initial}
	case ast.ModuleObject:
		b.useModules(s)
	default:
		path := b.database(&s.Name)
		n := b.session.catalog(path.Catalog)
		if n == nil || !n.open && !n.databases[path.Database] {
			b.report(UnknownNamespace, s.Name.Loc, "unknown database %q", s.Name.Text())
			return
		}
		b.session.current = path
	}
}
