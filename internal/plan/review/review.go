// Package review says what a change of a job amounts to, for whoever has to agree to it: beside texts and settings its
// operators, what reaches its sinks, what becomes of its state, and which other jobs of the project it breaks.
//
// Everything comes from recorded forms of jobs, so that a pull request can be reviewed without a cluster.
package review

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
)

// Changes lists how a job changes from one form to another: its text and settings, then the tables that it reads and
// writes, then its operators. Of statements that cannot be read there is only the text.
func Changes(old, new plan.Spec) []plan.Change {
	all := plan.Changes(old, new)
	if len(all) == 0 || old.Program != nil || new.Program != nil {
		return all
	}
	before, _ := evolve.Read(old)
	after, _ := evolve.Read(new)
	all = append(all, tables(tablesOf(before), tablesOf(after))...)
	if len(before.Plans) == 0 || len(after.Plans) == 0 {
		return all
	}
	for _, e := range evolve.Edits(before, after) {
		all = append(all, operator(e))
	}
	return all
}

// operator puts an edit of an operator into words.
func operator(e evolve.Edit) plan.Change {
	c := plan.Change{Kind: plan.OperatorChange, Name: e.Name, Old: e.Was, New: e.Now}
	switch {
	case e.WasID == "":
		c.Reason = strings.TrimSuffix(fmt.Sprintf("new operator %s: %s", e.Name, e.Now), ": ")
	case e.NowID == "":
		c.Reason = strings.TrimSuffix(fmt.Sprintf("operator %s is gone: %s", e.Name, e.Was), ": ")
	case e.Was != e.Now:
		c.Reason = fmt.Sprintf("operator %s: %s → %s", e.Name, e.Was, e.Now)
	default:
		c.Reason = strings.TrimSuffix(fmt.Sprintf("operator %s: %s", e.Name, e.Now), ": ")
	}
	if e.States != "" {
		c.Reason += "; its state: " + e.States
	}
	if e.Moved() && e.Keeps {
		c.Reason += "; under another id"
	}
	return c
}
