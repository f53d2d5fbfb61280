// Scopes: which columns a name may mean.

package bind

import (
	"cmp"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/types"
)

// scope is the tables of one FROM clause.
type scope struct {
	parent *scope // of the enclosing query, or of the tables before a lateral one
	tables []*scopeTable
	merged []*merged // columns of USING and NATURAL, which stand for one of each side
	// aliases are output columns of a SELECT, for ORDER BY; they win over the tables.
	aliases []*Column
	// variables says that all tables but the first are pattern variables: the same columns under other names.
	variables bool
}

// scopeTable is one item of a FROM clause.
type scopeTable struct {
	name    string // alias, or the last part of the name; "" for one that cannot be named
	owner   string // what findings call one without a name
	path    []string
	columns []*Column
	open    *beyond // not nil: any other name is a column too
}

// merged is one column of USING or NATURAL.
type merged struct {
	column  *Column
	sides   []*Column // what it stands for
	natural bool      // Flink calls the bare name ambiguous
}

// with returns a scope with the tables of both.
func (s *scope) with(other *scope) *scope {
	return &scope{parent: s.parent, tables: slices.Concat(s.tables, other.tables), merged: slices.Concat(s.merged, other.merged)}
}

// columns lists what * stands for: merged columns first, each once.
func (s *scope) columns() []*Column {
	var all []*Column
	hidden := map[*Column]bool{}
	for _, m := range s.merged {
		all = append(all, m.column)
		for _, c := range m.sides {
			hidden[c] = true
		}
	}
	for _, t := range s.tables {
		for _, c := range t.columns {
			if !hidden[c] {
				all = append(all, c)
			}
		}
	}
	return slices.DeleteFunc(all, func(c *Column) bool { return hidden[c] })
}

// open returns a table of unknown columns among the tables, or nil.
func (s *scope) open() *scopeTable {
	for _, t := range s.tables {
		if t.open != nil {
			return t
		}
	}
	return nil
}

// replace puts other columns in place of those of the scope, such as nullable ones behind an outer join.
func (s *scope) replace(by map[*Column]*Column) *scope {
	swap := func(columns []*Column) []*Column {
		out := make([]*Column, len(columns))
		for i, c := range columns {
			if out[i] = by[c]; out[i] == nil {
				out[i] = c
			}
		}
		return out
	}
	r := &scope{parent: s.parent}
	for _, t := range s.tables {
		r.tables = append(r.tables, &scopeTable{name: t.name, path: t.path, columns: swap(t.columns), open: t.open})
	}
	for _, m := range s.merged {
		r.merged = append(r.merged, &merged{column: swap([]*Column{m.column})[0], sides: swap(m.sides), natural: m.natural})
	}
	return r
}

func (t *scopeTable) column(name string) *Column {
	for _, c := range t.columns {
		if c.Name == name {
			return c
		}
	}
	if t.open != nil {
		c := t.open.column(name)
		t.columns = append(t.columns, c)
		return c
	}
	return nil
}

// twice reports whether two columns have the name.
func (t *scopeTable) twice(name string) bool {
	n := 0
	for _, c := range t.columns {
		if c.Name == name {
			n++
		}
	}
	return n > 1
}

// matches reports whether the parts name the table: its alias, or the end of its path.
func (t *scopeTable) matches(prefix []ast.Ident) bool {
	if len(prefix) == 1 {
		return t.name == prefix[0].Name
	}
	if len(prefix) > len(t.path) {
		return false
	}
	tail := t.path[len(t.path)-len(prefix):]
	for i := range prefix {
		if prefix[i].Name != tail[i] {
			return false
		}
	}
	return true
}

// lookup is the outcome of resolving a name.
type lookup struct {
	column    *Column
	ambiguous bool
}

// bare resolves a name without a table.
func (s *scope) bare(name string) lookup {
	for _, c := range s.aliases {
		if c.Name == name {
			return lookup{column: c}
		}
	}
	var found []*Column
	hidden := map[*Column]bool{}
	for _, m := range slices.Backward(s.merged) {
		if m.column.Name == name && !hidden[m.column] {
			found = append(found, m.column)
			if m.natural {
				return lookup{ambiguous: true}
			}
		}
		if m.column.Name == name {
			for _, c := range m.sides {
				hidden[c] = true
			}
		}
	}
	for _, t := range s.tables {
		for _, c := range t.columns {
			if c.Name == name && !hidden[c] {
				found = append(found, c)
			}
		}
		if s.variables {
			break
		}
	}
	switch {
	case len(found) == 1:
		return lookup{column: found[0]}
	case len(found) > 1:
		return lookup{ambiguous: s.open() == nil, column: found[0]}
	}
	if t := s.open(); t != nil {
		return lookup{column: t.column(name)}
	}
	return lookup{}
}

// table resolves the longest beginning of the parts that names a table, and says how many parts that took.
func (s *scope) table(name []ast.Ident) (*scopeTable, int) {
	for n := len(name) - 1; n > 0; n-- {
		for _, t := range s.tables {
			if t.matches(name[:n]) {
				return t, n
			}
		}
	}
	return nil, 0
}

// names lists all columns that can be named, for suggestions.
func (s *scope) names() []string {
	var all []string
	for _, t := range s.tables {
		for _, c := range t.columns {
			if !slices.Contains(all, c.Name) {
				all = append(all, c.Name)
			}
		}
	}
	return all
}

// resolve binds a column, with fields of a row behind it.
func (b *binder) resolve(s *scope, n *ast.ColumnRef) Expr {
	for at := s; at != nil; at = at.parent {
		if t, used := at.table(n.Parts); t != nil {
			name := n.Parts[used]
			if c := t.column(name.Name); c != nil {
				if t.twice(name.Name) {
					b.report(AmbiguousColumn, name.Loc, "column %q is ambiguous: two columns of %s have this name", name.Name, t.name)
				}
				return b.fields(ref(c, n.Loc), n.Parts[used+1:])
			}
			if len(t.columns) == 0 {
				return unknown(n.Loc)
			}
			f := b.report(UnknownColumn, name.Loc, "unknown column %q in %s", name.Name, t.name)
			suggest(f, t.name, name.Name, columnNames(t.columns))
			return unknown(n.Loc)
		}
		first := n.Parts[0]
		found := at.bare(first.Name)
		if found.ambiguous && found.column == nil || found.ambiguous && len(n.Parts) == 1 {
			b.report(AmbiguousColumn, first.Loc, "column %q is ambiguous", first.Name).Help = "write the table before it: t." + first.Name
			return unknown(n.Loc)
		}
		if found.column != nil {
			return b.fields(ref(found.column, n.Loc), n.Parts[1:])
		}
	}
	b.reportUnresolved(s, n)
	return unknown(n.Loc)
}

func (b *binder) reportUnresolved(s *scope, n *ast.ColumnRef) {
	first := n.Parts[0]
	if s.lost() {
		return
	}
	if len(n.Parts) > 1 {
		f := b.report(UnknownTable, first.Loc, "unknown table %q", first.Name)
		var names []string
		for at := s; at != nil; at = at.parent {
			for _, t := range at.tables {
				names = append(names, t.name)
			}
		}
		suggest(f, "the FROM clause", first.Name, names)
		return
	}
	owner := "the FROM clause"
	if len(s.tables) == 1 {
		owner = cmp.Or(s.tables[0].name, s.tables[0].owner, owner)
	}
	f := b.report(UnknownColumn, first.Loc, "unknown column %q in %s", first.Name, owner)
	suggest(f, owner, first.Name, s.names())
}

// lost reports whether a table of the scope could not be bound, so that nothing can be said about its columns.
func (s *scope) lost() bool {
	for ; s != nil; s = s.parent {
		for _, t := range s.tables {
			if len(t.columns) == 0 {
				return true
			}
		}
	}
	return false
}

// fields takes field after field of a row.
func (b *binder) fields(x Expr, names []ast.Ident) Expr {
	for i := range names {
		x = b.field(x, &names[i])
	}
	return x
}

func (b *binder) field(x Expr, name *ast.Ident) Expr {
	f := &Field{X: x, Name: name.Name}
	f.loc = ast.Loc{Start: x.Place().Start, End: name.End}
	t := x.Type()
	switch {
	case t.In(types.Rows) && t.Of != nil:
		field, ok := t.Field(name.Name)
		if !ok {
			var names []string
			for _, f := range t.Fields() {
				names = append(names, f.Name)
			}
			suggest(b.report(UnknownField, name.Loc, "unknown field %q", name.Name), "the row", name.Name, names)
		}
		f.typ = field.Type
		f.typ.NotNull = field.Type.NotNull && t.NotNull
	case t.Known():
		b.report(UnknownField, name.Loc, "unknown field %q: the value is %s, no row", name.Name, t)
	}
	return f
}

func columnNames(columns []*Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// unknown stands for an expression that could not be bound.
func unknown(loc ast.Loc) Expr { return &Literal{node: node{loc: loc}} }
