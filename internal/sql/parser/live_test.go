package parser

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

// liveCase is a statement of our own with what the live parser of each release said of it: "accept", or where it stopped as
// "line:column", or "reject" where it did not say.
type liveCase struct {
	SQL   string
	Flink map[string]string
}

// TestLive compares with testdata/live.jsonl: statements by hand, and statements in which one token was left out, doubled,
// exchanged or replaced. One difference is known: Flink's names may end in .* wherever a name stands, ours only where that
// means something.
func TestLive(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/live.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []liveCase
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c liveCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	for _, r := range token.Releases() {
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			compareLive(t, cases, r)
		})
	}
}

func compareLive(t *testing.T, cases []liveCase, release token.Release) {
	t.Helper()
	good, rejects, columns, shown, moved := 0, 0, 0, 0, 0
	for _, c := range cases {
		want := c.Flink[release.String()]
		_, findings := Parse(source.New("live.sql", c.SQL), Options{Release: release})
		got, message := "accept", ""
		if found := rejected(findings); found != nil {
			p := found.File.Position(found.Span.Start)
			got, message = fmt.Sprintf("%d:%d", p.Line, p.Column), found.Message
		}
		switch {
		case (got == "accept") != (want == "accept"):
			if shown++; shown <= *differences {
				t.Logf("Flink says %s, we %s %s: %s", want, got, message, c.SQL)
			}
			continue
		case want != "accept" && want != "reject":
			rejects++
			if got == want {
				columns++
			} else if moved++; moved <= *positions {
				t.Logf("Flink says %s, we %s %s: %s", want, got, message, c.SQL)
			}
		}
		good++
	}
	t.Logf("%d/%d, positions %d/%d", good, len(cases), columns, rejects)
	if float64(good) < 0.995*float64(len(cases)) {
		t.Errorf("agrees on %d of %d only", good, len(cases))
	}
	least := 0.90 // a word that a release does not know yet is reported where it stands, Flink stops behind it
	if release >= token.V2_2 {
		least = 0.96
	}
	if float64(columns) < least*float64(rejects) {
		t.Errorf("the same column for %d of %d errors only", columns, rejects)
	}
}
