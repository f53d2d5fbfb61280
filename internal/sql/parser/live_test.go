package parser

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

// TestLive compares with what live parsers said of statements of our own: testdata/live-RELEASE.jsonl holds the answers.
// One difference is known: Flink's names may end in .* wherever a name stands, ours only where that means something.
func TestLive(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/live-*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no answers: %v", err)
	}
	for _, name := range files {
		release, ok := token.ParseRelease(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "live-"), ".jsonl"))
		if !ok {
			t.Fatalf("%s names no release", name)
		}
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			compareLive(t, name, release)
		})
	}
}

func compareLive(t *testing.T, name string, release token.Release) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, good, errors, columns := 0, 0, 0, 0
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c struct {
			SQL, Outcome string
			Line, Column int
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		_, findings := Parse(source.New("live.sql", c.SQL), Options{Release: release})
		found := rejected(findings)
		if (found == nil) != (c.Outcome == "accept") {
			if *differences > 0 {
				message := ""
				if found != nil {
					message = found.Message
				}
				t.Logf("Flink %ss, we say %q: %s", c.Outcome, message, c.SQL)
			}
			continue
		}
		good++
		if found != nil && c.Line > 0 {
			errors++
			if p := found.File.Position(found.Span.Start); p.Line == c.Line && p.Column == c.Column {
				columns++
			} else if *positions > 0 {
				t.Logf("Flink %d:%d, we %d:%d %s: %s", c.Line, c.Column, p.Line, p.Column, found.Message, c.SQL)
			}
		}
	}
	t.Logf("%d/%d, positions %d/%d", good, n, columns, errors)
	if float64(good) < 0.995*float64(n) {
		t.Errorf("agrees on %d of %d only", good, n)
	}
	if release == token.V2_2 && float64(columns) < 0.95*float64(errors) {
		t.Errorf("the same column for %d of %d errors only", columns, errors)
	}
}
