package unparse

import (
	"fmt"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// create writes the statements that make tables, views, functions and the rest.
func (p *printer) create(s ast.Statement) {
	switch c := s.(type) {
	case *ast.CreateTable:
		p.createTable(c)
	case *ast.CreateMaterializedTable:
		p.createMaterializedTable(c)
	case *ast.CreateView:
		p.head(c.OrReplace, c.Temporary, false, "VIEW", c.IfNotExists)
		p.name(c.Name)
		p.names(c.Columns)
		p.optText(c.Comment, "COMMENT")
		p.put("AS")
		p.query(c.Query)
	case *ast.CreateCatalog:
		p.head(false, false, false, "CATALOG", c.IfNotExists)
		p.ident(c.Name)
		p.optText(c.Comment, "COMMENT")
		p.withOptions(c.With, "WITH")
	case *ast.CreateDatabase:
		p.head(false, false, false, "DATABASE", c.IfNotExists)
		p.name(c.Name)
		p.optText(c.Comment, "COMMENT")
		p.withOptions(c.With, "WITH")
	case *ast.CreateFunction:
		p.head(c.OrReplace, c.Temporary, c.System, "FUNCTION", c.IfNotExists)
		p.name(c.Name)
		p.put("AS")
		p.text(c.Class)
		p.kind(c.Language, "LANGUAGE")
		p.when(c.Using != nil, "USING")
		p.list(len(c.Using), func(i int) { p.put(c.Using[i].Kind.String()); p.text(c.Using[i].Path) })
		p.withOptions(c.With, "WITH")
	case *ast.CreateModel:
		p.createModel(c)
	case *ast.CreateConnection:
		p.head(c.OrReplace, c.Temporary, c.System, "CONNECTION", c.IfNotExists)
		p.name(c.Name)
		p.optText(c.Comment, "COMMENT")
		p.withOptions(c.With, "WITH")
	default:
		panic(fmt.Sprintf("unparse: no statement %T", s))
	}
}

// head writes CREATE up to the name.
func (p *printer) head(orReplace, temporary, system bool, object string, ifNotExists bool) {
	p.put("CREATE")
	p.when(orReplace, "OR REPLACE")
	p.when(temporary, "TEMPORARY")
	p.when(system, "SYSTEM")
	p.put(object)
	p.when(ifNotExists, "IF NOT EXISTS")
}

func (p *printer) createTable(c *ast.CreateTable) {
	if c.Replace {
		p.put("REPLACE")
		p.when(c.Temporary, "TEMPORARY")
		p.put("TABLE")
		p.when(c.IfNotExists, "IF NOT EXISTS")
	} else {
		p.head(c.OrReplace, c.Temporary, false, "TABLE", c.IfNotExists)
	}
	p.name(c.Name)
	p.elements(c.Elements)
	p.optText(c.Comment, "COMMENT")
	p.distribution(c.Distribution, "DISTRIBUTED")
	p.names(c.PartitionedBy, "PARTITIONED BY")
	if c.Connection != nil {
		p.put("USING CONNECTION")
		p.name(*c.Connection)
	}
	p.withOptions(c.With, "WITH")
	if c.Like != nil {
		p.put("LIKE")
		p.name(c.Like.Name)
		if c.Like.Options != nil {
			p.open("(")
			for _, o := range c.Like.Options {
				p.put(o.Strategy.String(), o.Feature.String())
			}
			p.end(")")
		}
	}
	p.asQuery(c.As)
}

func (p *printer) asQuery(q ast.Query) {
	if q != nil {
		p.put("AS")
		p.query(q)
	}
}

func (p *printer) elements(list []ast.TableElement) {
	if list != nil {
		p.parens(len(list), func(i int) { p.element(list[i]) })
	}
}

func (p *printer) element(e ast.TableElement) {
	switch e := e.(type) {
	case *ast.Column:
		p.column(e)
	case *ast.ColumnName:
		p.name(e.Name)
	case *ast.Watermark:
		p.put("WATERMARK FOR")
		p.name(e.Column)
		p.put("AS")
		p.expr(e.Expr)
	case *ast.Constraint:
		p.constraint(e)
	case *ast.DistributionElement:
		p.distribution(e.Distribution, "DISTRIBUTION")
	case *ast.BadElement:
		p.put("/* broken */")
	default:
		panic(fmt.Sprintf("unparse: no table element %T", e))
	}
}

func (p *printer) column(c *ast.Column) {
	p.name(c.Name)
	if c.Computed != nil {
		p.put("AS")
		p.expr(c.Computed)
	} else {
		p.typeName(c.Type)
	}
	if m := c.Metadata; m != nil {
		p.put("METADATA")
		p.optText(m.From, "FROM")
		p.when(m.Virtual, "VIRTUAL")
	}
	if c.Constraint != nil {
		p.constraint(c.Constraint)
	}
	p.optText(c.Comment, "COMMENT")
	if c.Position == nil {
		return
	}
	if c.Position.After == nil {
		p.put("FIRST")
		return
	}
	p.put("AFTER")
	p.name(*c.Position.After)
}

func (p *printer) constraint(c *ast.Constraint) {
	if c.Name != nil {
		p.put("CONSTRAINT")
		p.ident(*c.Name)
	}
	p.put(c.Kind.String())
	p.when(c.Kind == token.PRIMARY, "KEY")
	p.names(c.Columns)
	p.when(c.Enforcement == ast.Enforced, "ENFORCED")
	p.when(c.Enforcement == ast.NotEnforced, "NOT ENFORCED")
}

func (p *printer) distribution(d *ast.Distribution, word string) {
	if d == nil {
		return
	}
	p.put(word)
	if d.Columns != nil {
		p.put("BY")
		p.kind(d.Kind)
		p.names(d.Columns)
	}
	if d.Buckets != nil {
		p.put("INTO", d.Buckets.Text, "BUCKETS")
	}
}

func (p *printer) createMaterializedTable(c *ast.CreateMaterializedTable) {
	p.put("CREATE")
	p.when(c.OrAlter, "OR ALTER")
	p.put("MATERIALIZED TABLE")
	p.name(c.Name)
	p.elements(c.Elements)
	p.optText(c.Comment, "COMMENT")
	p.distribution(c.Distribution, "DISTRIBUTED")
	p.names(c.PartitionedBy, "PARTITIONED BY")
	p.withOptions(c.With, "WITH")
	p.startMode(c.StartMode)
	p.clause("FRESHNESS =", c.Freshness)
	p.kind(c.RefreshMode, "REFRESH_MODE =")
	p.asQuery(c.As)
}

func (p *printer) startMode(m *ast.StartMode) {
	if m == nil {
		return
	}
	p.put("START_MODE =", m.Mode.String())
	if m.Arg != nil {
		p.parens(1, func(int) { p.expr(m.Arg) })
	}
}

func (p *printer) createModel(c *ast.CreateModel) {
	p.head(c.OrReplace, c.Temporary, false, "MODEL", c.IfNotExists)
	p.name(c.Name)
	if c.Input != nil {
		p.put("INPUT")
		p.elements(c.Input)
	}
	if c.Output != nil {
		p.put("OUTPUT")
		p.elements(c.Output)
	}
	p.optText(c.Comment, "COMMENT")
	p.kind(c.Language, "LANGUAGE")
	p.withOptions(c.With, "WITH")
	p.asQuery(c.As)
}

func (p *printer) action(a ast.AlterAction) {
	switch a := a.(type) {
	case *ast.RenameTo:
		p.put("RENAME TO")
		p.name(a.Name)
	case *ast.RenameColumn:
		p.put("RENAME")
		p.name(a.Old)
		p.put("TO")
		p.name(a.New)
	case *ast.SetOptions:
		p.withOptions(a.Options, "SET")
	case *ast.ResetOptions:
		p.put("RESET")
		p.parens(len(a.Keys.Items), func(i int) { p.text(a.Keys.Items[i]) })
	case *ast.SetComment:
		p.put("COMMENT")
		p.text(a.Comment)
	case *ast.AddElements:
		p.put("ADD")
		p.alterElements(a.Parens, a.Elements)
	case *ast.ModifyElements:
		p.put("MODIFY")
		p.alterElements(a.Parens, a.Elements)
	case *ast.DropColumns:
		p.put("DROP")
		if a.Parens {
			p.parens(len(a.Columns), func(i int) { p.name(a.Columns[i]) })
		} else {
			p.name(a.Columns[0])
		}
	case *ast.DropPart:
		p.put("DROP", a.Part.String())
		p.when(a.Part == token.PRIMARY, "KEY")
	case *ast.DropConstraint:
		p.put("DROP CONSTRAINT")
		p.ident(a.Name)
	case *ast.AddPartitions:
		p.put("ADD")
		p.when(a.IfNotExists, "IF NOT EXISTS")
		for _, part := range a.Partitions {
			p.partition(part.Partition)
			p.withOptions(part.With, "WITH")
		}
	case *ast.DropPartitions:
		p.put("DROP")
		p.when(a.IfExists, "IF EXISTS")
		p.list(len(a.Partitions), func(i int) { p.partition(a.Partitions[i]) })
	case *ast.SetClass:
		p.put("AS")
		p.text(a.Class)
		p.kind(a.Language, "LANGUAGE")
	case *ast.Compact:
		p.partition(a.Partition)
		p.put("COMPACT")
	default:
		p.materializedAction(a)
	}
}

func (p *printer) alterElements(parens bool, list []ast.TableElement) {
	if parens {
		p.elements(list)
		return
	}
	p.element(list[0])
}

func (p *printer) materializedAction(a ast.AlterAction) {
	switch a := a.(type) {
	case *ast.Suspend:
		p.put("SUSPEND")
	case *ast.Resume:
		p.put("RESUME")
		p.withOptions(a.With, "WITH")
	case *ast.Refresh:
		p.put("REFRESH")
		p.partition(a.Partition)
	case *ast.SetFreshness:
		p.clause("SET FRESHNESS =", a.Freshness)
	case *ast.SetRefreshMode:
		p.put("SET REFRESH_MODE =", a.Mode.String())
	case *ast.SetStartMode:
		p.put("SET")
		p.startMode(a.Mode)
	case *ast.AsQuery:
		p.startMode(a.StartMode)
		p.asQuery(a.Query)
	default:
		panic(fmt.Sprintf("unparse: no action %T", a))
	}
}
