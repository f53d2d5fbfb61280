// Judging all scripts, each by itself and those of a project together.

package lint

import (
	"cmp"
	"context"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/project"
	sqllint "github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// judged is what is kept of a script: its texts and findings, but not its trees.
type judged struct {
	source   sqlfiles.Source
	text     *project.Script
	unfilled []diag.Finding // about variables, in the text as written
	findings []diag.Finding // in the text with variables filled in
	ignores  []*sqllint.Ignore
	facts    *rule.Facts
}

// judge judges scripts. texts stand for files that have not been written yet, by path.
func (o *Options) judge(ctx context.Context, sources []sqlfiles.Source, texts map[string]string) (*report, error) {
	reader, err := sqlfiles.NewReader(o.Flink)
	if err != nil {
		return nil, err
	}
	reader.Rules, reader.Texts = sqllint.All(), texts
	r := &report{Version: 1, Flink: cmp.Or(o.Flink, token.Default.String()), paths: map[*source.File]string{}}
	var all []*judged
	err = reader.Each(ctx, unique(sources), func(s *sqlfiles.Script) {
		r.Flink = s.Release.String()
		r.Files++
		r.Statements += len(s.Tree.Statements)
		r.paths[s.Text.Written] = s.Path
		all = append(all, &judged{
			source: s.Source, text: s.Text, unfilled: s.Unfilled, findings: s.Judged.Findings, ignores: s.Judged.Ignores, facts: s.Judged.Facts,
		})
	})
	if err != nil {
		return nil, err
	}
	if err := o.upgrade(ctx, sources, texts, all); err != nil {
		return nil, err
	}
	for _, p := range projects(all) {
		r.failOn, r.baseline = cmp.Or(r.failOn, p.Lint.FailOn), cmp.Or(r.baseline, baselineOf(p))
		r.add(p.UnknownLintRules(sqllint.Names()))
		before, err := o.earlier(ctx, p)
		if err != nil {
			return nil, err
		}
		r.together(p, all, before, reader.Rules)
	}
	return r, nil
}

// upgrade adds what a later release would refuse.
func (o *Options) upgrade(ctx context.Context, sources []sqlfiles.Source, texts map[string]string, all []*judged) error {
	if o.UpgradeTo == "" {
		return nil
	}
	reader, err := sqlfiles.NewReader(o.UpgradeTo)
	if err != nil {
		return err
	}
	reader.Rules, reader.Texts = sqllint.All(), texts
	n := 0
	return reader.Each(ctx, unique(sources), func(s *sqlfiles.Script) {
		now := all[n]
		n++
		now.findings = append(now.findings, sqllint.AfterUpgrade(now.text.Recorded, now.findings, s.Judged, s.Release)...)
	})
}

// unique drops the scripts that more than one job runs: they are judged for the first.
func unique(sources []sqlfiles.Source) []sqlfiles.Source {
	var first []sqlfiles.Source
	for i, s := range sources {
		if i == 0 || s.Path != sources[i-1].Path {
			first = append(first, s)
		}
	}
	return first
}

// projects lists the projects of scripts in their order.
func projects(all []*judged) []*project.Project {
	var found []*project.Project
	seen := map[*project.Project]bool{}
	for _, j := range all {
		if p := j.source.Project; !seen[p] {
			found, seen[p] = append(found, p), true
		}
	}
	return found
}

// together settles what is reported about the scripts of one project. Rules about projects see files that stand alone one by
// one; those of a project they see together when all of them are there.
func (r *report) together(p *project.Project, all []*judged, before []*rule.Facts, rules []rule.Rule) {
	var facts []*rule.Facts
	own := map[*source.File]*judged{}
	for _, j := range all {
		if j.source.Project == p {
			facts, own[j.text.Recorded] = append(facts, j.facts), j
		}
	}
	whole := p.File != nil && len(facts) >= len(sqlfiles.Of(p))
	if whole {
		found := sqllint.Project(facts, rules)
		if before != nil {
			found = append(found, sqllint.Changed(before, facts, rules)...)
		}
		for _, f := range found {
			j := own[f.File]
			j.findings = append(j.findings, moved(f, own, j))
		}
	}
	severities := sqllint.Severities{}
	for name, s := range p.Lint.Rules {
		severities[name] = sqllint.Severity(s)
	}
	judgedRule := func(id string) bool {
		return (whole || !sqllint.AboutProjects(id)) && (before != nil || !sqllint.AboutChanges(id))
	}
	for _, j := range all {
		if j.source.Project != p {
			continue
		}
		r.add(j.unfilled)
		for _, f := range sqllint.Settle(j.findings, j.ignores, severities, judgedRule) {
			r.add([]diag.Finding{j.text.Finding(f)})
		}
	}
}

// moved brings the related places of a finding back to the texts as written where they lie in other files; those in its own
// are brought back with the finding.
func moved(f diag.Finding, own map[*source.File]*judged, home *judged) diag.Finding {
	for i, related := range f.Related {
		if other := own[related.File]; other != nil && other != home {
			f.Related[i].File, f.Related[i].Span = other.text.Written, other.text.Origin(related.Span)
		}
	}
	return f
}

// add takes in findings.
func (r *report) add(findings []diag.Finding) { r.findings = append(r.findings, findings...) }
