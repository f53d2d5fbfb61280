// Following columns over the edges of many statements.

package lineage

import "github.com/autostream/autostream/internal/sql/catalog"

// place is a column where jobs meet: in a dataset when the table has one, else in the table.
type place struct {
	dataset Dataset
	table   catalog.Path
	column  string
}

func (c Column) place() place {
	if c.Dataset != (Dataset{}) {
		return place{dataset: c.Dataset, column: c.Column}
	}
	return place{table: c.Table, column: c.Column}
}

// Columns lists all columns of an edge: that of the sink first.
func (e *Edge) Columns() []Column {
	return append([]Column{{Table: e.Sink, Column: e.Column, Dataset: e.Dataset}}, e.Sources...)
}

// Downstream says for each edge whether a value of the columns flows through it. An indirect edge is kept where one of its
// sources is reached, and not followed further.
func Downstream(edges []Edge, start []Column) []bool {
	return follow(edges, start, func(e *Edge) (from, to []Column) { return e.Sources, e.Columns()[:1] })
}

// Upstream says for each edge whether a value that it carries flows into the columns. An indirect edge is kept where it
// decides on the rows of a table that is reached.
func Upstream(edges []Edge, start []Column) []bool {
	return follow(edges, start, func(e *Edge) (from, to []Column) { return e.Columns()[:1], e.Sources })
}

func follow(edges []Edge, start []Column, ends func(*Edge) (from, to []Column)) []bool {
	reached := map[place]bool{}
	for _, c := range start {
		reached[c.place()] = true
	}
	kept := make([]bool, len(edges))
	for grown := true; grown; {
		grown = false
		for i := range edges {
			from, to := ends(&edges[i])
			if kept[i] || edges[i].Kind != Direct || !anyReached(reached, from) {
				continue
			}
			kept[i], grown = true, true
			for _, c := range to {
				reached[c.place()] = true
			}
		}
	}
	tables := map[place]bool{}
	for p := range reached {
		p.column = ""
		tables[p] = true
	}
	for i := range edges {
		if edges[i].Kind == Indirect {
			from, _ := ends(&edges[i])
			kept[i] = anyReached(reached, from) || len(from) == 1 && tables[from[0].place()]
		}
	}
	return kept
}

func anyReached(reached map[place]bool, columns []Column) bool {
	for _, c := range columns {
		if reached[c.place()] {
			return true
		}
	}
	return false
}
