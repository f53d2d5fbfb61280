package connector_test

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
)

// TestFlows says what tables of the built-in connectors emit and take.
func TestFlows(t *testing.T) {
	t.Parallel()
	tests := []struct{ options, scan, sink string }{
		{"connector=kafka format=json", "I", "I"},
		{"connector=kafka value.format=debezium-json", "I,UB,UA,D", "I,UB,UA,D"},
		{"connector=kafka format=json scan.bounded.mode=latest-offset", "I ends", "I"},
		{"connector=kafka format=own", "unknown", "unknown"},
		{"connector=upsert-kafka value.format=json", "UA,D", "I,UA,D"},
		{"connector=jdbc", "I ends lookup", "I,UA,D with key"},
		{"connector=datagen", "I", "none"},
		{"connector=datagen number-of-rows=5", "I ends", "none"},
		{"connector=print", "none", "I,UB,UA,D"},
		{"connector=blackhole", "none", "I,UA,D"},
		{"connector=filesystem format=parquet", "I ends", "I"},
		{"connector=filesystem format=csv source.monitor-interval=5s", "I", "I"},
		{"connector=mysql-cdc", "I,UB,UA,D", "none"},
		{"connector=mysql-cdc scan.read-changelog-as-append-only.enabled=true", "I", "none"},
		{"connector=mongodb-cdc scan.full-changelog=TRUE", "I,UB,UA,D", "none"},
		{"connector=postgres-cdc changelog-mode=upsert", "I,UA,D", "none"},
		{"connector=paimon", "unknown lookup", "unknown"},
		{"connector=ours", "?", "?"},
		{"", "?", "?"},
	}
	for _, tt := range tests {
		table := connector.Table{Options: options(tt.options)}
		if got := source(connector.Builtin().Source(table, token.V2_2)); got != tt.scan {
			t.Errorf("%s is scanned as %s, want %s", tt.options, got, tt.scan)
		}
		if got := sink(connector.Builtin().Sink(table, token.V2_2)); got != tt.sink {
			t.Errorf("%s is written as %s, want %s", tt.options, got, tt.sink)
		}
	}
}

func options(text string) map[string]string {
	set := map[string]string{}
	for word := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(word, "=")
		set[key] = value
	}
	return set
}

func source(s connector.Source) string {
	switch {
	case !s.Known:
		return "?"
	case !s.Scan:
		return "none"
	}
	text := changes(s.Changes)
	if s.Ends {
		text += " ends"
	}
	if s.Lookup {
		text += " lookup"
	}
	return text
}

func sink(s connector.Sink) string {
	switch {
	case !s.Known:
		return "?"
	case !s.Takes:
		return "none"
	}
	text := changes(s.Changes)
	if s.KeyToAdd {
		text += " with key"
	}
	return text
}

func changes(c connector.Changes) string {
	if c == 0 {
		return "unknown"
	}
	return c.String()
}

// TestAccepts says which changes of a query reach a sink.
func TestAccepts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		options string
		query   connector.Changes
		want    string
	}{
		{"connector=kafka format=json", connector.Append, "I"},
		{"connector=kafka format=json", connector.Retract, "refused"},
		{"connector=blackhole", connector.Retract, "I,UA,D"},
		{"connector=print", connector.Retract, "I,UB,UA,D"},
		{"connector=print", connector.Insert | connector.UpdateAfter, "I,UA"},
		{"connector=ours", connector.Retract, "I,UB,UA,D"},
	}
	for _, tt := range tests {
		got := "refused"
		if taken, ok := connector.Builtin().Sink(connector.Table{Options: options(tt.options)}, token.V2_2).Accepts(tt.query); ok {
			got = taken.String()
		}
		if got != tt.want {
			t.Errorf("%s takes %s of %s, want %s", tt.options, got, tt.query, tt.want)
		}
	}
}
