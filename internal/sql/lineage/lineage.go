// Package lineage says which columns of which tables flow into the columns that a statement writes.
//
// A direct edge says where the values of one written column come from, down to stored columns: through views, common
// table expressions, computed columns and functions. An indirect edge says which columns decide on rows without being in
// them: join keys, filters, groups, orders, windows and conditions.
package lineage

import (
	"cmp"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
)

// Edge is one entry of a lineage.
type Edge struct {
	Statement int          // in its file, from 1
	Sink      catalog.Path // zero for a query
	Dataset   Dataset      // of the sink
	Column    string       // "" for an indirect edge, which is about all columns
	Sources   []Column
	Transform string // the expression over stored columns
	Kind      Kind
	Subtype   Subtype
}

// Column is a stored column.
type Column struct {
	Table   catalog.Path
	Dataset Dataset
	Column  string
}

// Kind is direct or indirect.
type Kind string

// The kinds of edges.
const (
	Direct   Kind = "direct"
	Indirect Kind = "indirect"
)

// Subtype says more; the words are those of OpenLineage's column lineage facet.
type Subtype string

// The subtypes: the first three are direct, and of several ways a value takes, the last counts.
const (
	Identity       Subtype = "IDENTITY"
	Transformation Subtype = "TRANSFORMATION"
	Aggregation    Subtype = "AGGREGATION"

	Join        Subtype = "JOIN"
	Filter      Subtype = "FILTER"
	GroupBy     Subtype = "GROUP_BY"
	Sort        Subtype = "SORT"
	Window      Subtype = "WINDOW"
	Conditional Subtype = "CONDITIONAL"
)

// Of returns the edges of a script: for each statement that writes, one direct edge per written column in the order of
// the table, then the indirect ones. A query that writes nothing has the columns that a client would see, and no sink.
func Of(script *bind.Script) []Edge {
	var edges []Edge
	for _, statement := range script.Statements {
		for _, insert := range statement.Inserts {
			edges = append(edges, ofInsert(statement.Number, insert)...)
		}
		if _, ok := statement.Syntax.(*ast.QueryStatement); ok && statement.Query != nil {
			edges = append(edges, ofQuery(statement.Number, statement.Query)...)
		}
	}
	return edges
}

func ofQuery(statement int, query bind.Rel) []Edge {
	t := newTracer()
	var edges []Edge
	for _, c := range query.Columns() {
		edges = append(edges, t.direct(Edge{Statement: statement, Column: c.Name}, c))
	}
	return append(edges, t.indirect(Edge{Statement: statement}, query)...)
}

func ofInsert(statement int, insert *bind.Insert) []Edge {
	t := newTracer()
	into := Edge{Statement: statement, Sink: insert.Path, Dataset: DatasetOf(insert.Table)}
	var edges []Edge
	for _, c := range insert.Columns {
		into.Column = c.Target.Name
		if c.Source != nil {
			edges = append(edges, t.direct(into, c.Source))
			continue
		}
		constant := into
		constant.Kind, constant.Subtype, constant.Transform = Direct, Transformation, "NULL"
		if c.Static != nil {
			constant.Transform = printer{}.text(c.Static)
		}
		edges = append(edges, constant)
	}
	into.Column = ""
	return append(edges, t.indirect(into, insert.Rel)...)
}

// direct completes an edge with where the values of a column come from.
func (t *tracer) direct(e Edge, c *bind.Column) Edge {
	flow := t.column(c)
	e.Kind, e.Subtype, e.Sources, e.Transform = Direct, flow.kind(), t.sorted(flow.sources), t.transform(c)
	return e
}

// indirect returns an edge for each way in which columns decide on the rows of a relation.
func (t *tracer) indirect(e Edge, r bind.Rel) []Edge {
	var edges []Edge
	for _, subtype := range influences {
		if columns := t.influence(r)[subtype]; len(columns) > 0 {
			e.Kind, e.Subtype, e.Sources = Indirect, subtype, t.sorted(columns)
			edges = append(edges, e)
		}
	}
	return edges
}

// sources is a set of stored columns.
type sources map[stored]struct{}

// stored is a column of a table.
type stored struct {
	table *bind.Table
	name  string
}

// add makes the set first where it is nil.
func (s *sources) add(other sources) {
	if *s == nil && len(other) > 0 {
		*s = make(sources, len(other))
	}
	for source := range other {
		(*s)[source] = struct{}{}
	}
}

// known is what is said of each column of a table.
type known struct {
	path    string
	dataset Dataset
}

// sorted lists a set by path and name. Two tables of one path, one from before an ALTER, are one.
func (t *tracer) sorted(s sources) []Column {
	all := make([]stored, 0, len(s))
	for source := range s {
		all = append(all, source)
		if _, ok := t.tables[source.table]; !ok {
			t.tables[source.table] = known{source.table.Path.String(), DatasetOf(source.table)}
		}
	}
	slices.SortFunc(all, func(a, b stored) int {
		return cmp.Or(cmp.Compare(t.tables[a.table].path, t.tables[b.table].path), cmp.Compare(a.name, b.name))
	})
	out := make([]Column, len(all))
	for i, s := range all {
		out[i] = Column{Table: s.table.Path, Dataset: t.tables[s.table].dataset, Column: s.name}
	}
	return slices.Compact(out)
}
