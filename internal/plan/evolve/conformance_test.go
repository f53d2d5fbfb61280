package evolve_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// pair is two versions of a job, and what real Flink did with a savepoint of the first.
type pair struct {
	ID        string
	From      string `json:"flink_from"`
	To        string `json:"flink_to"`
	Old, New  version
	Outcome   string
	Meaning   string
	Operators struct{ Old, New []operator }
}

type version struct {
	Setup      []string
	Statements []string
	Options    map[string]string
}

type operator struct {
	ID, Name, Description, Verdict string
	States                         map[string]string
}

func (v version) job(t *testing.T, release string) evolve.Job {
	t.Helper()
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(v.Options)) {
		fmt.Fprintf(&text, "SET '%s' = '%s';\n", key, v.Options[key])
	}
	for _, s := range slices.Concat(v.Setup, v.Statements) {
		text.WriteString(strings.TrimRight(s, "; \n") + ";\n")
	}
	r, ok := token.ParseRelease(release)
	if !ok {
		t.Fatalf("release %q", release)
	}
	file := source.New("job.sql", text.String())
	tree, found := parser.Parse(file, parser.Options{Release: r})
	if len(found) > 0 {
		t.Fatalf("%v\n%s", found, text.String())
	}
	session := bind.NewSession(r)
	bound := session.Script(tree)
	return evolve.JobOf(r, nil, []*bind.Script{bound}, changelog.Of(bound, session))
}

func TestConformance(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join("testdata", "evolution.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	var verdicts, right, unknown, falseKept, ids, known, types, typed, meanings, meant int
	for lines.Scan() {
		var p pair
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		old, now := p.Old.job(t, p.From), p.New.job(t, p.To)
		if p.Outcome == "failed-other" {
			continue
		}
		r := evolve.Compare(old, now)
		verdicts++
		switch string(r.Verdict) {
		case p.Outcome:
			right++
			if p.Meaning != "" {
				meanings++
				if p.Meaning == string(r.Meaning) {
					meant++
				} else {
					t.Logf("%s: meaning %s, judged %s: %s", p.ID, r.Meaning, p.Meaning, r.Reason)
				}
			}
		case "unknown":
			unknown++
			t.Logf("%s: unknown, Flink %s: %s", p.ID, p.Outcome, r.Reason)
		case "kept":
			falseKept++
			fallthrough
		default:
			t.Logf("%s: %s, Flink %s: %s", p.ID, r.Verdict, p.Outcome, r.Reason)
		}
		a, b, c, d := operators(t, p.ID, p.Operators.Old, evolve.GraphOf(old))
		ids, known, types, typed = ids+a, known+b, types+c, typed+d
		if len(p.Operators.New) > 0 {
			a, b, c, d = operators(t, p.ID, p.Operators.New, evolve.GraphOf(now))
			ids, known, types, typed = ids+a, known+b, types+c, typed+d
		}
	}
	for _, figure := range []struct {
		name          string
		have, of, min int // percent
	}{{"verdicts", right, verdicts, 95}, {"ids", known, ids, 98}, {"states", typed, types, 97}, {"meanings", meant, meanings, 90}} {
		if 100*figure.have < figure.min*figure.of {
			t.Errorf("%s: %d of %d, at least %d %% are wanted", figure.name, figure.have, figure.of, figure.min)
		}
	}
	if falseKept > 0 || 100*unknown > 3*verdicts {
		t.Errorf("%d pairs are said to be kept and are not, %d of %d are unknown (at most 3 %%)", falseKept, unknown, verdicts)
	}
	t.Logf("verdicts %d/%d, unknown %d, kept but not %d; ids %d/%d; states %d/%d; meanings %d/%d", right, verdicts, unknown, falseKept, known, ids, typed, types, meant, meanings)
}

// operators compares the recorded operators with those of a graph: how many there are and how many ids are right, how many
// states and how many types are right.
func operators(t *testing.T, id string, recorded []operator, g *evolve.Graph) (ids, known, types, typed int) {
	t.Helper()
	for _, o := range recorded {
		ids++
		at := slices.IndexFunc(g.Nodes, func(n *evolve.Node) bool { return n.ID == o.ID })
		if at < 0 {
			var all []string
			for _, n := range g.Nodes {
				all = append(all, n.Name+" "+n.ID[:min(6, len(n.ID))])
			}
			t.Logf("%s: no operator %s %s: %v\n   %s", id, o.Name, o.ID[:6], all, o.Description)
			continue
		}
		known++
		n := g.Nodes[at]
		for name, want := range o.States {
			types++
			got := ""
			if name == "<key>" {
				got = n.Key
			}
			for _, s := range n.States {
				if s.Name == name {
					got = wrapped(s)
				}
			}
			if plain(got) == plain(want) {
				typed++
			} else {
				t.Logf("%s: %s of %s is %s, recorded %s", id, name, o.Name, got, want)
			}
		}
		for _, s := range n.States {
			if _, ok := o.States[s.Name]; !ok {
				t.Logf("%s: %s of %s is not recorded", id, s.Name, o.Name)
			}
		}
	}
	return ids, known, types, typed
}

// detailed are types that a savepoint names without what is in them.
var detailed = regexp.MustCompile(`(Tuple|LockableType)<([^<>]|<[^<>]*>)*>`)

// plain leaves out what recorded types do not have.
func plain(text string) string { return detailed.ReplaceAllString(text, "$1") }

// wrapped writes the type of a state as its serializer has it when entries have a time to live.
func wrapped(s evolve.State) string {
	switch {
	case !s.TTL:
		return s.Type
	case strings.HasSuffix(s.Type, " VALUE"):
		return "KEY_VALUE Ttl<Long, " + strings.TrimSuffix(strings.TrimPrefix(s.Type, "KEY_VALUE "), " VALUE") + "> VALUE"
	case strings.HasSuffix(s.Type, "> MAP"):
		at := strings.LastIndex(s.Type, ", ")
		return s.Type[:at] + ", Ttl<Long, " + strings.TrimSuffix(s.Type[at+2:], "> MAP") + ">> MAP"
	}
	return s.Type
}
