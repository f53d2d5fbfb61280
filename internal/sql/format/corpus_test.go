package format_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/format"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// corpora is the folder of the labelled statements; "" where this checkout has none beside it.
func corpora() string {
	dir := os.Getenv("AUTOSTREAM_SHARED")
	for up := "."; dir == "" && len(up) < 60; up += "/.." {
		if _, err := os.Stat(filepath.Join(up, "shared", "corpus")); err == nil {
			dir = filepath.Join(up, "shared")
		}
	}
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "corpus")
}

// TestCorpus formats every statement of the corpora that Flink 2.2 accepts: a second run changes nothing, no token and
// no comment is lost, and the result still parses.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := corpora()
	if dir == "" {
		t.Log("skipped: no shared/corpus beside this checkout; the statements of other projects are not part of it")
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpora in %s: %v", dir, err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			scanner := bufio.NewScanner(f)
			scanner.Buffer(nil, 1<<24)
			for scanner.Scan() {
				var row struct {
					ID    string
					SQL   string
					Flink map[string]json.RawMessage
				}
				if err := json.Unmarshal(scanner.Bytes(), &row); err != nil {
					t.Fatal(err)
				}
				if row.SQL != "" && string(row.Flink["2.2"]) != `"reject"` {
					checkFormat(t, row.ID, row.SQL)
				}
			}
		})
	}
}

func checkFormat(t *testing.T, id, sql string) {
	t.Helper()
	o := format.Options{Release: token.V2_2}
	_, before := parser.Parse(source.New(id, sql), parser.Options{Release: o.Release})
	once := format.Script(source.New(id, sql), o)
	if twice := format.Script(source.New(id, once), o); twice != once {
		t.Errorf("%s: a second run changes the text\n%s\n-- second\n%s", id, once, twice)
	}
	if _, after := parser.Parse(source.New(id, once), parser.Options{Release: o.Release}); len(before) == 0 && len(after) > 0 {
		t.Errorf("%s: the formatted text does not parse: %s\n%s", id, after[0].Message, once)
	}
	if a, b := squash(sql), squash(once); a != b {
		t.Errorf("%s: more than blanks and case changed\n%s\n-- formatted\n%s", id, sql, once)
	}
}

// squash leaves what formatting must not touch, whatever its order: comments may move behind a semicolon.
func squash(text string) string {
	counts := [256]int{}
	for _, b := range []byte(strings.ToLower(text)) {
		switch b {
		case ' ', '\t', '\n', '\r', '\f', '\v', ';':
		default:
			counts[b]++
		}
	}
	out, _ := json.Marshal(counts)
	return string(out)
}
