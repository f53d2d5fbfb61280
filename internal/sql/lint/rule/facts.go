// What a script has to do with other scripts.

package rule

import (
	"maps"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/lineage"
)

// Facts is what rules about projects know of one script. They are small and refer to no trees, so that those of a
// thousand jobs can be kept while their scripts are dropped.
type Facts struct {
	File     *source.File
	Job      string // that runs the script; "" for shared tables and scripts that are no job
	Shared   bool   // tables of the project
	Declared []Declared
	Uses     []Use
	Open     bool // some statement could not be read: more may be declared and used than is known
}

// Declared is a table, view or function that the script creates.
type Declared struct {
	Place
	Path    catalog.Path
	Kind    Kind
	Columns []Column          // of tables, as declared
	Key     string            // columns of the primary key, joined by commas
	Options map[string]string // of tables
	Dataset lineage.Dataset
}

// Kind is what is declared.
type Kind uint8

// The kinds of declared things.
const (
	Table Kind = iota
	View
	Function
)

// Column is a column of a table.
type Column struct{ Name, Type string }

// Use is a table that the script reads or writes, or a function that it calls.
type Use struct {
	Place
	Path     catalog.Path
	Dataset  lineage.Dataset
	Options  map[string]string // of the table, with those of an OPTIONS hint
	Key      string            // columns of the primary key, joined by commas
	Writes   bool
	Function bool
}

// FactsOf collects the facts of a unit.
func FactsOf(u *Unit, job string) *Facts {
	f := &Facts{File: u.Script.File, Job: job, Shared: u.Shared}
	for _, s := range u.Bound.Statements {
		c := collector{facts: f, statement: s, seen: map[bind.Rel]bool{}}
		if _, bad := s.Syntax.(*ast.BadStatement); bad || u.Broken[s.Number] {
			f.Open = true
		}
		c.declared()
		for _, i := range s.Inserts {
			c.insert(i)
		}
		if s.Query != nil {
			c.rel(s.Query)
		}
		c.names()
	}
	return f
}

// collector adds what one statement has.
type collector struct {
	facts     *Facts
	statement *bind.Statement
	seen      map[bind.Rel]bool
}

func (c *collector) place(at ast.Loc) Place {
	return Place{File: c.facts.File, Span: at.Span(), Statement: c.statement.Number}
}

func (c *collector) declared() {
	if s, ok := c.statement.Syntax.(*ast.CreateFunction); ok {
		path := catalog.Path{Name: strings.ToUpper(s.Name.Last().Name)}
		c.facts.Declared = append(c.facts.Declared, Declared{Place: c.place(s.Name.Loc), Path: path, Kind: Function})
		return
	}
	t := c.statement.Table
	if t == nil || t.Syntax == nil {
		return
	}
	d := Declared{Place: c.place(nameOf(t.Syntax)), Path: t.Path, Options: maps.Clone(t.Options), Dataset: lineage.DatasetOf(t), Key: strings.Join(t.PrimaryKey, ",")}
	if t.Kind == bind.View {
		d.Kind = View
	}
	for _, f := range t.Columns {
		if f.Kind == bind.Physical {
			d.Columns = append(d.Columns, Column{Name: f.Name, Type: f.Type.String()})
		}
	}
	c.facts.Declared = append(c.facts.Declared, d)
}

// nameOf is where the name of a created object stands.
func nameOf(n ast.Node) ast.Loc {
	switch n := n.(type) {
	case *ast.CreateTable:
		return n.Name.Loc
	case *ast.CreateView:
		return n.Name.Loc
	case *ast.CreateMaterializedTable:
		return n.Name.Loc
	}
	return n.Place()
}

func (c *collector) insert(i *bind.Insert) {
	if i.Rel != nil {
		c.rel(i.Rel)
	}
	if i.Table == nil {
		return
	}
	at := nameOf(i.Syntax)
	var hints *ast.Hints
	if s, ok := i.Syntax.(*ast.Insert); ok && s.Table != nil {
		at, hints = s.Table.Name.Loc, s.Table.Hints
	}
	c.facts.Uses = append(c.facts.Uses, Use{Place: c.place(at), Path: i.Path, Dataset: lineage.DatasetOf(i.Table), Options: Options(i.Table, hints), Key: strings.Join(i.Table.PrimaryKey, ","), Writes: true})
}

// rel adds the tables that are read below a relation. What a view reads belongs to the statement of the view.
func (c *collector) rel(r bind.Rel) {
	if c.seen[r] {
		return
	}
	c.seen[r] = true
	if s, ok := r.(*bind.Scan); ok && s.Table != nil {
		use := Use{Place: c.place(s.Place()), Path: s.Table.Path, Dataset: lineage.DatasetOf(s.Table), Options: Options(s.Table, s.Hints), Key: strings.Join(s.Table.PrimaryKey, ",")}
		c.facts.Uses = append(c.facts.Uses, use)
	}
	for _, in := range r.Inputs() {
		c.rel(in)
	}
	for x := range Exprs(r) {
		bind.Walk(x, func(x bind.Expr) bool {
			if q, ok := x.(*bind.Subquery); ok && q.Rel != nil {
				c.rel(q.Rel)
			}
			return true
		})
	}
}

// names adds what is used by name alone: functions, tables of ALTER, LIKE and the like.
func (c *collector) names() {
	ast.Inspect(c.statement.Syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Call:
			if name := n.Name.Last().Name; catalog.LookupFunction(name) == nil {
				path := catalog.Path{Name: strings.ToUpper(name)}
				c.facts.Uses = append(c.facts.Uses, Use{Place: c.place(n.Name.Loc), Path: path, Function: true})
			}
		case *ast.TableLike:
			c.facts.Uses = append(c.facts.Uses, Use{Place: c.place(n.Loc), Path: catalog.Path{Catalog: catalog.DefaultCatalog, Database: catalog.DefaultDatabase, Name: n.Name.Last().Name}})
		}
		return true
	})
}

// Options are those of a table with what a hint lays over them.
func Options(t *bind.Table, hints *ast.Hints) map[string]string {
	if hints == nil {
		return t.Options
	}
	options := maps.Clone(t.Options)
	for _, h := range hints.Items {
		if strings.EqualFold(h.Name.Name, "OPTIONS") {
			for _, a := range h.Args {
				if options == nil {
					options = map[string]string{}
				}
				options[a.Key] = a.Value
			}
		}
	}
	return options
}
