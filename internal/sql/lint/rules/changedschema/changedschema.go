// Package changedschema is AS6201: a topic or table that changes under its readers.
package changedschema

import (
	"cmp"
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lineage"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS6201.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS6201", Name: "changed-schema", Level: diag.Warning, Category: diag.Compatibility,
			Text: "Since the revision that --new-from names, a table that a job writes has lost a column, or has it with another type or in another format, and another file still declares what was there before. The reader gets NULL, or fails on the first message that is written the new way.",
		},
		Bad: bad, Good: good, Change: find,
	}
}

// declaration is a table of a file, as it is known outside of Flink.
type declaration struct {
	file    string
	dataset lineage.Dataset
}

func find(before, after []*rule.Facts, p *rule.ProjectPass) {
	old := map[declaration]*rule.Declared{}
	for _, f := range before {
		for i := range f.Declared {
			old[declaration{f.File.Name, f.Declared[i].Dataset}] = &f.Declared[i]
		}
	}
	for _, f := range after {
		for i := range f.Declared {
			d := &f.Declared[i]
			was := old[declaration{f.File.Name, d.Dataset}]
			if d.Kind != rule.Table || d.Dataset == (lineage.Dataset{}) || was == nil || !written(after, f, d) {
				continue
			}
			for _, r := range readers(after, f, d) {
				if what := broken(was, d, r); what != "" {
					found := p.Report(d.Place, "%s, and %s still reads what was there", what, r.File.Name)
					found.Related = []diag.Related{r.Place.Related("declared here")}
					found.Help = "change the reader first, or keep the old column until it has"
					break
				}
			}
		}
	}
}

// written says whether a job writes the table by this declaration.
func written(all []*rule.Facts, of *rule.Facts, d *rule.Declared) bool {
	for _, f := range all {
		if f != of && !of.Shared {
			continue
		}
		for i := range f.Uses {
			if u := &f.Uses[i]; u.Writes && u.Path == d.Path {
				return true
			}
		}
	}
	return false
}

// readers lists the declarations of the same topic or table in other files.
func readers(all []*rule.Facts, of *rule.Facts, d *rule.Declared) []*rule.Declared {
	var found []*rule.Declared
	for _, f := range all {
		for i := range f.Declared {
			if f != of && f.Declared[i].Dataset == d.Dataset {
				found = append(found, &f.Declared[i])
			}
		}
	}
	return found
}

// broken says what a reader expects as it was, and is no more.
func broken(was, is, reader *rule.Declared) string {
	for _, c := range was.Columns {
		expected, reads := column(reader, c.Name)
		now, there := column(is, c.Name)
		switch {
		case !reads:
		case !there:
			return "column " + c.Name + " of " + is.Dataset.Name + " is gone"
		case now != c.Type && expected == c.Type:
			return "column " + c.Name + " of " + is.Dataset.Name + " was " + c.Type + " and is " + now
		}
	}
	if from, to := format(was), format(is); from != to && format(reader) == from {
		return "the format of " + is.Dataset.Name + " was " + from + " and is " + to
	}
	return ""
}

// column returns the type of a column, without what a primary key says about NULL.
func column(d *rule.Declared, name string) (string, bool) {
	for _, c := range d.Columns {
		if c.Name == name {
			return strings.TrimSuffix(c.Type, " NOT NULL"), true
		}
	}
	return "", false
}

func format(d *rule.Declared) string { return cmp.Or(d.Options["value.format"], d.Options["format"]) }
