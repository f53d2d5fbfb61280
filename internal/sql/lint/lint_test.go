package lint

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

func TestScript(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, sql string
		want      []string
	}{
		{"clean", "SELECT 1; CREATE VIEW v AS SELECT 1 AS a; SELECT a FROM v", nil},
		{"every error", "SELECT a FROM;\nSELECT b FROM t;\nSELECT c FROM", []string{"1:14 AS1001 #1", "3:13 AS1001 #3"}},
		{"variable", "SELECT 1;\nSELECT * FROM a_${T} WHERE x = '${Y}' -- ${Z}", []string{"2:17 AS1007 #2"}},
		{"newer", "SELECT a FROM (VALUES (1)) AS t (a) QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := Script(source.New("a.sql", tt.sql), Options{Release: token.V2_2, Rules: All()})
			var got []string
			for _, f := range r.Findings {
				p := f.File.Position(f.Span.Start)
				got = append(got, fmt.Sprintf("%d:%d %s #%d", p.Line, p.Column, f.Rule, f.Statement))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
