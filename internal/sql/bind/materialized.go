// Binding of CREATE MATERIALIZED TABLE, since 1.20.

package bind

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// createMaterialized declares a table that a query keeps filled. One that is refreshed as a whole is filled by jobs in
// batch mode, which Flink plans when it starts them; one that is refreshed continuously, by a job that it plans now.
func (b *binder) createMaterialized(s *ast.CreateMaterializedTable) {
	t := b.newTable(&s.Name, s)
	t.Kind = MaterializedTable
	b.existing(t, s.OrAlter, &s.Name)
	for _, o := range optionsOf(s.With) {
		t.Options[o.Key.Value] = o.Value.Value
	}
	if s.PartitionedBy != nil {
		t.Partition = identNames(s.PartitionedBy.Items)
	}
	rel := b.query(s.As, nil)
	keys := slices.DeleteFunc(slices.Clone(s.Elements), func(e ast.TableElement) bool { _, ok := e.(*ast.Constraint); return !ok })
	others := slices.DeleteFunc(slices.Clone(s.Elements), func(e ast.TableElement) bool { _, ok := e.(*ast.Constraint); return ok })
	b.storedColumns(t, others)
	b.checkDeclared(t, rel, others)
	b.fill(t, rel, others)
	b.derived(t, others, 0)
	t.Query, t.Open = rel, isOpen(rel)
	b.keys(t, rel, keys)
	b.checkNames(t, s.PartitionedBy)
	b.freshness(s)
	b.dateFormats(t, s.With)
	b.out.Table, b.out.Query = t, rel
	b.out.Inserts = append(b.out.Inserts, b.into(t, s, rel))
	if s.RefreshMode == token.FULL {
		b.out.Batch = true
	} else if t.Options["connector"] != "" { // catalogs that keep such tables know the connector by themselves
		b.useAt(t, s.Name.Loc, nil, connector.ToSink)
	}
	b.session.tables[t.Path] = t
}

// appended checks that a new query keeps the columns of a table, and adds others behind them at most.
func (b *binder) appended(t *Table, before []*TableField, a *ast.AsQuery) {
	if len(t.Columns) < len(before) {
		b.report(AlterConflict, a.Loc, "%s has %s, the query gives %d", t.Path.Name, plural(len(before), "column"), len(t.Columns)).Help = "a new query keeps the columns, and may add others behind them"
		return
	}
	for i, old := range before {
		c := t.Columns[i]
		if old.Name != c.Name || old.Type.Known() && c.Type.Known() && !types.Same(old.Type, c.Type) {
			b.report(AlterConflict, a.Loc, "column %d of %s is %s %s, the query gives %s %s", i+1, t.Path.Name, old.Name, old.Type.Nullable(), c.Name, c.Type.Nullable()).Help = "a new query keeps the columns in their order"
			return
		}
	}
}

// checkDeclared compares declared columns, which may stand there since 2.3, with those of the query.
func (b *binder) checkDeclared(t *Table, rel Rel, elements []ast.TableElement) {
	if isOpen(rel) {
		return
	}
	for _, e := range elements {
		c, ok := e.(*ast.Column)
		if !ok {
			continue
		}
		f, from := t.Field(c.Name.Text()), columnOf(rel, c.Name.Text())
		switch {
		case f == nil || f.Kind != Physical:
		case from == nil:
			b.report(UnknownColumn, c.Name.Loc, "the query gives no column %q", f.Name)
		case !types.CastsImplicitly(from.Type, f.Type):
			b.report(SinkType, c.Name.Loc, "column %q of %s is %s, the query gives %s", f.Name, t.Path.Name, f.Type, from.Type)
		}
	}
}

// keys declares the primary key, whose columns the query must not leave NULL.
func (b *binder) keys(t *Table, rel Rel, elements []ast.TableElement) {
	for _, e := range elements {
		c, ok := e.(*ast.Constraint)
		if !ok || c.Kind != token.PRIMARY || c.Columns == nil {
			continue
		}
		for _, n := range c.Columns.Items {
			f, from := t.Field(n.Name), columnOf(rel, n.Name)
			if f != nil && f.inherited && from != nil && nullable(ref(from, n.Loc)) {
				b.report(InvalidKey, n.Loc, "column %q of the query may be NULL, which no column of a primary key may", n.Name)
			}
		}
		b.constraint(t, c, nil)
	}
}

// freshUnits are the units of FRESHNESS. Weeks came with 2.3.
var freshUnits = map[string]token.Release{
	"SECOND": token.V1_20, "MINUTE": token.V1_20, "HOUR": token.V1_20, "DAY": token.V1_20, "WEEK": token.V2_3,
}

// freshness checks FRESHNESS = INTERVAL '<n>' <unit>.
func (b *binder) freshness(s *ast.CreateMaterializedTable) {
	i, ok := s.Freshness.(*ast.Interval)
	if !ok {
		return
	}
	unit := strings.TrimSuffix(i.Unit.From.String(), "S")
	if since, known := freshUnits[unit]; !known || i.Unit.To != 0 || b.session.Release < since {
		b.report(LiteralText, i.Loc, "FRESHNESS is a number of seconds, minutes, hours or days")
		return
	}
	text, ok := i.Value.(*ast.String)
	if !ok {
		return
	}
	n, err := strconv.ParseFloat(text.Value, 64)
	whole := n == math.Trunc(n) || b.session.Release >= token.V2_3 // which takes 1.5 for 1
	if err != nil || n < 0 || n == 0 && b.session.Release >= token.V2_0 || !whole || i.Sign == token.Minus {
		b.report(LiteralText, i.Loc, "FRESHNESS is a whole number above zero, not %s", text.Value)
	}
}

// dateFormats checks 'partition.fields.<column>.date-formatter': the column is one that the table is partitioned by, and a text.
func (b *binder) dateFormats(t *Table, with *ast.Options) {
	for _, o := range optionsOf(with) {
		rest, ok := strings.CutPrefix(o.Key.Value, "partition.fields.")
		name, formatter := strings.CutSuffix(rest, ".date-formatter")
		if !ok || !formatter {
			continue
		}
		f := t.Field(name)
		switch {
		case !slices.Contains(t.Partition, name):
			b.report(UnknownColumn, o.Key.Loc, "%s is not partitioned by %q", t.Path.Name, name)
		case f != nil && f.Type.Known() && !f.Type.In(types.Characters):
			b.report(ArgumentTypes, o.Key.Loc, "a date formatter is for a partition column that is a text, %q is %s", name, f.Type)
		}
	}
}
