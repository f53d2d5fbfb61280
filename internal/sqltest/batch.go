package sqltest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
)

// DefaultSize is how many cases share a job. Planning grows with every case and submission does not; beyond this there is
// little left to win, and one failure makes more cases run again.
const DefaultSize = 12

// Batch is cases whose jobs are one.
type Batch []*Case

// Batches puts cases together that can share a job, in the order of their first. They can when they have the same session:
// settings, functions and jars; when their sources end in the same way; and when every statement can be moved to a database of
// the case's own, which those with names of databases in them cannot.
func Batches(cases []*Case, size int) []Batch {
	var out []Batch
	open := map[string]int{} // by session, which batch is being filled
	for _, c := range cases {
		key := c.session()
		i, some := open[key]
		if !c.Suite.script.shared || !some || len(out[i]) >= size {
			open[key] = len(out)
			out = append(out, Batch{c})
			continue
		}
		out[i] = append(out[i], c)
	}
	// Long batches first: two jobs run at a time, and the last one should not be a long one.
	slices.SortStableFunc(out, func(a, b Batch) int { return cmp.Compare(len(b), len(a)) })
	return out
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
