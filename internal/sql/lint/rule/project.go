// Rules about all scripts of a project together.

package rule

import (
	"fmt"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
)

// ProjectPass is one rule at work on a project.
type ProjectPass struct {
	rule  *Rule
	found []diag.Finding
}

// RunProject lets a rule about projects look at the facts of all scripts.
func (r *Rule) RunProject(all []*Facts) []diag.Finding {
	if r.Project == nil {
		return nil
	}
	p := &ProjectPass{rule: r}
	r.Project(all, p)
	return p.found
}

// RunChange lets a rule about changes compare the facts of two revisions.
func (r *Rule) RunChange(before, after []*Facts) []diag.Finding {
	if r.Change == nil {
		return nil
	}
	p := &ProjectPass{rule: r}
	r.Change(before, after, p)
	return p.found
}

// Report adds a finding about a place. The result may be given a way out and related places until the next one.
func (p *ProjectPass) Report(at Place, format string, args ...any) *diag.Finding {
	f := p.rule.At(at.File, at.Span, fmt.Sprintf(format, args...), "")
	f.Statement = at.Statement
	p.found = append(p.found, f)
	return &p.found[len(p.found)-1]
}

// Place is where something stands.
type Place struct {
	File      *source.File
	Span      source.Span
	Statement int
}

// Related points at the place as part of a finding about another one.
func (p Place) Related(message string) diag.Related {
	return diag.Related{File: p.File, Span: p.Span, Message: message}
}
