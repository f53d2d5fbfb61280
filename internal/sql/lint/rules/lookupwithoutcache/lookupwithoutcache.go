// Package lookupwithoutcache is AS4104: a lookup join that asks the database for every row.
package lookupwithoutcache

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS4104.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS4104", Name: "lookup-without-cache", Level: diag.Note, Category: diag.Connector,
			Text: "The dimension table has no lookup cache, so that every row of the stream is a query to the database, one after the other. 'lookup.cache' = 'PARTIAL' with lookup.partial-cache.expire-after-write and lookup.partial-cache.max-rows answers repeated keys from memory, FULL loads the whole table.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for r := range rule.Rels(s) {
			snapshot, ok := r.(*bind.Snapshot)
			if !ok {
				continue
			}
			scan, ok := snapshot.Input.(*bind.Scan)
			if !ok || scan.Table == nil {
				continue
			}
			options := rule.Options(scan.Table, scan.Hints)
			if options["connector"] != "jdbc" || cached(options) {
				continue
			}
			p.Report(scan.Place(), "every row asks the database of %s", scan.Table.Path.Name).Help = "set 'lookup.cache' = 'PARTIAL' or 'FULL'"
		}
	}
}

// cached says whether the table has a cache, by today's options or by those of before 1.16.
func cached(options map[string]string) bool {
	cache := strings.ToUpper(options["lookup.cache"])
	return cache != "" && cache != "NONE" || options["lookup.cache.max-rows"] != ""
}
