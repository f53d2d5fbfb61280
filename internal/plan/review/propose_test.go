package review_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/plan/review"
)

const (
	clicks = "CREATE TABLE clicks (id BIGINT, page INT) WITH ('connector' = 'datagen')"
	wider  = "CREATE TABLE clicks (id BIGINT, page INT, place STRING) WITH ('connector' = 'datagen')"
	pages  = "CREATE TABLE pages (page INT, n BIGINT) WITH ('connector' = 'print')"
	ids    = "CREATE TABLE ids (id BIGINT, n BIGINT) WITH ('connector' = 'print')"
	toPage = "INSERT INTO pages SELECT page, COUNT(*) FROM clicks GROUP BY page"
	toIDs  = "INSERT INTO ids SELECT id, COUNT(page) FROM clicks GROUP BY id"
)

func spec(options map[string]string, statements ...string) plan.Spec {
	return plan.Spec{Job: "job", Release: "2.2", Statements: statements, Options: options}
}

func set(first, second string) string {
	return "EXECUTE STATEMENT SET\nBEGIN\n" + first + ";\n" + second + ";\nEND"
}

// What is proposed was found to keep the state; what would not is not proposed.
func TestPropose(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		old, new plan.Spec
		want     []string
	}{
		{"kept as it is", spec(nil, clicks, pages, toPage), spec(nil, clicks, pages, toPage+" HAVING COUNT(*) > 1"), nil},
		{
			"INSERTs in another order", spec(nil, clicks, pages, ids, set(toPage, toIDs)), spec(map[string]string{"a": "b"}, clicks, pages, ids, set(toIDs, toPage)),
			[]string{"keep the INSERTs in their former order: pages, ids"},
		},
		{
			"an INSERT more", spec(nil, clicks, pages, toPage+" HAVING COUNT(*) > 1"), spec(nil, clicks, pages, ids, set(toPage, toIDs)),
			[]string{"put the INSERT into ids into a job of its own"},
		},
		{
			"an INSERT less", spec(nil, clicks, pages, ids, set(toPage, toIDs)), spec(nil, clicks, pages, toPage+" HAVING COUNT(*) > 1"),
			[]string{"keep the INSERT into ids"},
		},
		{
			"a table that has become wider", spec(nil, clicks, ids, "INSERT INTO ids SELECT id, SUM(page) FROM clicks GROUP BY id"),
			spec(nil, wider, ids, "INSERT INTO ids SELECT id, SUM(page) FROM clicks GROUP BY id HAVING SUM(page) > 1"),
			[]string{"declare clicks as it was"},
		},
		{
			"options", spec(nil, clicks, pages, toPage+" HAVING COUNT(*) > 1"),
			spec(map[string]string{"table.exec.mini-batch.enabled": "true", "table.exec.mini-batch.allow-latency": "1 s", "table.exec.mini-batch.size": "10"}, clicks, pages, toPage),
			[]string{"do not set table.exec.mini-batch.enabled"},
		},
		{"nothing would", spec(nil, clicks, pages, toPage), spec(nil, clicks, pages, "INSERT INTO pages SELECT CAST(id AS INT), COUNT(*) FROM clicks GROUP BY id"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range review.Propose(tt.old, tt.new, func(s plan.Spec) evolve.Report { return evolve.Assess(tt.old, s) }) {
				if s.Verdict != evolve.Kept || s.Meaning == evolve.Other {
					t.Errorf("%s: %s, %s", s.Text, s.Verdict, s.Meaning)
				}
				got = append(got, s.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
