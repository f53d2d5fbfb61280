// Package unusedsharedobject is AS7202: a shared table, view or function that no job uses.
package unusedsharedobject

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7202.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7202", Name: "unused-shared-object", Level: diag.Warning, Category: diag.Hygiene,
			Text: "The shared tables of the project declare something that no script uses. Every job creates it for nothing, and whoever changes the topic behind it has to find out that nobody reads it.",
		},
		Bad: bad, Good: good, Project: find,
	}
}

func find(all []*rule.Facts, p *rule.ProjectPass) {
	used := map[catalog.Path]bool{}
	jobs := false
	for _, f := range all {
		if f.Open {
			return
		}
		jobs = jobs || f.Job != ""
		for i := range f.Uses {
			used[f.Uses[i].Path] = true
		}
	}
	if !jobs {
		return
	}
	for _, f := range all {
		if !f.Shared {
			continue
		}
		for _, d := range f.Declared {
			if !used[d.Path] {
				p.Report(d.Place, "no job uses %s %s", [...]string{rule.Table: "table", rule.View: "view", rule.Function: "function"}[d.Kind], d.Path.Name)
			}
		}
	}
}
