// LIKE and AS of CREATE TABLE.

package bind

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// like takes over the definition of another table. Physical columns always come along; the other features do unless
// they are excluded (everything is included by default, as MergeTableLikeUtil does).
func (b *binder) like(t *Table, l *ast.TableLike, own []ast.TableElement) {
	from := b.lookup(&l.Name)
	if from == nil {
		t.Open = true // nothing is known about its columns
		return
	}
	t.Open = from.Open
	included, replaced := features(l.Options), overwritten(l.Options, own)
	by := map[*Column]Expr{}
	for _, f := range from.Columns {
		if f.Kind == Metadata && (!included(token.METADATA) || replaced(token.METADATA, f.Name)) || f.Kind == Computed {
			continue
		}
		own := &TableField{Column: Column{Name: f.Name, Type: f.Type}, Kind: f.Kind, Metadata: f.Metadata, Virtual: f.Virtual}
		t.add(own, l.Loc)
		by[&f.Column] = ref(&own.Column, l.Loc)
	}
	if included(token.GENERATED) {
		for i, f := range from.Columns {
			if f.Kind == Computed && !replaced(token.GENERATED, f.Name) {
				own := &TableField{Column: Column{Name: f.Name, Type: f.Type, Attribute: f.Attribute, Value: moved(f.Value, by)}, Kind: Computed, source: f.source}
				t.Columns = slices.Insert(t.Columns, min(i, len(t.Columns)), own)
				by[&f.Column] = ref(&own.Column, l.Loc)
			}
		}
	}
	b.likeTwice(from, l, own)
	if included(token.WATERMARKS) && from.Watermark != nil {
		t.Watermark = &Watermark{Column: from.Watermark.Column, Expr: moved(from.Watermark.Expr, by), syntax: from.Watermark.syntax}
		if f := t.Field(t.Watermark.Column); f != nil {
			f.Attribute = from.Field(t.Watermark.Column).Attribute
		}
	}
	if included(token.CONSTRAINTS) {
		t.PrimaryKey, t.KeyName = from.PrimaryKey, from.KeyName
	}
	if included(token.PARTITIONS) {
		t.Partition = from.Partition
	}
	if included(token.DISTRIBUTION) {
		t.Buckets, t.distributed = from.Buckets, from.distributed
	}
	if included(token.OPTIONS) {
		maps.Copy(t.Options, from.Options)
	}
}

// likeTwice reports a watermark that the other table has too, unless LIKE says which of the two is meant.
func (b *binder) likeTwice(from *Table, l *ast.TableLike, own []ast.TableElement) {
	said := slices.ContainsFunc(l.Options, func(o ast.LikeOption) bool {
		return (o.Feature == token.WATERMARKS || o.Feature == token.ALL) && o.Strategy != token.INCLUDING
	})
	if from.Watermark == nil || said {
		return
	}
	for _, e := range own {
		if w, ok := e.(*ast.Watermark); ok && w.Column.Text() == from.Watermark.Column {
			b.report(DuplicateColumn, w.Column.Loc, "%s has a watermark for %q already", from.Path.Name, from.Watermark.Column).Help = "write LIKE … (OVERWRITING WATERMARKS), or EXCLUDING WATERMARKS"
		}
	}
}

// moved returns an expression with the columns of one table replaced by those of another.
func moved(e Expr, by map[*Column]Expr) Expr {
	return rewrite(e, func(x Expr) Expr {
		if r, ok := x.(*Ref); ok {
			return by[r.Column]
		}
		return nil
	})
}

// features answers which features of the other table are taken.
func features(options []ast.LikeOption) func(token.Kind) bool {
	all := true
	chosen := map[token.Kind]bool{}
	for _, o := range options {
		include := o.Strategy != token.EXCLUDING
		if o.Feature == token.ALL {
			all = include
		} else {
			chosen[o.Feature] = include
		}
	}
	return func(feature token.Kind) bool {
		if include, ok := chosen[feature]; ok {
			return include
		}
		return all
	}
}

// overwritten answers whether a column of the other table gives way to a declaration of the same name.
func overwritten(options []ast.LikeOption, own []ast.TableElement) func(feature token.Kind, name string) bool {
	return func(feature token.Kind, name string) bool {
		allowed := slices.ContainsFunc(options, func(o ast.LikeOption) bool {
			return o.Strategy == token.OVERWRITING && (o.Feature == feature || o.Feature == token.ALL)
		})
		return allowed && slices.ContainsFunc(own, func(e ast.TableElement) bool {
			c, ok := e.(*ast.Column)
			return ok && c.Name.Text() == name
		})
	}
}

// createAs binds the query of CREATE TABLE … AS, which gives the table columns and rows.
func (b *binder) createAs(t *Table, s *ast.CreateTable) {
	rel := b.query(s.As, nil)
	b.fill(t, rel, s.Elements)
	t.Open = isOpen(rel)
	b.checkAs(t, s)
	b.out.Query = rel
	b.out.Inserts = append(b.out.Inserts, b.into(t, s, rel))
}

// createsAs reports whether a table gets columns of a query, so that its key may name some that are not there yet.
func createsAs(t *Table) bool {
	s, ok := t.Syntax.(*ast.CreateTable)
	return ok && s.As != nil
}

// checkAs checks what CREATE TABLE … AS says beside its query: since 2.0 columns and a key, which the query has to fill.
func (b *binder) checkAs(t *Table, s *ast.CreateTable) {
	if b.session.Release < token.V2_0 && len(s.Elements) > 0 {
		b.report(CreateAs, s.Name.Loc, "CREATE TABLE … AS declares no columns, keys and watermarks before Flink 2.0, this is %s", b.session.Release).Help = "create the table first, then INSERT INTO it"
		return
	}
	for _, name := range t.PrimaryKey {
		f := t.Field(name)
		switch {
		case f == nil && !t.Open:
			b.report(UnknownColumn, s.Name.Loc, "unknown column %q in the primary key of %s", name, t.Path.Name)
		case f != nil && !f.Type.NotNull && f.Type.Known():
			b.report(InvalidKey, s.Name.Loc, "column %q of the primary key may be NULL", name).Help = "declare the column as NOT NULL, or take it from a column that is"
		}
	}
}

// fill adds the columns of a query to those declared. Names alone put the query's columns in another order; a declared
// column of the same name keeps its declaration.
func (b *binder) fill(t *Table, rel Rel, elements []ast.TableElement) {
	var names []*ast.Name
	for _, e := range elements {
		if n, ok := e.(*ast.ColumnName); ok {
			names = append(names, &n.Name)
		}
	}
	columns := slices.Clone(rel.Columns())
	for _, n := range names {
		if !slices.ContainsFunc(columns, func(c *Column) bool { return c.Name == n.Text() }) && !isOpen(rel) {
			suggest(b.report(UnknownColumn, n.Loc, "unknown column %q: the query has none of this name", n.Text()), "the query", n.Text(), columnNames(columns))
		}
	}
	if names != nil {
		rank := func(c *Column) int {
			return slices.IndexFunc(names, func(n *ast.Name) bool { return n.Text() == c.Name })
		}
		slices.SortStableFunc(columns, func(a, b *Column) int { return rank(a) - rank(b) })
	}
	for _, c := range columns {
		if t.Field(c.Name) == nil {
			t.add(&TableField{Column: Column{Name: c.Name, Type: c.Type}}, rel.Place())
		}
	}
}

// into assigns the columns of a query to those of a new table by name.
func (b *binder) into(t *Table, syntax ast.Node, rel Rel) *Insert {
	insert := &Insert{Syntax: syntax, Table: t, Path: t.Path, Rel: rel}
	for _, f := range t.Written() {
		a := Assigned{Target: f}
		for _, c := range rel.Columns() {
			if c.Name == f.Name {
				a.Source = c
			}
		}
		insert.Columns = append(insert.Columns, a)
	}
	return insert
}
