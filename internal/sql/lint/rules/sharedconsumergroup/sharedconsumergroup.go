// Package sharedconsumergroup is AS4201: one consumer group in two jobs.
package sharedconsumergroup

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

// Rule returns AS4201.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS4201", Name: "shared-consumer-group", Level: diag.Warning, Category: diag.Connector,
			Text: "Two jobs read one topic with the same group. Flink assigns the partitions itself, so that both read everything; but both commit their offsets under one name. A job that starts from the offsets of its group then starts where the other one was, and the lag that Kafka shows is that of whoever committed last. A job that says where it starts is only reported as a note.",
		},
		Bad: bad, Good: good, Project: find,
	}
}

// reading is a group on a topic.
type reading struct {
	dataset lineage.Dataset
	group   string
}

func find(all []*rule.Facts, p *rule.ProjectPass) {
	first := map[reading]*rule.Facts{}
	places := map[reading]rule.Place{}
	for _, f := range all {
		seen := map[reading]bool{}
		for i := range f.Uses {
			u := &f.Uses[i]
			r := reading{u.Dataset, u.Options["properties.group.id"]}
			if u.Writes || u.Function || f.Job == "" || r.group == "" || r.dataset == (lineage.Dataset{}) || seen[r] {
				continue
			}
			seen[r] = true
			other := first[r]
			if other == nil {
				first[r], places[r] = f, u.Place
				continue
			}
			found := p.Report(u.Place, "group %s reads %s in %s too", r.group, r.dataset.Name, other.Job)
			found.Help = "give each job a group of its own, in the table or with OPTIONS('properties.group.id' = …)"
			found.Related = []diag.Related{places[r].Related(other.Job + " reads it here")}
			if mode := u.Options["scan.startup.mode"]; mode != "" && mode != "group-offsets" {
				found.Level = diag.Note
			}
		}
	}
}
