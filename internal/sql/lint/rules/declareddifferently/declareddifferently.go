// Package declareddifferently is AS7201: one topic or table that two files declare differently.
package declareddifferently

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lineage"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7201.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7201", Name: "declared-differently", Level: diag.Warning, Category: diag.Hygiene,
			Text: "Two tables stand for the same topic, database table or path, and do not agree about a column, the primary key or the format. One of them is wrong: it reads NULL, fails on the first message, or writes what the other cannot read. A declaration that is shared by all jobs cannot differ from itself.",
		},
		Bad: bad, Good: good, Project: find,
	}
}

func find(all []*rule.Facts, p *rule.ProjectPass) {
	first := map[lineage.Dataset]*rule.Declared{}
	for _, f := range all {
		for i := range f.Declared {
			d := &f.Declared[i]
			if d.Kind != rule.Table || d.Dataset == (lineage.Dataset{}) {
				continue
			}
			other := first[d.Dataset]
			if other == nil {
				first[d.Dataset] = d
				continue
			}
			if what := difference(other, d); what != "" {
				found := p.Report(d.Place, "%s is declared differently in %s: %s", d.Dataset.Name, other.File.Name, what)
				found.Help = "declare it once, in the tables of the project"
				found.Related = []diag.Related{other.Place.Related("declared here")}
			}
		}
	}
}

// difference says in which point two declarations cannot both be right, "" when they can.
func difference(a, b *rule.Declared) string {
	for _, c := range b.Columns {
		i := slices.IndexFunc(a.Columns, func(o rule.Column) bool { return o.Name == c.Name })
		if i >= 0 && plain(a.Columns[i].Type) != plain(c.Type) {
			return c.Name + " is " + plain(a.Columns[i].Type) + " there and " + plain(c.Type) + " here"
		}
	}
	formats := [2]string{format(a), format(b)}
	switch {
	case formats[0] != formats[1] && formats[0] != "" && formats[1] != "" && !slices.Contains(formats[:], "raw"):
		return "the format is " + formats[0] + " there and " + formats[1] + " here"
	case a.Key != b.Key && a.Key != "" && b.Key != "":
		return "the primary key is (" + a.Key + ") there and (" + b.Key + ") here"
	}
	return ""
}

// plain is a type without what a primary key or a sink says about NULL.
func plain(name string) string { return strings.TrimSuffix(name, " NOT NULL") }

func format(d *rule.Declared) string { return cmp.Or(d.Options["value.format"], d.Options["format"]) }
