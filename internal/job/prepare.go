package job

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/store"
)

// Refused is the error for a job whose scripts have findings of level error: nothing was touched.
type Refused struct {
	Job      Ref
	Findings []diag.Finding
}

// Error counts the findings; they are printed by themselves.
func (r *Refused) Error() string { return fmt.Sprintf("%s has %d findings", r.Job, len(r.Findings)) }

// Judgement says how far scripts are judged before Flink sees them.
type Judgement int

// The judgements.
const (
	Meaning Judgement = iota // what lint says: names and types as well
	Syntax                   // only whether they parse
)

// Plan reads a job of the project and makes its canonical form for the target. Findings of level error are a *Refused
// inside an error of kind Findings.
func (s *Service) Plan(job Ref, judge Judgement) (plan.Plan, []diag.Finding, error) {
	j, ok := s.Project.Job(job.Job)
	if !ok {
		return plan.Plan{}, nil, fault.Errorf(fault.NotFound, "the project has no job %s", job.Job)
	}
	place, ok := s.Project.Target(job.Target)
	if !ok {
		return plan.Plan{}, nil, fault.Errorf(fault.NotFound, "the project has no target %s", job.Target)
	}
	src := plan.Source{Job: j, Release: s.Project.Release, Target: place}
	var findings []diag.Finding
	if j.Kind == project.SQL {
		var err error
		if src.Scripts, findings, err = s.scripts(j, judge); err != nil {
			return plan.Plan{}, nil, err
		}
	}
	var err error
	if src.Jars, err = s.jars(j); err != nil {
		return plan.Plan{}, nil, err
	}
	if src.PodTemplate, err = s.podTemplate(j, place); err != nil {
		return plan.Plan{}, nil, err
	}
	p, found := plan.Of(src)
	findings = append(findings, found...)
	if worst, some := diag.Worst(findings); some && worst == diag.Error {
		diag.Sort(findings)
		return p, findings, &fault.Error{Kind: fault.Findings, Err: &Refused{Job: job, Findings: findings}}
	}
	return p, findings, nil
}

// podTemplate reads the template of a job's pods, or that of its target; "" where there are no pods.
func (s *Service) podTemplate(j project.Job, place project.Target) (string, error) {
	name := cmp.Or(j.PodTemplate, place.PodTemplate)
	if name == "" || place.Kind != project.Kubernetes {
		return "", nil
	}
	text, err := os.ReadFile(s.Project.Path(name))
	if err != nil {
		return "", fmt.Errorf("reading the pod template of %s: %w", j.Name, err)
	}
	return string(text), nil
}

// scripts reads what a SQL job runs, in the order in which it runs: each script sees what those before it declared.
func (s *Service) scripts(j project.Job, judge Judgement) ([]plan.Script, []diag.Finding, error) {
	scripts, findings, err := s.Project.Scripts(j)
	if err != nil {
		return nil, nil, err
	}
	release, ok := token.ParseRelease(s.Project.Release)
	if !ok {
		release = token.Default
	}
	session := bind.NewSession(release)
	session.Connectors = s.Project.Connectors
	session.Classes = s.Project.ClassPaths().Of(j.Jars)
	for key, value := range j.Options {
		session.Set(key, value)
	}
	var out []plan.Script
	for _, script := range scripts {
		var tree *ast.Script
		var found []diag.Finding
		if judge == Meaning {
			judged := lint.Script(script.Recorded, lint.Options{Release: release, Session: session})
			tree, found = judged.Script, judged.Findings
		} else {
			tree, found = parser.Parse(script.Recorded, parser.Options{Release: release})
		}
		for _, f := range found {
			findings = append(findings, script.Finding(f))
		}
		out = append(out, plan.Script{Script: script, Tree: tree})
	}
	return out, findings, nil
}

// Prepare thinks a deploy through. Findings are remarks that do not stand in its way.
func (s *Service) Prepare(ctx context.Context, r Request) (Proposal, []diag.Finding, error) {
	began := s.Now()
	p, findings, err := s.Plan(r.Job, r.Judgement)
	if err != nil {
		return Proposal{}, findings, err
	}
	proposal, err := s.propose(ctx, r, p, "deploy")
	proposal.prepared.Began = began
	return proposal, findings, err
}

// PrepareRestart thinks a restart through: the version that ran last starts again, as it was recorded.
func (s *Service) PrepareRestart(ctx context.Context, r Request) (Proposal, error) {
	f, err := s.recall(ctx, r.Job)
	if err != nil {
		return Proposal{}, err
	}
	if f.run.ID == "" {
		return Proposal{}, neverRan(r.Job)
	}
	r.Force = true
	return s.again(ctx, r, f.version, "restart")
}

// PrepareRollback thinks the way back to an earlier version through; 0 is the one that ran before the current one. It
// starts from its own newest state, so that what a later version did to the state does not matter.
func (s *Service) PrepareRollback(ctx context.Context, r Request, to int) (Proposal, error) {
	var version store.Version
	var from store.Run
	err := s.Store.View(ctx, func(rd store.Reader) error {
		runs, err := rd.Runs(ctx, r.Job)
		if err != nil {
			return err
		}
		operations, err := rd.Operations(ctx, r.Job)
		if err != nil {
			return err
		}
		current := 0
		for _, run := range runs {
			switch {
			case run.Submitted.IsZero():
			case current == 0:
				current = run.Version
				if before, ok := scaledFrom(operations, run.ID, to); ok {
					version, err = rd.Version(ctx, r.Job, before)
					return err
				}
				if to == current {
					from = run
				}
			case from.ID == "" && (run.Version == to || to == 0 && run.Version != current):
				from = run
			}
		}
		if current == 0 {
			return neverRan(r.Job)
		}
		if from.ID == "" {
			return fault.Errorf(fault.NotFound, "no earlier version of %s ever ran", r.Job).WithFix("autostream history %s", r.Job)
		}
		version, err = rd.Version(ctx, r.Job, from.Version)
		return err
	})
	if err != nil {
		return Proposal{}, err
	}
	if r.Message == "" {
		r.Message = fmt.Sprintf("back to version %d", version.Number)
	}
	if from.ID == "" { // what runs was that version before it was rescaled
		return s.again(ctx, r, version, "rollback")
	}
	if r.Origin == Latest {
		path, _, ok := facts{job: r.Job, run: from}.latestState()
		if !ok || path == "" {
			return Proposal{}, fault.Errorf(fault.Conflict, "version %d of %s has no savepoint or checkpoint of its own", version.Number, r.Job).
				WithFix("start it from the state of the version that runs now, or from another:\n  autostream rollback %s --from PATH", r.Job)
		}
		r.Origin, r.Path = FromPath, path
	}
	r.Force = true
	p, err := s.again(ctx, r, version, "rollback")
	p.Why = fmt.Sprintf("the state of version %d", version.Number)
	return p, err
}

func neverRan(job Ref) error {
	return fault.Errorf(fault.NotFound, "%s never ran", job).WithFix("autostream deploy %s %s", job.Target, job.Job)
}

// again proposes a recorded version.
func (s *Service) again(ctx context.Context, r Request, v store.Version, kind string) (Proposal, error) {
	began := s.Now()
	spec, err := plan.Read(v.Spec)
	if err != nil {
		return Proposal{}, err
	}
	p, err := s.propose(ctx, r, plan.Plan{Spec: spec}, kind)
	if kind == "restart" {
		p.Version = v.Number
	}
	p.prepared.Began = began
	return p, err
}

func (s *Service) propose(ctx context.Context, r Request, pl plan.Plan, kind string) (Proposal, error) {
	f, err := s.facts(ctx, r.Job)
	if err == nil && r.Origin != Fresh && f.version.Hash != pl.Spec.Hash() {
		f, err = s.comeUp(ctx, f)
	}
	if err != nil {
		return Proposal{}, err
	}
	f.rescales = s.adaptive(ctx, f, pl.Spec)
	p, err := decide(f, r, pl.Spec, kind)
	p.plan = pl
	s.weigh(ctx, &p)
	p.prepared = store.Step{Name: stepPrepare, Ended: s.Now(), Flink: f.asked}
	return p, err
}
