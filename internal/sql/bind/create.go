// Binding of CREATE TABLE and its kin.

package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *binder) createTable(s *ast.CreateTable) {
	t := b.newTable(&s.Name, s)
	t.Temporary = s.Temporary
	b.inside(t, &s.Name)
	existing := b.existing(t, s.IfNotExists || s.OrReplace || s.Replace, &s.Name)
	if s.Like != nil {
		b.like(t, s)
	}
	for _, o := range optionsOf(s.With) {
		t.Options[o.Key.Value] = o.Value.Value
	}
	if s.PartitionedBy != nil {
		t.Partition = identNames(s.PartitionedBy.Items)
	}
	if s.As != nil {
		b.createAs(t, s)
		if existing != nil && s.IfNotExists {
			b.fillsExisting(existing, s)
		}
	} else {
		b.elements(t, s.Elements)
	}
	if s.Distribution != nil {
		b.distribute(t, s.Distribution)
	}
	b.checkNames(t, s.PartitionedBy)
	b.checkOptions(t, s.With)
	b.managed(t, &s.Name)
	if s.As != nil {
		b.useAt(t, s.Name.Loc, nil, connector.ToSink)
	}
	b.out.Table = t
	if existing == nil || !s.IfNotExists {
		b.session.declare(t)
	}
}

// inside reports a table of a catalog or database that is not there. A temporary one needs neither.
func (b *binder) inside(t *Table, name *ast.Name) {
	n := b.session.catalog(t.Path.Catalog)
	if t.Temporary || b.session.holes || n != nil && (n.open || n.databases[t.Path.Database]) {
		return
	}
	b.report(UnknownNamespace, name.Loc, "unknown database %q", t.Path.Catalog+"."+t.Path.Database)
}

func (b *binder) newTable(name *ast.Name, syntax ast.Node) *Table {
	return &Table{Path: b.session.path(parts(name)), Options: map[string]string{}, File: b.file, Syntax: syntax}
}

// existing returns what has the path already, and reports it unless that is welcome. A temporary table may stand before
// a table of the catalog.
func (b *binder) existing(t *Table, welcome bool, name *ast.Name) *Table {
	old := b.session.table(t.Path)
	if old != nil && old.Temporary && !t.Temporary {
		old = old.beneath
	}
	if old == nil || old.Open && old.Syntax == nil || old.Temporary != t.Temporary {
		return nil
	}
	if !welcome {
		f := b.report(AlreadyExists, name.Loc, "table %q already exists", name.Text())
		f.Help = "drop it first, or write IF NOT EXISTS"
		if old.Syntax != nil && old.File != nil {
			f.Related = append(f.Related, diag.Related{File: old.File, Span: old.Syntax.Span(), Message: "declared here"})
		}
	}
	return old
}

func optionsOf(o *ast.Options) []ast.Option {
	if o == nil {
		return nil
	}
	return o.Items
}

func identNames(items []ast.Ident) []string {
	names := make([]string, len(items))
	for i := range items {
		names[i] = items[i].Name
	}
	return names
}

// elements adds the declared columns, keys and watermark. Computed columns and the watermark see all other columns,
// wherever they stand.
func (b *binder) elements(t *Table, elements []ast.TableElement) {
	inherited := len(t.Columns)
	b.storedColumns(t, elements)
	b.derived(t, elements, inherited)
}

// storedColumns adds the columns that are not computed.
func (b *binder) storedColumns(t *Table, elements []ast.TableElement) {
	for _, e := range elements {
		if c, ok := e.(*ast.Column); ok && c.Computed == nil {
			b.column(t, c)
		}
	}
}

// derived adds what is said about other columns: computed ones, the key and the watermark. The columns behind the inherited
// ones come in the order of their declarations, then those of a query.
func (b *binder) derived(t *Table, elements []ast.TableElement, inherited int) {
	for i, e := range elements {
		if c, ok := e.(*ast.Column); ok && c.Computed != nil {
			b.computed(t, c, elements[i:])
		}
	}
	order(t, elements, inherited)
	for _, e := range elements {
		switch e := e.(type) {
		case *ast.Watermark:
			b.watermark(t, e)
		case *ast.Constraint:
			b.constraint(t, e, nil)
		case *ast.Column:
			if e.Constraint != nil {
				b.constraint(t, e.Constraint, &e.Name)
			}
		}
	}
}

func (b *binder) column(t *Table, c *ast.Column) {
	f := &TableField{Column: Column{Name: c.Name.Text(), Type: b.typeOf(c.Type)}}
	if c.Metadata != nil {
		f.Kind, f.Metadata, f.Virtual = Metadata, f.Name, c.Metadata.Virtual
		if c.Metadata.From != nil {
			f.Metadata = c.Metadata.From.Value
		}
	}
	b.duplicate(t, c)
	if f.Kind == Metadata {
		b.sameKey(t, f, c.Name.Loc)
	}
	t.add(f, c.Loc)
}

// sameKey reports a metadata column that reads what another one reads.
func (b *binder) sameKey(t *Table, f *TableField, at ast.Loc) {
	for _, other := range t.Columns {
		if other.Kind == Metadata && other.Metadata == f.Metadata && other.Name != f.Name {
			b.report(DuplicateColumn, at, "columns %q and %q are from the same metadata key %q", other.Name, f.Name, f.Metadata).Help = "compute one from the other"
			return
		}
	}
}

// stored is what a computed column sees: one computed column cannot use another, nor a metadata column of LIKE or one of
// those that are declared behind it.
func (b *binder) stored(t *Table, behind []ast.TableElement) *env {
	var columns []*Column
	for _, f := range t.Columns {
		if f.Kind == Physical || f.Kind == Metadata && !f.inherited && !declares(behind, f.Name) {
			columns = append(columns, &f.Column)
		}
	}
	return t.env(columns)
}

// declares reports whether a column is among the elements.
func declares(elements []ast.TableElement, name string) bool {
	return slices.ContainsFunc(elements, func(e ast.TableElement) bool {
		c, ok := e.(*ast.Column)
		return ok && c.Name.Text() == name
	})
}

// env is what expressions of a declaration may use: columns by their names alone, without that of the table.
func (t *Table) env(columns []*Column) *env {
	own := &scopeTable{owner: t.Path.Name, columns: columns}
	if t.Open {
		own.open = &beyond{table: t}
	}
	return &env{scope: &scope{tables: []*scopeTable{own}}, clause: ddlClause}
}

func (b *binder) computed(t *Table, c *ast.Column, behind []ast.TableElement) {
	value := b.expr(b.stored(t, behind), c.Computed)
	f := &TableField{Column: Column{Name: c.Name.Text(), Type: value.Type(), Value: value, Attribute: attributeOf(value)}, Kind: Computed, source: c.Computed}
	b.duplicate(t, c)
	t.add(f, c.Loc)
}

func (b *binder) duplicate(t *Table, c *ast.Column) {
	for _, f := range t.Columns {
		if f.Name == c.Name.Text() {
			b.report(DuplicateColumn, c.Name.Loc, "column %q is declared twice", f.Name)
			return
		}
	}
}

// order puts the columns in the order in which they were declared, those of LIKE first.
func order(t *Table, elements []ast.TableElement, inherited int) {
	place := map[string]int{}
	for i, e := range elements {
		if c, ok := e.(*ast.Column); ok {
			place[c.Name.Text()] = i
		}
	}
	rank := func(f *TableField) int {
		if at, declared := place[f.Name]; declared {
			return at
		}
		return len(elements)
	}
	slices.SortStableFunc(t.Columns[inherited:], func(a, b *TableField) int { return rank(a) - rank(b) })
}

// watermark makes its column a rowtime attribute.
func (b *binder) watermark(t *Table, w *ast.Watermark) {
	name := w.Column.Text()
	var columns []*Column
	for _, f := range t.Columns {
		columns = append(columns, &f.Column)
	}
	bound := b.expr(t.env(columns), w.Expr)
	t.Watermark = &Watermark{Column: name, Expr: bound, syntax: w}
	f := t.Field(name)
	if f == nil {
		if !t.Open {
			suggest(b.report(UnknownColumn, w.Column.Loc, "unknown column %q in the watermark of %s", name, t.Path.Name), t.Path.Name, name, columnNames(columns))
		}
		return
	}
	if f.Kind == Metadata && f.inherited {
		b.report(WatermarkType, w.Column.Loc, "a watermark cannot be defined for %q, which is a metadata column of the other table", name).Help = "declare the column here, too"
		return
	}
	if f.Attribute == types.Proctime {
		b.report(WatermarkType, w.Column.Loc, "a watermark cannot be defined for %q, which is processing time", name)
		return
	}
	if k := f.Type; k.Known() && (k.Root != types.Timestamp && k.Root != types.TimestampLTZ || k.Precision > 3) {
		b.report(WatermarkType, w.Column.Loc, "a rowtime column is TIMESTAMP or TIMESTAMP_LTZ of precision 0 to 3, %q is %s", name, k)
		return
	}
	if from := bound.Type(); from.Root == f.Type.Root && from.Precision > 3 {
		b.report(WatermarkType, bound.Place(), "a watermark has precision 0 to 3, this one is %s", from)
	} else if from.Known() && f.Type.Known() && from.Root != f.Type.Root {
		b.report(WatermarkType, bound.Place(), "the watermark is %s, its column %s", from, f.Type)
	}
	f.Attribute = types.Rowtime
}

func (b *binder) constraint(t *Table, c *ast.Constraint, column *ast.Name) {
	if c.Kind != token.PRIMARY {
		return
	}
	if t.PrimaryKey != nil {
		b.report(InvalidKey, c.Loc, "a table has one primary key")
	}
	if column != nil {
		t.PrimaryKey = []string{column.Text()}
	} else if c.Columns != nil {
		t.PrimaryKey = identNames(c.Columns.Items)
	}
	t.KeyName = ""
	if c.Name != nil {
		t.KeyName = c.Name.Name
	}
	for i, name := range t.PrimaryKey {
		at := c.Loc
		if c.Columns != nil {
			at = c.Columns.Items[i].Loc
		}
		f := t.Field(name)
		switch {
		case slices.Contains(t.PrimaryKey[:i], name):
			b.report(InvalidKey, at, "column %q stands twice in the primary key", name)
		case f == nil && !t.Open:
			var names []string
			for _, f := range t.Columns {
				names = append(names, f.Name)
			}
			suggest(b.report(UnknownColumn, at, "unknown column %q in the primary key of %s", name, t.Path.Name), t.Path.Name, name, names)
		case f != nil && f.Kind != Physical:
			b.report(InvalidKey, at, "a primary key consists of physical columns, %q is none", name)
		case f != nil && f.inherited && !f.Type.NotNull && f.Type.Known():
			b.report(InvalidKey, at, "column %q of the primary key may be NULL", name).Help = "declare the column as NOT NULL, or take it from a column that is"
		case f != nil:
			f.Type.NotNull = true
		}
	}
}

// checkNames reports partition columns that are not there.
func (b *binder) checkNames(t *Table, names *ast.Names) {
	if names == nil || t.Open {
		return
	}
	for _, n := range names.Items {
		switch f := t.Field(n.Name); {
		case f == nil:
			suggest(b.report(UnknownColumn, n.Loc, "unknown partition column %q in %s", n.Name, t.Path.Name), t.Path.Name, n.Name, t.names())
		case f.Kind != Physical:
			b.report(InvalidKey, n.Loc, "a table is partitioned by physical columns, %q is none", n.Name)
		}
	}
}

func (b *binder) createView(s *ast.CreateView) {
	t := b.newTable(&s.Name, s)
	t.Kind, t.Temporary = View, s.Temporary
	existing := b.existing(t, s.IfNotExists || s.OrReplace, &s.Name)
	b.inside(t, &s.Name)
	b.declares = true
	b.view(t, s.Query, s.Columns)
	b.declares = false
	b.out.Table, b.out.Query = t, t.Query
	if existing == nil || !s.IfNotExists {
		b.session.declare(t)
	}
}

// view gives a table the columns of a query, under other names when there are some.
func (b *binder) view(t *Table, q ast.Query, names *ast.Names) {
	t.Query = b.query(q, nil)
	t.Open = isOpen(t.Query)
	columns := t.Query.Columns()
	if names != nil && len(names.Items) != len(columns) && !t.Open {
		b.report(ColumnCount, names.Loc, "%s names %d columns, its query has %d", t.Path.Name, len(names.Items), len(columns))
	}
	for i, c := range columns {
		f := &TableField{Column: *pass(c)}
		if names != nil && i < len(names.Items) {
			f.Name = names.Items[i].Name
		}
		if t.Field(f.Name) != nil {
			b.report(DuplicateColumn, q.Place(), "two columns of %s are called %q", t.Path.Name, f.Name).Help = "give one of them another name with AS"
		}
		t.Columns = append(t.Columns, f)
	}
}
