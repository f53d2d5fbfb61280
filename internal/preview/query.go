package preview

import "github.com/autostream/autostream/internal/base/source"

// Query is a query of a script that can be previewed.
type Query struct {
	Number    int    // from 1, in the order of the script
	Statement int    // which statement of the script it belongs to, from 1
	Verb      Verb   // what the script does with its rows
	Sink      string // the table they would go to, as written; "" for a query by itself
	Span      source.Span
}

// Verb is the statement that a query stands in.
type Verb string

// The verbs.
const (
	Select            Verb = "SELECT" // a query by itself, VALUES and TABLE included
	InsertInto        Verb = "INSERT"
	CreateTableAs     Verb = "CREATE TABLE AS"
	MaterializedTable Verb = "CREATE MATERIALIZED TABLE"
)

// Title is what the script does with the rows, "SELECT" or "INSERT page_views".
func (q Query) Title() string {
	if q.Sink == "" {
		return string(q.Verb)
	}
	return string(q.Verb) + " " + q.Sink
}
