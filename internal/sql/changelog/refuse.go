// Noting what Flink refuses.

package changelog

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
)

// Refusal is one reason why Flink does not run a query.
type Refusal struct {
	Rule    diag.Rule
	At      ast.Loc
	Message string
	Help    string
	Related []Because
}

// Because is a place that a refusal comes from.
type Because struct {
	At      ast.Loc
	Message string
}

func (b *builder) refuse(rule diag.Rule, at ast.Loc, message, help string) *Refusal {
	b.refusals = append(b.refusals, Refusal{Rule: rule, At: at, Message: message, Help: help})
	return &b.refusals[len(b.refusals)-1]
}

// refuseChanges notes that an operator does not take what another one emits. Of several such the first counts: the others
// follow from it.
func (b *builder) refuseChanges(by, from *Operator, lacking kinds) {
	if b.changesRefused {
		return
	}
	b.changesRefused = true
	what := "updates"
	switch {
	case lacking.has(updates) && lacking.has(deletes):
		what = "updates and deletes"
	case lacking.has(deletes):
		what = "deletes"
	}
	if by.Kind == Sink {
		t := by.Detail.(*Target).Insert.Table
		r := b.refuse(SinkChanges, b.place(from, by), fmt.Sprintf("%s only appends, and %s emits %s", t.Path.Name, describe(from), what),
			"write to a sink that takes changes (upsert-kafka, JDBC with a primary key), or aggregate by windows, which append")
		r.Related = b.because(by, t.Path.Name+" is written here")
		return
	}
	r := b.refuse(InputChanges, b.place(by, from), fmt.Sprintf("%s takes inserts only, and %s emits %s", describe(by), describe(from), what), "")
	r.Related = b.because(from, "these rows change")
}

func (b *builder) because(op *Operator, message string) []Because {
	if op.At.End <= op.At.Start || !b.whole.Contains(op.At) {
		return nil
	}
	return []Because{{At: op.At, Message: message}}
}

// place is where an operator stands in the text; what the planner adds or a view brings stands where the statement does.
func (b *builder) place(ops ...*Operator) ast.Loc {
	for _, op := range ops {
		if op.At.End > op.At.Start && b.whole.Contains(op.At) {
			return op.At
		}
	}
	return b.whole
}

func (b *builder) refuseKey(op *Operator) {
	t := op.Detail.(*Target).Insert.Table
	b.refuse(KeylessSink, b.place(op), fmt.Sprintf("%s takes updates and deletes by primary key, and has none", t.Path.Name),
		"declare PRIMARY KEY (…) NOT ENFORCED with the columns that identify a row")
}

func (b *builder) refuseConflict(op *Operator, t *Target) {
	table := t.Insert.Table
	key := "no upsert key"
	if keys := upsertKeys(op.input()); len(keys) > 0 {
		key = "the upsert key (" + strings.Join(Names(op.input().Row, keys[0]), ", ") + ")"
	}
	b.refuse(SinkKey, b.place(op), fmt.Sprintf("%s has the primary key (%s), the query %s", table.Path.Name, strings.Join(table.PrimaryKey, ", "), key),
		"say what happens to rows of one key: ON CONFLICT DO DEDUPLICATE, DO ERROR or DO NOTHING behind the query; or make the keys equal")
}

// describe names an operator for people.
func describe(op *Operator) string {
	switch d := op.Detail.(type) {
	case *Scan:
		return "table " + d.Table.Path.Name
	case *Joining:
		switch op.Kind {
		case IntervalJoin:
			return "the interval join"
		case WindowJoin:
			return "the window join"
		case TemporalJoin:
			return "the temporal join"
		}
		if d.Semi {
			return "the " + d.Type.String() + " join of a subquery"
		}
		return "the " + d.Type.String() + " join"
	case *Ranking:
		switch op.Kind {
		case Match:
			return "MATCH_RECOGNIZE"
		case WindowRank:
			return "the window top-N"
		case WindowDeduplicate, Deduplicate:
			return "the deduplication"
		}
		if d.deduplicates() {
			return "the deduplication"
		}
		return "the top-N"
	case *Grouping:
		switch {
		case len(d.Calls) == 0 && op.Kind == GroupAggregate:
			return "the DISTINCT"
		case d.Window != nil:
			return "the window aggregation"
		case len(d.Keys) == 0:
			return "the aggregation of all rows"
		}
		return "the aggregation"
	case *Overs:
		return "OVER"
	case *Ordering:
		switch op.Kind {
		case Limit:
			return "LIMIT"
		case SortLimit:
			return "ORDER BY with LIMIT"
		}
		return "ORDER BY"
	case *Normalizing:
		if scan, _ := scanOf(op); scan != nil {
			return "table " + scan.Table.Path.Name
		}
	}
	return string(op.Kind)
}

func quoted(name string) string { return fmt.Sprintf("%q", name) }

// columnText is how a message names a column.
func columnText(f Field) string { return quoted(f.Name) + " is " + f.Type.String() }
