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
const DefaultSize = 25

// abreast is how many cases with plans of their own share a job: planning grows with every one, and only the submission of the
// job is spared.
const abreast = 10

// Batch is cases that share a job. In a chain one runs behind the other through one plan; else they run beside each other, each
// with a plan of its own.
type Batch struct {
	Cases []*Case
	Chain bool
}

// Batches puts cases together that can share a job, in the order of their first. Cases of one script are a chain when all
// statements but the rows are the same and their sources end. Others run beside each other when they have the same session
// (settings, functions, jars), their sources end in the same way, and every statement can be moved to a database of the case's
// own, which those with names of databases in them cannot.
func Batches(cases []*Case, size int) ([]Batch, error) {
	var chains, rest []Batch
	byPlan := map[string]int{}
	for _, c := range cases {
		key, err := c.plan()
		if err != nil {
			return nil, err
		}
		i, some := byPlan[key]
		if !some || len(chains[i].Cases) >= size {
			byPlan[key] = len(chains)
			chains = append(chains, Batch{Chain: c.pace() == finishing})
			i = len(chains) - 1
		}
		chains[i].Cases = append(chains[i].Cases, c)
	}
	var out []Batch
	bySession := map[string]int{}
	for _, b := range chains {
		if b.Chain && len(b.Cases) > 1 {
			out = append(out, b)
			continue
		}
		for _, c := range b.Cases {
			key := c.session()
			i, some := bySession[key]
			if !c.Suite.script.shared || !some || len(rest[i].Cases) >= min(size, abreast) {
				bySession[key] = len(rest)
				rest = append(rest, Batch{Cases: []*Case{c}})
				continue
			}
			rest[i].Cases = append(rest[i].Cases, c)
		}
	}
	out = append(out, rest...)
	// Long batches first: two jobs run at a time, and the last one should not be a long one.
	slices.SortStableFunc(out, func(a, b Batch) int { return cmp.Compare(len(b.Cases), len(a.Cases)) })
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
