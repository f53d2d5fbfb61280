package plan

import (
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/ast"
)

// Script is a script of a job with its tree. The tree is that of the recorded text.
type Script struct {
	*project.Script
	Tree *ast.Script
}

// Of makes the plan of a job. The findings are about what the scripts make together; those of parsing are not repeated.
// With a finding of level error the plan cannot be deployed.
func Of(src Source) (Plan, []diag.Finding) {
	p := Plan{Spec: specOf(src)}
	if src.Job.Kind != project.SQL {
		return p, fits(src)
	}
	c := collecting{plan: &p, session: map[string]string{}, release: src.Release, findings: fits(src)}
	for i, script := range src.Scripts {
		c.script, c.sharing = script, i < len(src.Scripts)-1
		for i, statement := range script.Tree.Statements {
			c.number = i + 1
			c.statement(statement)
		}
	}
	c.finish(src)
	if !c.byPlan {
		p.leaveOut(c.shared)
	}
	return p, c.findings
}

// collecting walks the statements of a job and sorts them: settings, definitions in their order, and what runs.
type collecting struct {
	plan     *Plan
	session  map[string]string // options that SET statements set
	release  string
	inserts  []piece   // those that stand by themselves
	jobs     [][]piece // what starts a Flink job each: one statement, or the INSERTs of one BEGIN STATEMENT SET … END
	open     []piece   // the INSERTs behind a BEGIN STATEMENT SET, until its END
	inside   bool      // behind a BEGIN STATEMENT SET
	use      *piece    // the last USE behind an INSERT
	findings []diag.Finding

	script  Script
	number  int      // of the statement in its file
	sharing bool     // the script is not the job's own
	shared  []shared // tables of those
	byPlan  bool     // what runs names its tables in a file
}

// piece is a statement in its script.
type piece struct {
	script Script
	node   ast.Node
	number int
}

func (c *collecting) piece(n ast.Node) piece { return piece{c.script, n, c.number} }

func (p piece) text() string { return p.script.Tree.Text(p.node) }

// report adds a finding about a piece, at its place in the text as written.
func (c *collecting) report(rule diag.Rule, p piece, message, help string) {
	f := rule.At(p.script.Recorded, p.node.Span(), message, help)
	f.Statement = p.number
	// A finding about a statement marks its beginning: an excerpt of all of it says nothing.
	f.Span.End = f.Span.Start + len(firstWord(p.text()))
	c.findings = append(c.findings, p.script.Finding(f))
}

// keyParallelism is the option that a Spec has a field for.
const keyParallelism = "parallelism.default"

func firstWord(text string) string {
	if end := strings.IndexAny(text, " \t\r\n;("); end > 0 {
		return text[:end]
	}
	return text
}

func (c *collecting) statement(s ast.Statement) {
	here := c.piece(s)
	if c.inside {
		c.inSet(here)
		return
	}
	switch s := s.(type) {
	case *ast.Insert:
		c.insert(here)
	case *ast.Execute:
		c.execute(here, s)
	case *ast.ExecutePlan:
		c.byPlan = true
		c.starts(here)
	case *ast.StatementSet, *ast.Update, *ast.Delete, *ast.Merge:
		c.starts(here)
	case *ast.CompilePlan:
		if s.AndExecute {
			c.starts(here)
		} else {
			c.report(ruleNotInJob, here, "COMPILE PLAN writes a file and starts nothing", "write COMPILE AND EXECUTE PLAN, or remove it")
		}
	case *ast.CreateTable:
		if s.As != nil {
			c.starts(here)
		} else {
			c.define(here)
		}
	case *ast.BeginStatementSet:
		c.open, c.inside = nil, true
	case *ast.Set:
		c.set(s)
	case *ast.Reset:
		c.reset(s)
	case *ast.QueryStatement, *ast.Show, *ast.ShowCreate, *ast.ShowCurrent, *ast.Describe, *ast.Explain:
		c.report(ruleOnlyShown, here, firstWord(here.text())+" is left out of the job", "")
	case *ast.ClientCommand, *ast.SystemOption, *ast.EndStatementSet, *ast.StopJob:
		c.report(ruleNotInJob, here, firstWord(here.text())+" does not belong into a job", "remove it")
	case *ast.Use:
		if len(c.inserts) > 0 {
			c.use = &here
		}
		c.define(here)
	case *ast.Drop:
		if len(c.inserts)+len(c.jobs) > 0 {
			c.report(ruleDropAfter, here, "DROP behind an INSERT is left out of the job", "move it to the top of the script")
			return
		}
		c.define(here)
	case *ast.BadStatement:
		// parsing has said what is wrong
	default:
		c.define(here)
	}
}

// define keeps a statement in its place: it makes a table, a view, a function, or sets the scene otherwise.
func (c *collecting) define(p piece) {
	if name, ok := sharedName(p.node); ok && c.sharing {
		c.shared = append(c.shared, shared{at: len(c.plan.Spec.Statements), name: name})
	}
	c.plan.add(p.text(), fragment{script: p.script, number: p.number, from: p.node.Span().Start, length: len(p.text())})
}

// insert keeps an INSERT for the one statement set.
func (c *collecting) insert(p piece) {
	if c.use != nil {
		c.report(ruleUseBetween, *c.use, "USE between INSERTs would hold for all of them", "write the full names of the tables, or move USE to the top")
		c.use = nil
	}
	c.inserts = append(c.inserts, p)
}

func (c *collecting) execute(p piece, s *ast.Execute) {
	switch inner := s.Statement.(type) {
	case *ast.Insert:
		c.insert(c.piece(inner))
	case *ast.QueryStatement:
		c.report(ruleOnlyShown, p, "a query is left out of the job", "")
	default:
		c.starts(p)
	}
}

// starts notes that the pieces are a Flink job of their own.
func (c *collecting) starts(pieces ...piece) { c.jobs = append(c.jobs, pieces) }

// inSet takes the statements between BEGIN STATEMENT SET and END.
func (c *collecting) inSet(p piece) {
	switch p.node.(type) {
	case *ast.Insert:
		c.open = append(c.open, p)
	case *ast.EndStatementSet:
		c.inside = false
		if len(c.open) > 0 {
			c.starts(c.open...)
		}
	default:
		c.report(ruleNotInJob, p, "only INSERTs can stand in a statement set", "move it before BEGIN STATEMENT SET")
	}
}

// set and reset keep what the session would hold when the job is started.
func (c *collecting) set(s *ast.Set) {
	if s.Key != "" {
		c.session[s.Key] = s.Value
	}
}

func (c *collecting) reset(s *ast.Reset) {
	if s.Key == "" {
		clear(c.session)
		return
	}
	delete(c.session, s.Key)
}

// finish adds what starts the job.
func (c *collecting) finish(src Source) {
	for key, value := range named(c.session, src.Release) {
		// Said in the script, it is stronger than what the project says.
		if n, err := strconv.Atoi(value); key == keyParallelism && err == nil && n > 0 {
			c.plan.Spec.Parallelism = n
			continue
		}
		c.plan.Spec.Options[key] = value
	}
	if len(c.inserts) > 0 {
		c.starts(c.inserts...)
	}
	if len(c.jobs) == 0 {
		c.nothing(src)
		return
	}
	for _, second := range c.jobs[1:] {
		c.report(ruleSeveralJobs, second[0], "this would be a second Flink job",
			"put all INSERTs into one statement set, or make two jobs of the script")
	}
	if only := c.jobs[0]; len(only) == 1 {
		c.define(only[0])
	} else {
		c.gather(only)
	}
}

// nothing reports a script that starts no job, unless it was not understood to the end.
func (c *collecting) nothing(src Source) {
	if len(src.Scripts) == 0 {
		return
	}
	own := src.Scripts[len(src.Scripts)-1]
	for _, s := range own.Tree.Statements {
		if _, bad := s.(*ast.BadStatement); bad {
			return
		}
	}
	end := len(own.Written.Text)
	c.findings = append(c.findings, ruleNoInsert.At(own.Written, source.Span{Start: end, End: end},
		"the script has no INSERT", "add INSERT INTO a table; autostream preview shows rows without one"))
}

// gather puts INSERTs into one statement set.
func (c *collecting) gather(inserts []piece) {
	const head, tail = "EXECUTE STATEMENT SET\nBEGIN\n", "END"
	var text strings.Builder
	var fragments []fragment
	text.WriteString(head)
	for _, p := range inserts {
		fragments = append(fragments, fragment{
			at: text.Len(), script: p.script, number: p.number, from: p.node.Span().Start, length: len(p.text()),
		})
		text.WriteString(p.text())
		text.WriteString(";\n")
	}
	text.WriteString(tail)
	c.plan.add(text.String(), fragments...)
}
