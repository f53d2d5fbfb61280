package lsp

import (
	"fmt"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// name is a place of a script where something is named, and what that is.
type name struct {
	at       ast.Loc // of the identifier alone
	kind     nameKind
	key      string // what is named: equal for all places that name the same
	declares bool
	table    *bind.Table  // of a table, or of the column of one
	column   *bind.Column // of a column
	word     string
}

type nameKind int

const (
	tableName nameKind = iota
	columnName
	aliasName  // of a table within a query
	outputName // of a column that a query makes
)

// namesOf finds the names of a script by following what binding has made of it.
func namesOf(s *sqlfiles.Script) []name {
	c := &collector{tables: map[ast.Loc]*bind.Table{}, owner: map[*bind.Column]*bind.Table{}, made: map[*bind.Column]ast.Loc{}, seen: map[bind.Rel]bool{}}
	for i, statement := range s.Bound.Statements {
		c.number = i
		c.statement(s.Tree.Statements[i], statement)
	}
	slices.SortStableFunc(c.names, func(a, b name) int { return int(a.at.Start - b.at.Start) })
	return slices.CompactFunc(c.names, func(a, b name) bool { return a.at == b.at && a.key == b.key })
}

type collector struct {
	number int
	names  []name
	tables map[ast.Loc]*bind.Table      // by the place of the scan
	owner  map[*bind.Column]*bind.Table // whose columns a scan has
	made   map[*bind.Column]ast.Loc     // where the relation stands that makes a column
	refs   []*bind.Ref
	seen   map[bind.Rel]bool
}

func (c *collector) statement(syntax ast.Statement, bound *bind.Statement) {
	clear(c.tables)
	c.refs = nil
	if bound.Table != nil {
		c.declared(bound.Table)
		c.rel(bound.Table.Query)
	}
	c.rel(bound.Query)
	for _, insert := range bound.Inserts {
		c.rel(insert.Rel)
		if into, ok := insert.Syntax.(*ast.Insert); ok && insert.Table != nil {
			c.add(name{at: into.Table.Name.Last().Loc, kind: tableName, key: tableKey(insert.Table), table: insert.Table, word: insert.Table.Path.Name})
			for _, column := range into.Columns {
				c.column(column.Last(), insert.Table, insert.Table.Field(column.Last().Name))
			}
		}
	}
	c.syntax(syntax)
}

func (c *collector) add(n name) { c.names = append(c.names, n) }

func tableKey(t *bind.Table) string { return "t:" + t.Path.String() }

func (c *collector) column(at *ast.Ident, t *bind.Table, f *bind.TableField) {
	if f != nil {
		c.add(name{at: at.Loc, kind: columnName, key: "c:" + t.Path.String() + "." + f.Name, table: t, column: &f.Column, word: f.Name})
	}
}

// declared notes the names that a declaration gives.
func (c *collector) declared(t *bind.Table) {
	var at *ast.Name
	var elements []ast.TableElement
	switch s := t.Syntax.(type) {
	case *ast.CreateTable:
		at, elements = &s.Name, s.Elements
	case *ast.CreateMaterializedTable:
		at, elements = &s.Name, s.Elements
	case *ast.CreateView:
		at = &s.Name
	default:
		return
	}
	c.add(name{at: at.Last().Loc, kind: tableName, key: tableKey(t), declares: true, table: t, word: t.Path.Name})
	for _, e := range elements {
		switch e := e.(type) {
		case *ast.Column:
			if f := t.Field(e.Name.Last().Name); f != nil {
				c.column(e.Name.Last(), t, f)
				c.names[len(c.names)-1].declares = true
				c.expr(f.Value)
			}
		case *ast.Watermark:
			c.column(e.Column.Last(), t, t.Field(e.Column.Last().Name))
		case *ast.Constraint:
			for i := 0; e.Columns != nil && i < len(e.Columns.Items); i++ {
				c.column(&e.Columns.Items[i], t, t.Field(e.Columns.Items[i].Name))
			}
		}
	}
	if t.Watermark != nil {
		c.expr(t.Watermark.Expr)
	}
	for i := range t.Columns {
		c.owner[&t.Columns[i].Column] = t
	}
}

// rel walks a relation and everything that it uses.
func (c *collector) rel(r bind.Rel) {
	if r == nil || c.seen[r] {
		return
	}
	c.seen[r] = true
	if scan, ok := r.(*bind.Scan); ok {
		c.tables[scan.Place()] = scan.Table
		for _, column := range scan.Columns() {
			c.owner[column] = scan.Table
		}
		return // the query of a view belongs to the view
	}
	for _, input := range r.Inputs() {
		c.rel(input)
	}
	for _, column := range r.Columns() {
		if _, known := c.made[column]; !known && c.owner[column] == nil {
			c.made[column] = r.Place()
			c.expr(column.Value)
		}
	}
	for _, e := range expressions(r) {
		c.expr(e)
	}
}

func (c *collector) expr(e bind.Expr) {
	if e == nil {
		return
	}
	bind.Walk(e, func(e bind.Expr) bool {
		switch e := e.(type) {
		case *bind.Ref:
			c.refs = append(c.refs, e)
		case *bind.Subquery:
			c.rel(e.Rel)
		case *bind.TableColumn:
			return false
		}
		return true
	})
}

// expressions are those of a relation that make no column.
func expressions(r bind.Rel) []bind.Expr {
	var all []bind.Expr
	switch r := r.(type) {
	case *bind.Filter:
		all = append(all, r.Condition)
	case *bind.Join:
		all = append(all, r.On)
	case *bind.Sort:
		for _, k := range r.Keys {
			all = append(all, k.Expr)
		}
	case *bind.Snapshot:
		all = append(all, r.Time)
	case *bind.Values:
		for _, row := range r.Rows {
			all = append(all, row...)
		}
	case *bind.Window:
		all = append(all, r.Args...)
	case *bind.Function:
		all = append(all, r.Call)
	case *bind.Unnest:
		all = append(all, r.Args...)
	case *bind.Match:
		all = append(all, r.PartitionBy...)
		all = append(all, r.Define...)
		for _, k := range r.OrderBy {
			all = append(all, k.Expr)
		}
	}
	return slices.DeleteFunc(all, func(e bind.Expr) bool { return e == nil })
}

// syntax brings what was bound together with the identifiers that were written.
func (c *collector) syntax(n ast.Node) {
	refs := map[ast.Loc]*bind.Column{}
	for _, r := range c.refs {
		refs[r.Place()] = r.Column
	}
	outputs := map[string]ast.Loc{} // names of SELECT by the place of their query and their name
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Table:
			if t := c.tables[n.Loc]; t != nil {
				c.add(name{at: n.Name.Last().Loc, kind: tableName, key: tableKey(t), table: t, word: t.Path.Name})
			}
		case *ast.TableArg:
			for at, t := range c.tables {
				if n.Table != nil && n.Loc.Contains(at) && t.Path.Name == n.Table.Last().Name {
					c.add(name{at: n.Table.Last().Loc, kind: tableName, key: tableKey(t), table: t, word: t.Path.Name})
				}
			}
		case *ast.Select:
			for i := range n.Items {
				if alias := n.Items[i].Alias; alias != nil {
					outputs[output(n.Loc, alias.Name)] = alias.Loc
				}
			}
			c.aliases(n)
		}
		return true
	})
	ast.Inspect(n, func(n ast.Node) bool {
		ref, ok := n.(*ast.ColumnRef)
		if !ok {
			return true
		}
		column := refs[ref.Loc]
		if column == nil || len(ref.Parts) == 0 {
			return true
		}
		column = passed(column, c.owner)
		last := &ref.Parts[len(ref.Parts)-1]
		if t := c.owner[column]; t != nil {
			c.add(name{at: last.Loc, kind: columnName, key: "c:" + t.Path.String() + "." + column.Name, table: t, column: column, word: column.Name})
			return true
		}
		if at, made := outputs[output(c.made[column], column.Name)]; made {
			key := fmt.Sprintf("o:%d:%d", c.number, at.Start)
			c.add(name{at: at, kind: outputName, key: key, declares: true, column: column, word: column.Name})
			c.add(name{at: last.Loc, kind: outputName, key: key, column: column, word: column.Name})
			return true
		}
		c.add(name{at: last.Loc, kind: outputName, key: fmt.Sprintf("p:%p", column), column: column, word: column.Name})
		return true
	})
}

// passed follows a column that a relation only passes on, such as a key of GROUP BY, to the one that it is.
func passed(column *bind.Column, owner map[*bind.Column]*bind.Table) *bind.Column {
	for owner[column] == nil {
		ref, ok := column.Value.(*bind.Ref)
		if !ok || ref.Column.Name != column.Name || ref.Column == column {
			break
		}
		column = ref.Column
	}
	return column
}

func output(at ast.Loc, name string) string { return fmt.Sprintf("%d:%d:%s", at.Start, at.End, name) }

// aliases notes the names that FROM gives to tables, and the columns that use them in front.
func (c *collector) aliases(s *ast.Select) {
	if s.From == nil {
		return
	}
	ast.Inspect(s.From, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Derived:
			return false
		case *ast.Alias:
			key := fmt.Sprintf("a:%d:%d", c.number, n.Name.Start)
			c.add(name{at: n.Name.Loc, kind: aliasName, key: key, declares: true, word: n.Name.Name})
			ast.Inspect(s, func(use ast.Node) bool {
				if ref, ok := use.(*ast.ColumnRef); ok && len(ref.Parts) == 2 && ref.Parts[0].Name == n.Name.Name {
					c.add(name{at: ref.Parts[0].Loc, kind: aliasName, key: key, word: n.Name.Name})
				}
				if star, ok := use.(*ast.Star); ok && len(star.Table) == 1 && star.Table[0].Name == n.Name.Name {
					c.add(name{at: star.Table[0].Loc, kind: aliasName, key: key, word: n.Name.Name})
				}
				return true
			})
		}
		return true
	})
}

// at returns the name at an offset of the recorded text.
func (s *script) at(offset int) *name {
	for i := range s.names {
		if n := &s.names[i]; int(n.at.Start) <= offset && offset <= int(n.at.End) {
			return n
		}
	}
	return nil
}

// local reports whether a name means nothing outside of its statement.
func (n *name) local() bool { return n.kind == aliasName || n.kind == outputName }
