package sqltest

import (
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
)

// The kinds of rows that a connector gives or takes, as our own connector calls them.
const (
	appends = "append" // +I
	upserts = "upsert" // +I, +U and -D by key
	changed = "all"
)

// changes says which kinds of rows the connector of a table gives and takes, so that ours can do the same: the planner chooses
// its operators by it. A source that nobody described appends, a sink takes everything.
func changes(known *connector.Registry, t *bind.Table, release token.Release) (reads, writes string) {
	if known == nil {
		known = connector.Builtin()
	}
	about := t.ForConnector(nil)
	reads, writes = appends, changed
	if source := known.Source(about, release); source.Known && source.Changes != 0 {
		reads = kindsOf(source.Changes)
	}
	sink := known.Sink(about, release)
	if !sink.Known || sink.Changes == 0 {
		return reads, writes
	}
	if !sink.KeyToAdd || len(t.PrimaryKey) > 0 {
		return reads, kindsOf(sink.Changes)
	}
	return reads, appends
}

func kindsOf(c connector.Changes) string {
	switch {
	case c.Has(connector.UpdateBefore):
		return changed
	case c.Has(connector.UpdateAfter) || c.Has(connector.Delete):
		return upserts
	}
	return appends
}

// allows reports whether a table whose connector gives rows of some kinds gives this one.
func allows(reads string, k preview.Kind) bool {
	switch reads {
	case appends:
		return k == preview.Insert
	case upserts:
		return k != preview.UpdateBefore
	}
	return true
}
