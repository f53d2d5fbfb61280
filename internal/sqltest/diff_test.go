package sqltest

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/types"
)

// rowsOf makes rows of texts: "+U 1 a".
func rowsOf(texts ...string) []Row {
	var rows []Row
	for _, text := range texts {
		words := strings.Fields(text)
		row := Row{Kind: kinds[words[0]]}
		for _, w := range words[1:] {
			row.Values = append(row.Values, any(w))
		}
		rows = append(rows, row)
	}
	return rows
}

func TestCompare(t *testing.T) {
	t.Parallel()
	columns := []column{{"id", types.Int}, {"x", types.F64}}
	for _, tt := range []struct {
		name  string
		e     Expectation
		want  []string
		got   []string
		lines string // signs
	}{
		{name: "in any order", want: []string{"+I 1 1", "+I 2 2"}, got: []string{"+I 2 2", "+I 1 1"}},
		{name: "in order", e: Expectation{ordered: true}, want: []string{"+I 1 1", "+I 2 2"}, got: []string{"+I 2 2", "+I 1 1"}, lines: "- +"},
		{name: "taken back", want: []string{"+I 1 1"}, got: []string{"+I 1 1", "+I 2 2", "-D 2 2"}},
		{name: "by key", e: Expectation{key: []int{0}}, want: []string{"+I 1 3"}, got: []string{"+I 1 1", "+U 1 2", "+U 1 3"}},
		{name: "deleted by key", e: Expectation{key: []int{0}}, got: []string{"+I 1 1", "-D 1 9"}},
		{name: "duplicates count", want: []string{"+I 1 1"}, got: []string{"+I 1 1", "+I 1 1"}, lines: " +"},
		{name: "changed", e: Expectation{key: []int{0}}, want: []string{"+I 1 1"}, got: []string{"+I 1 2"}, lines: "~"},
		{name: "another key is another row", e: Expectation{key: []int{0}}, want: []string{"+I 1 1"}, got: []string{"+I 2 1"}, lines: "-+"},
		{name: "within its tolerance", e: Expectation{tolerance: map[string]tolerance{"x": {number: 0.5}}}, want: []string{"+I 1 1"}, got: []string{"+I 1 1.4"}},
		{name: "beyond its tolerance", e: Expectation{tolerance: map[string]tolerance{"x": {number: 0.3}}}, want: []string{"+I 1 1"}, got: []string{"+I 1 1.4"}, lines: "~"},
		{name: "changelog", e: Expectation{changelog: true}, want: []string{"+I 1 1", "+U 1 2"}, got: []string{"+I 1 1", "-U 1 1", "+U 1 2"}, lines: " + "},
		{name: "kind", e: Expectation{changelog: true}, want: []string{"+I 1 1"}, got: []string{"+U 1 1"}, lines: "-+"},
		{name: "nothing came", want: []string{"+I 1 1"}, lines: "-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := tt.e
			e.columns, e.compared, e.Rows = columns, []int{0, 1}, rowsOf(tt.want...)
			var signs strings.Builder
			if d := e.compare(rowsOf(tt.got...)); d != nil {
				for _, l := range d.Lines {
					signs.WriteString(string(l.Sign))
				}
			}
			if signs.String() != tt.lines {
				t.Errorf("got %q, want %q", signs.String(), tt.lines)
			}
		})
	}
}

func TestFinalKeepsTheOrderOfTheFirstRows(t *testing.T) {
	t.Parallel()
	e := Expectation{columns: []column{{"id", types.Int}, {"x", types.Int}}, key: []int{0}}
	got := e.final(rowsOf("+I 1 1", "+I 2 1", "+U 1 5"))
	if len(got) != 2 || got[0].Values[1] != "5" || got[0].Kind != preview.Insert {
		t.Errorf("got %v", got)
	}
}
