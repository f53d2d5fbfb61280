package changelog_test

import (
	"os"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// BenchmarkPlan plans our own scripts, bound beforehand: the time of one iteration is that of all of them.
func BenchmarkPlan(b *testing.B) {
	text, err := os.ReadFile("testdata/plans.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	type work struct {
		script  *bind.Script
		session *bind.Session
	}
	var all []work
	for _, row := range parse(b, string(text)) {
		script, _ := parser.Parse(source.New(row.ID, row.script()), parser.Options{Release: token.V2_2})
		session := bind.NewSession(token.V2_2)
		all = append(all, work{session.Script(script), session})
	}
	for b.Loop() {
		for _, w := range all {
			changelog.Of(w.script, w.session)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(all)), "µs/plan")
}
