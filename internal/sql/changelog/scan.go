// Reading tables and views.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *builder) scan(rel *bind.Scan) *node {
	t := rel.Table
	if t.Kind == bind.View {
		return b.view(rel)
	}
	s := &Scan{Table: t, Options: t.ForConnector(rel.Hints).Options, Source: rel.Source(b.session)}
	if t.Open || !s.Source.Known {
		b.unsure = true
	}
	op := &Operator{Kind: TableSourceScan, At: rel.Place(), Detail: s}
	stored := &node{op: op, at: map[*bind.Column]int{}}
	for _, kind := range []bind.FieldKind{bind.Physical, bind.Metadata} {
		for _, f := range t.Columns {
			if f.Kind == kind {
				stored.at[&f.Column] = len(op.Row)
				op.Row = append(op.Row, Field{Name: f.Name, Type: f.Type})
				s.Fields = append(s.Fields, f)
			}
		}
	}
	n := b.schema(rel, stored)
	if w := t.Watermark; w != nil && !b.Batch {
		n = b.watermark(n, w, s)
	}
	return n
}

// schema computes the computed columns and puts all columns in order.
func (b *builder) schema(rel *bind.Scan, stored *node) *node {
	t := rel.Table
	values := make([]Value, len(t.Columns))
	for i, f := range t.Columns {
		if f.Kind == bind.Computed {
			values[i] = b.value(stored, f.Value)
		} else {
			values[i] = pass(stored.op.Row, stored.at[&f.Column])
		}
		if f.Kind == bind.Metadata {
			m := connector.FindMetadata(stored.op.Detail.(*Scan).Source.Metadata, f.Metadata)
			values[i].Cast = m != nil && !types.Equal(m.Type, f.Type)
		}
		values[i].Type = f.Type
	}
	op := stored.op
	if !identity(values, len(op.Row)) { // without computed columns there is no projection
		op = calc(op, values, nil)
	}
	n := &node{op: op, at: map[*bind.Column]int{}}
	for i, c := range rel.Columns() {
		if i < len(op.Row) {
			n.at[c] = i
			op.Row[i].Name = c.Name
		}
	}
	return n
}

// watermark makes a column a rowtime attribute. Of a source that takes the watermark itself the operator goes later.
func (b *builder) watermark(n *node, w *bind.Watermark, s *Scan) *node {
	column := slices.IndexFunc(s.Table.Columns, func(f *bind.TableField) bool { return f.Name == w.Column })
	if column < 0 || column >= len(n.op.Row) {
		return n
	}
	row := slices.Clone(n.op.Row)
	row[column].Attribute = types.Rowtime
	n.op = &Operator{Kind: WatermarkAssigner, Inputs: []*Operator{n.op}, Row: row, At: n.op.At, Detail: &Watermark{Column: column}}
	return n
}

// view puts the query of a view in its place.
func (b *builder) view(rel *bind.Scan) *node {
	query := rel.Table.Query
	if query == nil {
		return b.unknown(rel)
	}
	if s, ok := query.(*bind.Sort); ok && s.Limit == nil && s.Offset == nil {
		query = s.Input // an order means nothing below the top
	}
	in := b.rel(query)
	columns := query.Columns()
	n := &node{op: in.op, at: map[*bind.Column]int{}}
	for i, c := range rel.Columns() {
		if i < len(columns) {
			n.at[c] = b.column(in, columns[i]).Input
		}
	}
	return n
}
