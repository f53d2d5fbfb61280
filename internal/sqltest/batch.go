package sqltest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
)

// DefaultSize is how many cases share a job. One that fails makes those behind it run again.
const DefaultSize = 50

// abreast is how many lanes share a job: planning one statement set grows with every one.
const abreast = 10

// Batch is cases that share a job, in lanes that run beside each other.
type Batch struct{ Lanes []Lane }

// Lane is cases that run one behind the other through one plan.
type Lane []*Case

// cases counts those of all lanes.
func (b Batch) cases() int {
	n := 0
	for _, l := range b.Lanes {
		n += len(l)
	}
	return n
}

// restarts reports whether the job has to start tasks again between two cases.
func (b Batch) restarts() bool {
	return slices.ContainsFunc(b.Lanes, func(l Lane) bool { return len(l) > 1 })
}

// Batches puts cases together that can share a job of at most so many cases, in the order of their first, and leaves work for
// as many jobs as run at a time. Cases of one script are a lane when all statements but the rows are the same, and when their
// sources end. Lanes run beside each other when they have the same session (settings, functions, jars), their sources end in
// the same way, and every statement can be moved to a database of the lane's own, which those with names of databases in them
// cannot.
func Batches(cases []*Case, size, jobs int) ([]Batch, error) {
	lanes, err := lanes(cases, size)
	if err != nil {
		return nil, err
	}
	share := min(size, (len(cases)+jobs-1)/jobs)
	var out []Batch
	open := map[string]int{} // the last batch of each kind of session
	for _, l := range lanes {
		key := l[0].session()
		i, some := open[key]
		if !l[0].Suite.script.shared || !some || len(out[i].Lanes) == abreast || out[i].cases()+len(l) > share {
			open[key] = len(out)
			out = append(out, Batch{Lanes: []Lane{l}})
			continue
		}
		out[i].Lanes = append(out[i].Lanes, l)
	}
	// Long batches first: some jobs run at a time, and the last one should not be a long one.
	slices.SortStableFunc(out, func(a, b Batch) int { return cmp.Compare(b.cases(), a.cases()) })
	return out, nil
}

// lanes puts the cases of one plan one behind the other. A case whose sources stay open or wait for checkpoints has a lane of
// its own, and so has one in batch mode, where tasks do not all start again.
func lanes(cases []*Case, size int) ([]Lane, error) {
	var out []Lane
	byPlan := map[string]int{}
	for _, c := range cases {
		key, err := c.plan()
		if err != nil {
			return nil, err
		}
		i, some := byPlan[key]
		if !some || len(out[i]) >= size || c.pace() != finishing || c.Suite.script.batch() {
			byPlan[key] = len(out)
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], c)
	}
	return out, nil
}

// plan is what cases have to have in common to run through one plan.
func (c *Case) plan() (string, error) {
	p, err := write(c, "", "", func(recorded string) (string, error) { return recorded, nil })
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(c.session())
	for _, s := range slices.Concat(p.defined, p.inserts) {
		fmt.Fprintln(&b, s.text)
	}
	for _, v := range p.views {
		fmt.Fprintln(&b, v.name, v.id, v.query.text)
	}
	return b.String(), nil
}

// pace says how a job of a case ends.
type pace int

const (
	finishing pace = iota // by itself
	stepping              // by itself, and needs checkpoints on the way
	holding               // never
)

func (c *Case) pace() pace {
	switch {
	case c.hold:
		return holding
	case len(c.steps) > 1:
		return stepping
	}
	return finishing
}

// session is what cases have to have in common to share one.
func (c *Case) session() string {
	s := c.Suite.script
	var b strings.Builder
	fmt.Fprintln(&b, c.pace(), s.shared, s.project.Dir, s.job.Jars)
	for _, key := range slices.Sorted(maps.Keys(s.job.Options)) {
		fmt.Fprintln(&b, key, s.job.Options[key])
	}
	for _, p := range s.pieces {
		if p.role == setting || p.role == function {
			fmt.Fprintln(&b, p.text.Recorded.Slice(p.syntax.Span()))
		}
	}
	for _, m := range c.mocks {
		name, _, _, _ := m.class()
		fmt.Fprintln(&b, m.Name, name)
	}
	return b.String()
}

// mocked returns the mock of a function; the case's own counts before that of the file.
func (c *Case) mocked(name string) (mock, bool) {
	for _, m := range slices.Backward(c.mocks) {
		if strings.EqualFold(m.Name, name) {
			return m, true
		}
	}
	return mock{}, false
}

// function is the statement that declares a function for the whole session, so that it does not belong to a database.
func (c *Case) function(f *ast.CreateFunction, text string) (string, error) {
	const create = "CREATE TEMPORARY SYSTEM FUNCTION IF NOT EXISTS "
	if m, ok := c.mocked(f.Name.Text()); ok {
		class, _, _, err := m.class()
		return create + "`" + f.Name.Last().Name + "` AS '" + strings.ReplaceAll(class, "/", ".") + "'", err
	}
	return create + text[f.Name.Last().Start-f.Start:], nil
}

// ownOption reports whether a test sets an option itself, or whether it says how a job runs rather than what it computes.
func ownOption(key string) bool {
	return key != "execution.runtime-mode" && (!strings.HasPrefix(key, "table.") && !strings.HasPrefix(key, "pipeline.object-reuse") ||
		key == "table.exec.resource.default-parallelism")
}
