package connector_test

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
)

// TestParse says where a file is wrong.
func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"connector a\n  scan I", ""},
		{"# nothing\n\nformat f # here\n  decode I,UB,UA,D\n  option x int = 5 @1.20", ""},
		{"scan I", `f:1: "scan" stands before the first connector or format`},
		{"connector", "f:1: connector has no name"},
		{"connector a\nconnector a", "f:2: connector a is described twice"},
		{"connector a b\n  scan I\nconnector b", "f:3: connector b is described twice"},
		{"connector a\n  scan X", `f:2: "X" is no list of changes such as I,UA,D`},
		{"connector a\n  key sometimes", `f:2: unknown word "sometimes"`},
		{"connector a\n  push everything", `f:2: unknown ability "everything"`},
		{"connector a\n  option x nothing", `f:2: unknown kind "nothing" of option x`},
		{"connector a\n  option x int @9.9", `f:2: unknown release "9.9"`},
		{"connector a\n  need x when y = ", "f:2: a condition is: when OPTION = VALUE"},
		{"connector a\n  metadata x NOPE", "f:2: unknown type NOPE"},
		{"format a\n  lookup", `f:2: unknown word "lookup" in a format`},
	}
	for _, tt := range tests {
		_, err := connector.Parse("f", tt.text)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// FuzzParse reads whatever there is, and asks what can be read about a table.
func FuzzParse(f *testing.F) {
	f.Add("connector kafka\n  scan format\n  option topic list\n  need topic|topics to-scan when a = b|c @1.17-1.20\nformat f\n  decode I", "connector=kafka topic=x")
	f.Add("connector a b\n  exclude x=*;* y\n  option fields.#.x int for number when fields.#.k = s\n  prefix x key", "connector=a fields.c.x=1")
	f.Add("format raw\n  single-column\n  exclude a=true b\nconnector k\n  scan format\n  option format format required", "connector=k format=raw raw.a=true")
	f.Fuzz(func(_ *testing.T, text, set string) {
		if len(text)+len(set) > 5<<10 {
			return
		}
		r, err := connector.Builtin().With("f", text)
		if err != nil {
			r = connector.Builtin()
		}
		table := connector.Table{Options: options(strings.ToValidUTF8(set, "")), PrimaryKey: []string{"c"}}
		for _, use := range []connector.Use{connector.AnyUse, connector.ToScan, connector.ToSink} {
			r.Check(table, use, token.V2_2)
		}
		r.Source(table, token.V2_2)
		r.Sink(table, token.V1_17)
	})
}
