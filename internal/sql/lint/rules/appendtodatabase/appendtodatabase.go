// Package appendtodatabase is AS4103: rows that are appended to a database twice.
package appendtodatabase

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS4103.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS4103", Name: "append-to-database", Level: diag.Warning, Category: diag.Connector,
			Text: "Without a primary key the sink only appends. After a failure the rows since the last checkpoint are written again, and a database keeps both: at least once becomes duplicates. With a primary key the sink writes by key, and writing again changes nothing.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for _, i := range s.Inserts {
			syntax, ok := i.Syntax.(*ast.Insert)
			if !ok || s.Batch || i.Table == nil || i.Table.PrimaryKey != nil || i.Table.Open || !database(i.Table.Options["connector"]) {
				continue
			}
			p.Report(syntax.Table.Name.Loc, "%s has no primary key: rows are written twice after a failure", i.Path.Name).
				Help = "declare the key of the table: PRIMARY KEY (…) NOT ENFORCED"
		}
	}
}

// database says whether the connector writes by key when it has one, and appends when not.
func database(connector string) bool {
	return connector == "jdbc" || strings.HasPrefix(connector, "elasticsearch-") || strings.HasPrefix(connector, "opensearch")
}
