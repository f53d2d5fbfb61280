// Package cdcserverid is AS4102: readers of a MySQL server that share an id.
package cdcserverid

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS4102.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS4102", Name: "cdc-server-id", Level: diag.Warning, Category: diag.Connector,
			Text: "Each reader of a binlog needs a server id of its own: the server cuts a connection when another with the same id arrives, and both readers fail in turns. A parallel source has as many readers as its parallelism, and needs a range of at least that many ids, such as '5400-5403'; two tables of one server need different ranges.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

// reader is a table of a server with its ids.
type reader struct {
	table      *bind.Table
	host       string
	first, end int
}

func find(p *rule.Pass) {
	var readers []reader
	for scan := range rule.Scans(p.Unit) {
		options := rule.Options(scan.Table, scan.Hints)
		first, end, ok := ids(options["server-id"])
		if options["connector"] != "mysql-cdc" || !ok {
			continue
		}
		r := reader{scan.Table, options["hostname"] + ":" + options["port"], first, end}
		if other := slices.IndexFunc(readers, r.meets); other >= 0 {
			p.Report(p.PlaceOf(scan), "%s and %s have server ids in common", readers[other].table.Path.Name, r.table.Path.Name).
				Help = "give each table a range of its own"
		} else if n := parallelism(p.Unit); n > end-first && options["scan.incremental.snapshot.enabled"] != "false" {
			p.Report(p.PlaceOf(scan), "%s has %d server ids for a parallelism of %d", r.table.Path.Name, end-first, n).
				Help = "write a range: 'server-id' = '" + strconv.Itoa(first) + "-" + strconv.Itoa(first+n-1) + "'"
		}
		readers = append(readers, r)
	}
}

func (r reader) meets(other reader) bool {
	return r.table != other.table && r.host == other.host && r.first < other.end && other.first < r.end
}

// ids reads '5400' or '5400-5403' as a half-open range.
func ids(text string) (first, end int, ok bool) {
	low, high, ranged := strings.Cut(text, "-")
	if !ranged {
		high = low
	}
	first, err := strconv.Atoi(strings.TrimSpace(low))
	last, err2 := strconv.Atoi(strings.TrimSpace(high))
	return first, last + 1, err == nil && err2 == nil
}

// parallelism is that of the job, 1 when nothing says.
func parallelism(u *rule.Unit) int {
	n := 1
	for _, key := range []string{"parallelism.default", "table.exec.resource.default-parallelism"} {
		if value, ok := u.Final(key); ok {
			if set, err := strconv.Atoi(value); err == nil && set > 0 {
				n = set
			}
		}
	}
	return n
}
