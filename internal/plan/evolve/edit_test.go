package evolve_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
)

const clicks = "CREATE TABLE clicks (id BIGINT, page INT, place STRING) WITH ('connector' = 'datagen')"

// specOf is a job with these INSERTs.
func specOf(inserts ...string) plan.Spec {
	s := plan.Spec{Job: "job", Release: "2.2", Statements: []string{
		clicks, "CREATE TABLE pages (page INT, n BIGINT) WITH ('connector' = 'print')", "CREATE TABLE places (place STRING, n BIGINT) WITH ('connector' = 'print')",
	}}
	if len(inserts) == 1 {
		s.Statements = append(s.Statements, inserts[0])
	} else {
		s.Statements = append(s.Statements, "EXECUTE STATEMENT SET BEGIN\n"+strings.Join(inserts, ";\n")+";\nEND")
	}
	return s
}

func TestEdits(t *testing.T) {
	t.Parallel()
	const pages = "INSERT INTO pages SELECT page, COUNT(*) FROM clicks GROUP BY page"
	const places = "INSERT INTO places SELECT place, COUNT(*) FROM clicks GROUP BY place"
	for _, tt := range []struct {
		name     string
		old, new []string
		want     []string
	}{
		{"nothing", []string{pages}, []string{pages}, nil},
		{"a filter in a Calc that is there", []string{pages}, []string{"INSERT INTO pages SELECT page, COUNT(*) FROM clicks WHERE id > 3 GROUP BY page"}, []string{
			"Calc: page | page where id > 3",
		}},
		{"another aggregate", []string{pages}, []string{"INSERT INTO pages SELECT page, SUM(id) FROM clicks GROUP BY page"}, []string{
			"Calc: page | page, id",
			"GroupAggregate: COUNT(*) per page | SUM(id) per page",
		}},
		{"a projection behind", []string{pages}, []string{"INSERT INTO pages SELECT page, COUNT(*) FROM clicks GROUP BY page HAVING COUNT(*) > 1"}, []string{
			"+ Calc: page, n where COUNT(*) > 1",
		}},
		{"another sink beside", []string{pages}, []string{pages, places}, []string{
			"GroupAggregate: COUNT(*) per page moved",
			"+ Calc: place",
			"+ GroupAggregate: COUNT(*) per place",
			"+ Sink: places: ",
		}},
		{"INSERTs in another order", []string{pages, places}, []string{places, pages}, []string{
			"GroupAggregate: COUNT(*) per place moved",
			"GroupAggregate: COUNT(*) per page moved",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			old, _ := evolve.Read(specOf(tt.old...))
			now, _ := evolve.Read(specOf(tt.new...))
			var got []string
			for _, e := range evolve.Edits(old, now) {
				got = append(got, editText(e))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func editText(e evolve.Edit) string {
	switch {
	case e.WasID == "":
		return fmt.Sprintf("+ %s: %s", e.Name, e.Now)
	case e.NowID == "":
		return fmt.Sprintf("- %s: %s", e.Name, e.Was)
	}
	text := e.Name + ": " + e.Now
	if e.Was != e.Now {
		text = e.Name + ": " + e.Was + " | " + e.Now
	}
	if e.States != "" {
		text += " (" + e.States + ")"
	}
	if e.Moved() && e.Keeps {
		text += " moved"
	}
	return text
}
