package unparse

import (
	"fmt"

	"github.com/autostream/autostream/internal/sql/ast"
)

// statement writes any statement; those about tables and the session have files and functions of their own.
func (p *printer) statement(s ast.Statement) {
	switch s := s.(type) {
	case *ast.QueryStatement:
		p.query(s.Query)
	case *ast.Insert:
		p.insert(s)
	case *ast.Update:
		p.put("UPDATE")
		p.target(s.Table, s.Alias)
		p.put("SET")
		p.assignments(s.Set)
		p.clause("WHERE", s.Where)
	case *ast.Delete:
		p.put("DELETE FROM")
		p.target(s.Table, s.Alias)
		p.clause("WHERE", s.Where)
	case *ast.Merge:
		p.merge(s)
	case *ast.Truncate:
		p.put("TRUNCATE TABLE")
		p.name(s.Name)
	case *ast.StatementSet:
		p.put("STATEMENT SET BEGIN")
		for _, n := range s.Inserts {
			p.insert(n)
			p.end(";")
		}
		p.put("END")
	case *ast.BeginStatementSet:
		p.put("BEGIN STATEMENT SET")
	case *ast.EndStatementSet:
		p.put("END")
	case *ast.Execute:
		p.put("EXECUTE")
		p.statement(s.Statement)
	case *ast.ExecutePlan:
		p.put("EXECUTE PLAN")
		p.text(s.File)
	case *ast.CompilePlan:
		p.put("COMPILE")
		p.when(s.AndExecute, "AND EXECUTE")
		p.put("PLAN")
		p.text(s.File)
		p.when(s.IfNotExists, "IF NOT EXISTS")
		p.put("FOR")
		p.statement(s.Statement)
	case *ast.CallStatement:
		p.put("CALL")
		p.function(s.Call)
	case *ast.Explain:
		p.explain(s)
	case *ast.BadStatement:
		p.put("/* broken */")
	case *ast.CreateTable, *ast.CreateMaterializedTable, *ast.CreateView, *ast.CreateCatalog, *ast.CreateDatabase,
		*ast.CreateFunction, *ast.CreateModel, *ast.CreateConnection:
		p.create(s)
	case *ast.Drop:
		p.put("DROP")
		p.when(s.Temporary, "TEMPORARY")
		p.when(s.System, "SYSTEM")
		p.put(s.Object.String())
		p.when(s.IfExists, "IF EXISTS")
		p.name(s.Name)
		p.kind(s.Behaviour)
	case *ast.Alter:
		p.put("ALTER")
		p.when(s.Temporary, "TEMPORARY")
		p.when(s.System, "SYSTEM")
		p.put(s.Object.String())
		p.when(s.IfExists, "IF EXISTS")
		p.name(s.Name)
		p.action(s.Action)
	default:
		p.command(s)
	}
}

func (p *printer) insert(n *ast.Insert) {
	switch {
	case n.Upsert:
		p.put("UPSERT INTO")
	case n.Overwrite:
		p.put("INSERT OVERWRITE")
	default:
		p.put("INSERT INTO")
	}
	p.namedTable(n.Table)
	p.partition(n.Partition)
	if n.Columns != nil {
		p.parens(len(n.Columns), func(i int) { p.name(n.Columns[i]) })
	}
	p.query(n.Query)
	if n.OnConflict != 0 {
		p.put("ON CONFLICT DO", n.OnConflict.String())
	}
}

func (p *printer) target(t *ast.Table, alias *ast.Ident) {
	p.namedTable(t)
	if alias != nil {
		p.put("AS")
		p.ident(*alias)
	}
}

func (p *printer) assignments(set []ast.Assignment) {
	p.list(len(set), func(i int) {
		p.name(set[i].Column)
		p.put("=")
		p.expr(set[i].Value)
	})
}

func (p *printer) merge(m *ast.Merge) {
	p.put("MERGE INTO")
	p.target(m.Table, m.Alias)
	p.put("USING")
	p.table(m.Using)
	p.clause("ON", m.On)
	if m.Update != nil {
		p.put("WHEN MATCHED THEN UPDATE SET")
		p.assignments(m.Update)
	}
	if m.Insert != nil {
		p.put("WHEN NOT MATCHED THEN INSERT")
		p.names(m.Columns)
		p.query(m.Insert)
	}
}

func (p *printer) explain(e *ast.Explain) {
	p.put("EXPLAIN")
	p.when(e.PlanFor, "PLAN FOR")
	p.list(len(e.Details), func(i int) { p.put(e.Details[i].String()) })
	p.statement(e.Statement)
}

// command writes the statements that ask or tell the session something.
func (p *printer) command(s ast.Statement) {
	switch s := s.(type) {
	case *ast.Show:
		p.show(s)
	case *ast.ShowCreate:
		p.put("SHOW CREATE")
		p.when(s.OrAlter, "OR ALTER")
		p.put(s.Object.String())
		p.name(s.Name)
	case *ast.ShowCurrent:
		p.put("SHOW CURRENT", s.Object.String())
	case *ast.Describe:
		p.describe(s)
	case *ast.Use:
		p.use(s)
	case *ast.LoadModule:
		p.put("LOAD MODULE")
		p.ident(s.Name)
		p.withOptions(s.With, "WITH")
	case *ast.UnloadModule:
		p.put("UNLOAD MODULE")
		p.ident(s.Name)
	case *ast.AddJar:
		p.put("ADD JAR")
		p.text(s.Path)
	case *ast.RemoveJar:
		p.put("REMOVE JAR")
		p.text(s.Path)
	case *ast.Set:
		p.set(s)
	case *ast.Reset:
		p.put("RESET")
		if s.Key != "" && s.Plain {
			p.put(s.Key)
		} else if s.Key != "" {
			p.optText(s.KeyText)
		}
	case *ast.SystemOption:
		p.systemOption(s)
	case *ast.ClientCommand:
		p.put(s.Command)
	case *ast.Analyze:
		p.put("ANALYZE TABLE")
		p.name(s.Name)
		p.partition(s.Partition)
		p.put("COMPUTE STATISTICS")
		p.when(s.AllColumns, "FOR ALL COLUMNS")
		if s.Columns != nil {
			p.put("FOR COLUMNS")
			p.list(len(s.Columns), func(i int) { p.ident(s.Columns[i]) })
		}
	case *ast.StopJob:
		p.put("STOP JOB")
		p.text(s.Job)
		p.when(s.Savepoint, "WITH SAVEPOINT")
		p.when(s.Drain, "WITH DRAIN")
	default:
		panic(fmt.Sprintf("unparse: no statement %T", s))
	}
}

func (p *printer) show(s *ast.Show) {
	p.put("SHOW")
	p.when(s.Full, "FULL")
	p.when(s.User, "USER")
	p.put(s.What.String())
	p.when(s.What.String() == "MATERIALIZED", "TABLES")
	p.kind(s.Preposition)
	if s.In != nil {
		p.name(*s.In)
	}
	p.when(s.Not, "NOT")
	p.kind(s.Like)
	p.optText(s.Pattern)
	p.partition(s.Partition)
}

func (p *printer) describe(d *ast.Describe) {
	if d.Desc {
		p.put("DESC")
	} else {
		p.put("DESCRIBE")
	}
	if d.Statement != nil {
		p.statement(d.Statement)
		return
	}
	if d.Object != ast.NoObject {
		p.put(d.Object.String())
	}
	p.when(d.Extended, "EXTENDED")
	p.optText(d.Job)
	p.name(d.Name)
	if d.Column != nil {
		p.ident(*d.Column)
	}
}

func (p *printer) use(u *ast.Use) {
	p.put("USE")
	switch u.Object {
	case ast.CatalogObject:
		p.put("CATALOG")
	case ast.ModuleObject:
		p.put("MODULES")
		p.list(len(u.Modules), func(i int) { p.ident(u.Modules[i]) })
		return
	}
	p.name(u.Name)
}

func (p *printer) set(s *ast.Set) {
	p.put("SET")
	switch {
	case s.KeyText == nil:
	case s.Plain:
		value := s.Value
		if int(s.ValueText.End-s.ValueText.Start) != len(value) { // stood in quotes, which know no escapes here
			value = "'" + value + "'"
		}
		p.put(s.Key, "=", value)
	default:
		p.text(*s.KeyText)
		p.put("=")
		p.text(*s.ValueText)
	}
}

func (p *printer) systemOption(s *ast.SystemOption) {
	p.put("ALTER", s.Scope.String())
	switch {
	case s.All:
		p.put("RESET ALL")
	case s.Reset:
		p.put("RESET")
		p.name(*s.Name)
	default:
		p.put("SET")
		p.name(*s.Name)
		p.put("=")
		p.expr(s.Value)
	}
}
