package evolve_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/autostream/autostream/internal/plan/evolve"
)

// recorded is a pair of jobs in testdata/evolve: their scripts, and what real Flink did with a savepoint of the first.
//
//	what the pair is about
//	-- tables.sql --    in front of both (may be missing)
//	-- seed.sql --      writes what the jobs read, and ends (may be missing)
//	-- before.sql --
//	-- after.sql --
//	-- in/rows.csv --   a file in ${DIR}, as everything with a slash
//	-- 1.20 --          what 1.20.3 did; so for 2.2 and, with a savepoint of 1.20 on 2.2, "1.20 to 2.2"
//
// Scripts may have ${KAFKA} (bootstrap servers), ${DIR} (a folder) and ${NAME} (a name that nobody else has).
type recorded struct {
	name          string
	seed          string
	before, after string
	files         map[string]string
	did           map[string]record // by the releases
}

// record is what Flink did.
type record struct {
	outcome string // kept, lost-silently, lost-with-flag, refused; failed-other when one of the jobs does not run at all
	why     string // Flink's reason
	// Names of states by operator id, of the savepoint and of one that the new job makes when it starts from nothing.
	old, new map[string]string
}

// crossings are the releases of the old and the new job, by the names of records.
var crossings = map[string][2]string{"1.20": {"1.20", "1.20"}, "2.2": {"2.2", "2.2"}, "1.20 to 2.2": {"1.20", "2.2"}}

// pairsIn reads the pairs of a folder.
func pairsIn(t *testing.T, dir string) []recorded {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pairs in %s: %v", dir, err)
	}
	pairs := make([]recorded, len(files))
	for i, path := range files {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p := recorded{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), files: map[string]string{}, did: map[string]record{}}
		tables := ""
		for _, f := range archive.Files {
			switch text := string(f.Data); f.Name {
			case "tables.sql":
				tables = text
			case "seed.sql":
				p.seed = text
			case "before.sql":
				p.before = tables + text
			case "after.sql":
				p.after = tables + text
			default:
				if strings.Contains(f.Name, "/") {
					p.files[f.Name] = text
				} else {
					p.did[f.Name] = parseRecord(t, text)
				}
			}
		}
		pairs[i] = p
	}
	return pairs
}

func parseRecord(t *testing.T, text string) record {
	t.Helper()
	r := record{old: map[string]string{}, new: map[string]string{}}
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		id, names, _ := strings.Cut(rest, " ")
		switch word {
		case "outcome":
			r.outcome = rest
		case "why":
			r.why = rest
		case "old":
			r.old[id] = names
		case "new":
			r.new[id] = names
		default:
			t.Fatalf("record has a line %q", line)
		}
	}
	return r
}

// String is the record as it stands in a file.
func (r record) String() string {
	var out strings.Builder
	fmt.Fprintln(&out, "outcome", r.outcome)
	if r.why != "" {
		fmt.Fprintln(&out, "why", r.why)
	}
	for _, side := range []struct {
		name   string
		states map[string]string
	}{{"old", r.old}, {"new", r.new}} {
		for _, id := range slices.Sorted(maps.Keys(side.states)) {
			fmt.Fprintln(&out, side.name, id, side.states[id])
		}
	}
	return out.String()
}

// TestPairs compares the verdicts on our own pairs, and the operators they rest on, with what Flink did.
func TestPairs(t *testing.T) {
	t.Parallel()
	var verdicts, right, unknown, ids, known int
	for _, p := range pairsIn(t, filepath.Join("..", "..", "..", "testdata", "evolve")) {
		for _, crossing := range slices.Sorted(maps.Keys(p.did)) {
			did, releases := p.did[crossing], crossings[crossing]
			if did.outcome == "failed-other" {
				continue
			}
			old := version{Statements: []string{p.before}}.job(t, releases[0])
			now := version{Statements: []string{p.after}}.job(t, releases[1])
			r := evolve.Compare(old, now)
			verdicts++
			switch {
			case string(r.Verdict) == did.outcome:
				right++
			case r.Verdict == evolve.Kept:
				t.Errorf("%s on %s: said to be kept, Flink %s: %s", p.name, crossing, did.outcome, did.why)
			case r.Verdict == evolve.Unknown:
				unknown++
				fallthrough
			default:
				t.Logf("%s on %s: %s (%s), Flink %s: %s", p.name, crossing, r.Verdict, r.Reason, did.outcome, did.why)
			}
			for _, side := range []struct {
				name     string
				recorded map[string]string
				job      evolve.Job
			}{{"old", did.old, old}, {"new", did.new, now}} {
				if side.job.Compiled != "" {
					continue // uids count what a planner did before
				}
				ids += len(side.recorded)
				known += found(t, fmt.Sprintf("%s on %s: %s", p.name, crossing, side.name), side.recorded, evolve.GraphOf(side.job))
			}
		}
	}
	if 100*right < 95*verdicts || 100*unknown > 3*verdicts || 100*known < 98*ids {
		t.Errorf("at least 95 %% of the verdicts and 98 %% of the operators have to be right, at most 3 %% unknown")
	}
	t.Logf("verdicts %d/%d, unknown %d; operators %d/%d", right, verdicts, unknown, known, ids)
}

// coordinator stands for the state of a source's coordinator in records.
const coordinator = "<coordinator>"

// found counts the recorded operators that a graph has, with the recorded states.
func found(t *testing.T, what string, recorded map[string]string, g *evolve.Graph) int {
	t.Helper()
	n := 0
	computed := map[string]string{}
	for _, node := range g.Nodes {
		var names []string
		for _, s := range node.States {
			names = append(names, s.Name)
		}
		slices.Sort(names)
		computed[node.ID] = strings.Join(names, ",")
		if _, ok := recorded[node.ID]; !ok && len(names) > 0 && len(recorded) > 0 {
			t.Logf("%s: %s %s has %s, and is not recorded", what, node.Name, node.ID, computed[node.ID])
		}
	}
	for id, states := range recorded {
		states = strings.TrimPrefix(states, coordinator+",") // goes with SourceReaderState
		switch have, ok := computed[id]; {
		case !ok:
			t.Logf("%s: no operator has the id %s (%s)", what, id, states)
		case have != states:
			t.Logf("%s: %s has %q, recorded are %q", what, id, have, states)
		default:
			n++
		}
	}
	return n
}
