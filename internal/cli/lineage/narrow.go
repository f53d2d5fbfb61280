// Upstream and downstream of one table or column.

package lineage

import (
	"github.com/autostream/autostream/internal/base/fault"
	sqllineage "github.com/autostream/autostream/internal/sql/lineage"
)

// narrow keeps the edges that lead to the table or column of --upstream, or away from that of --downstream, over any
// number of jobs.
func (r *report) narrow(o *Options) error {
	for _, step := range []struct {
		name   string
		follow func(edges []sqllineage.Edge, start []sqllineage.Column) []bool
	}{{o.Upstream, sqllineage.Upstream}, {o.Downstream, sqllineage.Downstream}} {
		if step.name == "" {
			continue
		}
		edges := make([]sqllineage.Edge, len(r.Edges))
		for i := range r.Edges {
			edges[i] = r.Edges[i].edge
		}
		start := columnsOf(edges, step.name)
		if len(start) == 0 {
			return fault.Errorf(fault.NotFound, "no edge has a table or column %s", step.name).
				WithFix("write it as TABLE or TABLE.COLUMN, as autostream lineage shows it")
		}
		keep := step.follow(edges, start)
		var kept []edge
		for i, e := range r.Edges {
			if keep[i] {
				kept = append(kept, e)
			}
		}
		r.Edges = append([]edge{}, kept...)
	}
	return nil
}

// columnsOf finds the columns that a name means: of a table, or one of its columns, with or without catalog and database.
func columnsOf(edges []sqllineage.Edge, name string) []sqllineage.Column {
	var found []sqllineage.Column
	seen := map[sqllineage.Column]bool{}
	for _, e := range edges {
		for _, c := range e.Columns() {
			table := c.Table
			matches := func(t string) bool { return name == t || name == t+"."+c.Column }
			if (matches(table.String()) || matches(table.Short()) || matches(table.Database+"."+table.Name)) && !seen[c] && c.Column != "" {
				seen[c] = true
				found = append(found, c)
			}
		}
	}
	return found
}
