// Binding of ALTER TABLE ADD, MODIFY, DROP and RENAME: what Flink's AlterSchemaConverter allows.

package bind

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
)

// addElements adds columns, and a key, watermark or distribution where there is none.
func (b *binder) addElements(t *Table, a *ast.AddElements) {
	for _, e := range a.Elements {
		switch e := e.(type) {
		case *ast.Watermark:
			if t.Watermark != nil {
				b.report(AlterConflict, e.Loc, "%s has a watermark already", t.Path.Name).Help = "write MODIFY WATERMARK"
			}
		case *ast.DistributionElement:
			if t.distributed {
				b.report(AlterConflict, e.Loc, "%s is distributed already", t.Path.Name).Help = "write MODIFY DISTRIBUTION"
			}
			defer b.distribute(t, e.Distribution)
		}
	}
	placed := len(t.Columns)
	b.elements(t, a.Elements)
	for _, e := range a.Elements {
		if c, ok := e.(*ast.Column); ok {
			placed++
			b.position(t, c, placed)
		}
	}
}

// position moves a column to FIRST or AFTER another, which has to be among the placed ones.
func (b *binder) position(t *Table, c *ast.Column, placed int) {
	if c.Position == nil {
		return
	}
	from := t.index(c.Name.Text())
	if from < 0 {
		return
	}
	to := 0
	if after := c.Position.After; after != nil {
		at := t.index(after.Text())
		if at < 0 || at >= placed {
			if !t.Open {
				suggest(b.report(UnknownColumn, after.Loc, "unknown column %q in %s", after.Text(), t.Path.Name), t.Path.Name, after.Text(), t.names())
			}
			return
		}
		if at == from {
			return
		}
		if to = at + 1; from < to {
			to--
		}
	}
	f := t.Columns[from]
	t.Columns = slices.Insert(slices.Delete(t.Columns, from, from+1), to, f)
}

func (t *Table) index(name string) int {
	return slices.IndexFunc(t.Columns, func(f *TableField) bool { return f.Name == name })
}

func (t *Table) names() []string {
	names := make([]string, len(t.Columns))
	for i, f := range t.Columns {
		names[i] = f.Name
	}
	return names
}

// modifyElements replaces columns, the key, the watermark and the distribution by others. What is computed of columns has
// to fit the new ones.
func (b *binder) modifyElements(t *Table, a *ast.ModifyElements) {
	seen := map[string]bool{}
	for _, e := range a.Elements {
		if c, ok := e.(*ast.Column); ok {
			name := c.Name.Text()
			if seen[name] {
				b.report(DuplicateColumn, c.Name.Loc, "column %q is changed twice", name)
				continue
			}
			seen[name] = true
			b.modifyColumn(t, c)
		}
	}
	for _, e := range a.Elements {
		switch e := e.(type) {
		case *ast.Column:
			b.position(t, e, len(t.Columns))
		case *ast.Watermark:
			b.mustHave(t, t.Watermark != nil, "watermark", "WATERMARK", e.Loc)
			t.dropWatermark()
			b.watermark(t, e)
		case *ast.Constraint:
			b.mustHave(t, t.PrimaryKey != nil, "primary key", "PRIMARY KEY", e.Loc)
			t.PrimaryKey = nil
			b.constraint(t, e, nil)
		case *ast.DistributionElement:
			b.mustHave(t, t.distributed, "distribution", "DISTRIBUTION", e.Loc)
			b.distribute(t, e.Distribution)
		}
	}
	if len(seen) > 0 {
		b.refit(t, a.Loc)
	}
}

// mustHave reports that something is changed that is not there.
func (b *binder) mustHave(t *Table, has bool, what, words string, at ast.Loc) {
	if !has && !t.Open {
		b.report(AlterConflict, at, "%s has no %s to change", t.Path.Name, what).Help = "write ADD " + words
	}
}

// modifyColumn replaces a column by a declaration of the same name.
func (b *binder) modifyColumn(t *Table, c *ast.Column) {
	at := t.index(c.Name.Text())
	if at < 0 {
		if !t.Open {
			suggest(b.report(UnknownColumn, c.Name.Loc, "unknown column %q in %s", c.Name.Text(), t.Path.Name), t.Path.Name, c.Name.Text(), t.names())
		}
		return
	}
	old := t.Columns[at]
	t.Columns = slices.Delete(t.Columns, at, at+1)
	if c.Computed != nil {
		b.computed(t, c, nil)
	} else {
		b.column(t, c)
	}
	last := len(t.Columns) - 1
	f := t.Columns[last]
	if c.Computed == nil && f.Type.Root == old.Type.Root {
		f.Attribute = old.Attribute
	}
	f.Type.NotNull = f.Type.NotNull || slices.Contains(t.PrimaryKey, f.Name)
	t.Columns = slices.Insert(t.Columns[:last], at, f)
	if c.Constraint != nil {
		b.constraint(t, c.Constraint, &c.Name)
	}
}

// refit binds the computed columns and the watermark of a changed table anew, and reports those that no longer fit.
func (b *binder) refit(t *Table, at ast.Loc) {
	for _, f := range t.Columns {
		if f.Kind != Computed || f.source == nil {
			continue
		}
		value, problem := b.quietly(func() Expr { return b.expr(b.stored(t, nil), f.source) })
		if problem != "" {
			b.report(AlterConflict, at, "column %q can no longer be computed: %s", f.Name, problem)
			return
		}
		f.Value, f.Type, f.Attribute = value, value.Type(), attributeOf(value)
	}
	if w := t.Watermark; w != nil && w.syntax != nil {
		if _, problem := b.quietly(func() Expr { b.watermark(t, w.syntax); return nil }); problem != "" {
			b.report(AlterConflict, at, "the watermark no longer fits: %s", problem)
		}
	}
	for _, name := range t.PrimaryKey {
		if f := t.Field(name); f != nil && f.Kind != Physical {
			b.report(InvalidKey, at, "a primary key consists of physical columns, %q is none", name)
		}
	}
}

// quietly binds something and returns the first problem instead of reporting it.
func (b *binder) quietly(bind func() Expr) (value Expr, problem string) {
	before := len(b.out.Findings)
	value = bind()
	if found := b.out.Findings[before:]; len(found) > 0 {
		problem = found[0].Message
	}
	b.out.Findings = b.out.Findings[:before]
	return value, problem
}

// dropColumns drops columns that nothing else of the table uses.
func (b *binder) dropColumns(t *Table, a *ast.DropColumns) {
	gone := map[string]bool{}
	for i := range a.Columns {
		name := a.Columns[i].Text()
		if gone[name] {
			b.report(DuplicateColumn, a.Columns[i].Loc, "column %q is dropped twice", name)
		}
		gone[name] = true
	}
	for i := range a.Columns {
		c := &a.Columns[i]
		switch f := t.Field(c.Text()); {
		case f == nil && !t.Open:
			suggest(b.report(UnknownColumn, c.Loc, "unknown column %q in %s", c.Text(), t.Path.Name), t.Path.Name, c.Text(), t.names())
		case f != nil && slices.Contains(t.PrimaryKey, f.Name):
			b.report(AlterConflict, c.Loc, "column %q belongs to the primary key", f.Name)
		case f != nil:
			b.free(t, f.Name, c.Loc, gone)
		}
	}
	t.Columns = slices.DeleteFunc(t.Columns, func(f *TableField) bool { return gone[f.Name] })
}

// free reports a column that cannot be dropped or renamed for what uses it; computed columns that go too do not count.
func (b *binder) free(t *Table, name string, at ast.Loc, gone map[string]bool) {
	switch {
	case slices.Contains(t.Partition, name):
		b.report(AlterConflict, at, "%s is partitioned by %q", t.Path.Name, name)
		return
	case slices.Contains(t.Buckets, name):
		b.report(AlterConflict, at, "%s is distributed by %q", t.Path.Name, name)
		return
	case t.Watermark != nil && (t.Watermark.Column == name || reads(t.Watermark.Expr, name)):
		b.report(AlterConflict, at, "the watermark uses %q", name).Help = "drop the watermark first"
		return
	}
	for _, f := range t.Columns {
		if f.Kind == Computed && !gone[f.Name] && reads(f.Value, name) {
			b.report(AlterConflict, at, "column %q is computed of %q", f.Name, name)
			return
		}
	}
}

// reads reports whether an expression over the columns of a table reads the one of a name.
func reads(e Expr, name string) bool {
	found := false
	Walk(e, func(x Expr) bool {
		r, ok := x.(*Ref)
		found = found || ok && r.Column.Name == name
		return !ok
	})
	return found
}

func (b *binder) renameColumn(t *Table, a *ast.RenameColumn) {
	name, other := a.Old.Text(), a.New.Text()
	at := t.index(name)
	switch {
	case at < 0:
		if !t.Open {
			suggest(b.report(UnknownColumn, a.Old.Loc, "unknown column %q in %s", name, t.Path.Name), t.Path.Name, name, t.names())
		}
		return
	case t.index(other) >= 0:
		b.report(DuplicateColumn, a.New.Loc, "%s has a column %q already", t.Path.Name, other)
		return
	}
	b.free(t, name, a.Old.Loc, nil)
	t.Columns[at].Name = other
	t.PrimaryKey = slices.Clone(t.PrimaryKey)
	for i, key := range t.PrimaryKey {
		if key == name {
			t.PrimaryKey[i] = other
		}
	}
}

// distribute sets the buckets of a table: their keys are physical columns.
func (b *binder) distribute(t *Table, d *ast.Distribution) {
	t.Buckets, t.distributed = nil, d != nil
	if d != nil && d.Buckets != nil && strings.Trim(d.Buckets.Text, "0") == "" {
		b.report(InvalidKey, d.Buckets.Loc, "a distribution has one bucket at least")
	}
	if d == nil || d.Columns == nil {
		return
	}
	t.Buckets = identNames(d.Columns.Items)
	for _, n := range d.Columns.Items {
		switch f := t.Field(n.Name); {
		case f == nil && t.Open:
		case f == nil:
			suggest(b.report(UnknownColumn, n.Loc, "unknown column %q in the distribution of %s", n.Name, t.Path.Name), t.Path.Name, n.Name, t.names())
		case f.Kind != Physical:
			b.report(InvalidKey, n.Loc, "a distribution goes by physical columns, %q is none", n.Name)
		}
	}
}
