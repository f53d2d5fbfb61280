package evolve_test

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
)

// What was seen of the running job weighs more than what was computed for it.
func TestWeigh(t *testing.T) {
	t.Parallel()
	old := specOf("INSERT INTO pages SELECT page, COUNT(*) FROM clicks GROUP BY page")
	moved := specOf("INSERT INTO pages SELECT page, COUNT(*) FROM (SELECT page FROM clicks UNION ALL SELECT page FROM clicks WHERE id > 1) GROUP BY page")
	jar := func(hash string) plan.Spec {
		return plan.Spec{Job: "job", Release: "2.2", Program: &plan.Program{Jar: plan.Jar{Name: "a.jar", SHA256: hash}}}
	}
	const aggregate = "90bea66de1c231edf33913ecd54406c1"
	source := evolve.Saved{ID: "cbc357ccb763df2852fee8c4fc7d55f2", Name: "Source: clicks[1]"}
	for _, tt := range []struct {
		name     string
		old, new plan.Spec
		seen     evolve.Observed
		verdict  evolve.Verdict
		loss     string
		reason   string // a part of it
	}{
		{"nothing seen", old, moved, evolve.Observed{}, evolve.WithFlag, "", "no operator has its id any more"},
		{
			"state is lost", old, moved, evolve.Observed{Path: "chk-7", Operators: []evolve.Saved{source, {ID: aggregate, Bytes: 7_900_000}}},
			evolve.WithFlag, "7.9 MB of 7.9 MB of state", "no operator has its id any more",
		},
		{
			"there is no state yet", old, moved, evolve.Observed{Path: "chk-7", Operators: []evolve.Saved{source, {ID: aggregate}}},
			evolve.Kept, "", "every state has a taker",
		},
		{
			"the source has state as well", old, moved,
			evolve.Observed{Path: "chk-7", Operators: []evolve.Saved{{ID: source.ID, Name: source.Name, Bytes: 100}, {ID: aggregate, Bytes: 900}}},
			evolve.WithFlag, "1.0 kB of 1.0 kB of state", "no operator has its id any more",
		},
		{
			"another graph runs", old, moved, evolve.Observed{Path: "chk-7", Operators: []evolve.Saved{{ID: strings.Repeat("0", 32), Name: "Join[3]", Bytes: 5}}},
			evolve.Unknown, "", "Join[3] has state and is not in the graph that was computed",
		},
		{"another vertex runs", old, moved, evolve.Observed{Vertices: []string{strings.Repeat("a", 32)}}, evolve.Unknown, "", "vertex aaaaaaaa…"},
		{
			"another graph runs, and nothing is edited", old, old, evolve.Observed{Path: "chk-7", Operators: []evolve.Saved{{ID: strings.Repeat("0", 32), Bytes: 5}}},
			evolve.Kept, "", "",
		},
		{
			"a jar", jar("a"), jar("b"), evolve.Observed{Path: "chk-7", Operators: []evolve.Saved{{ID: aggregate, Name: "windows", UID: "w", Bytes: 5}, {ID: source.ID, Bytes: 5}, {ID: "c"}}},
			evolve.Unknown, "", "the operators of a jar are made by its code",
		},
		{
			"the same jar", jar("a"), jar("a"), evolve.Observed{Path: "chk-7", Operators: []evolve.Saved{{ID: aggregate, Name: "windows", Bytes: 5}}},
			evolve.Kept, "", "the same program",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := evolve.Weigh(tt.old, tt.new, tt.seen)
			if r.Verdict != tt.verdict || r.Loss() != tt.loss || !strings.Contains(r.Reason, tt.reason) {
				t.Errorf("%s, %q lost: %s; want %s, %q, %s", r.Verdict, r.Loss(), r.Reason, tt.verdict, tt.loss, tt.reason)
			}
			if (r.Verdict == evolve.Kept) != (r.Meaning != "") {
				t.Errorf("verdict %s with meaning %q", r.Verdict, r.Meaning)
			}
		})
	}
}

// Of a jar's operators those with a uid are told apart from those without.
func TestWeighProgram(t *testing.T) {
	t.Parallel()
	old := plan.Spec{Job: "job", Release: "2.2", Program: &plan.Program{Jar: plan.Jar{Name: "a.jar", SHA256: "a"}}}
	next := old
	next.Program = &plan.Program{Jar: plan.Jar{Name: "a.jar", SHA256: "b"}}
	r := evolve.Weigh(old, next, evolve.Observed{Path: "chk-7", Operators: []evolve.Saved{{ID: "1", Name: "windows", UID: "w", Bytes: 5}, {ID: "2", Bytes: 6}, {ID: "3"}}})
	if len(r.Operators) != 2 || r.Bytes != 11 {
		t.Fatalf("operators %+v, %d bytes", r.Operators, r.Bytes)
	}
	if o := r.Operators[0]; o.Reason != "an operator with the uid w takes it" || o.Bytes != 5 {
		t.Errorf("with a uid: %+v", o)
	}
	if o := r.Operators[1]; !strings.Contains(o.Reason, "no uid is known of it") {
		t.Errorf("without: %+v", o)
	}
}
