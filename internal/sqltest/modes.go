package sqltest

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/bind"
)

// The kinds of rows that a connector gives or takes, as our own connector calls them.
const (
	appends = "append" // +I
	upserts = "upsert" // +I, +U and -D by key
	changed = "all"
)

// changes says which kinds of rows the connector of a table gives and takes, so that ours can do the same: the planner chooses
// its operators by it. What is not known may be anything.
func changes(t *bind.Table) (reads, writes string) {
	connector, format := t.Options["connector"], t.Options["format"]
	if format == "" {
		format = t.Options["value.format"]
	}
	keyed := len(t.PrimaryKey) > 0
	switch {
	case connector == "upsert-kafka":
		return upserts, upserts
	case changelogFormat(format):
		return changed, changed
	case slices.Contains([]string{"kafka", "filesystem", "kinesis", "pulsar", "firehose", "datagen", "faker", "nexmark"}, connector):
		return appends, appends
	case connector == "jdbc" || strings.HasPrefix(connector, "elasticsearch") || strings.HasPrefix(connector, "opensearch") ||
		strings.HasPrefix(connector, "hbase") || connector == "mongodb" || connector == "redis":
		if keyed || strings.HasPrefix(connector, "hbase") {
			return appends, upserts
		}
		return appends, appends
	case strings.HasSuffix(connector, "-cdc"):
		return changed, changed
	}
	return appends, changed
}

// changelogFormat reports whether rows of a format carry their kind.
func changelogFormat(format string) bool {
	for _, name := range []string{"debezium", "canal", "maxwell", "ogg"} {
		if strings.HasPrefix(format, name) {
			return true
		}
	}
	return false
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
