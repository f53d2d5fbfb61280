// Package twowriters is AS4202: two jobs that write one table by key.
package twowriters

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lineage"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS4202.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS4202", Name: "two-writers", Level: diag.Warning, Category: diag.Connector,
			Text: "Two jobs write the same table with a primary key. Each updates and deletes by key what the other has written, in an order that nobody controls: the last one to write a key wins, and a delete of one removes the row of the other. One job with a UNION ALL, or a table for each, keeps an order.",
		},
		Bad: bad, Good: good, Project: find,
	}
}

func find(all []*rule.Facts, p *rule.ProjectPass) {
	first := map[lineage.Dataset]*rule.Facts{}
	places := map[lineage.Dataset]rule.Place{}
	for _, f := range all {
		seen := map[lineage.Dataset]bool{}
		for i := range f.Uses {
			u := &f.Uses[i]
			if !u.Writes || u.Key == "" || f.Job == "" || u.Dataset == (lineage.Dataset{}) || seen[u.Dataset] {
				continue
			}
			seen[u.Dataset] = true
			other := first[u.Dataset]
			if other == nil {
				first[u.Dataset], places[u.Dataset] = f, u.Place
				continue
			}
			found := p.Report(u.Place, "%s writes %s by key too", other.Job, u.Dataset.Name)
			found.Help = "write it in one job, with UNION ALL"
			found.Related = []diag.Related{places[u.Dataset].Related(other.Job + " writes it here")}
		}
	}
}
