package sqltest

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// script is what is tested: the shared tables of the project, then the file itself.
type script struct {
	project  *project.Project
	job      project.Job // of a file that is no job's, only File and Kind
	release  token.Release
	texts    []*project.Script
	pieces   []piece
	tables   []*table
	inserts  []insertion
	session  *bind.Session // after all of it
	shared   bool          // its cases can share a job with others
	findings []diag.Finding
}

// piece is a statement and what becomes of it.
type piece struct {
	text   *project.Script
	syntax ast.Statement
	role   role
	table  *table // of a table
}

// role says what becomes of a statement.
type role int

const (
	skipped  role = iota // shows something, or would reach beyond the session
	executed             // as it stands
	rewired              // a table gets our connector
	function             // becomes a function of the session, or a mock
	setting              // SET and RESET
)

// table is a table or view of the script.
type table struct {
	*bind.Table
	id     string // names its files
	reads  string // all, upsert or append: the kinds of rows that its connector gives
	writes string // and takes
	looked bool   // a temporal join reads it: what it has may change between steps in any way
}

// insertion is a statement that writes.
type insertion struct {
	text   *project.Script
	syntax ast.Node // *ast.Insert, or the statement of a CREATE TABLE … AS
	query  ast.Query
	table  *table // nil when it is not found
}

// own is the file under test.
func (s *script) own() *project.Script { return s.texts[len(s.texts)-1] }

// readScript reads a script with what stands before it.
func readScript(p *project.Project, job project.Job) (*script, error) {
	texts, findings, err := p.Scripts(job)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(p.Tables, func(t string) bool { return p.Path(t) == p.Path(job.File) }); i >= 0 {
		texts = texts[:i+1] // one of the shared tables
	}
	release, ok := token.ParseRelease(p.Release)
	if !ok {
		release = token.Default
	}
	s := &script{project: p, job: job, release: release, texts: texts, findings: findings, session: bind.NewSession(release), shared: true}
	s.session.Connectors = p.Connectors
	for _, text := range texts {
		tree, found := parser.Parse(text.Recorded, parser.Options{Release: release})
		bound := s.session.Script(tree)
		for _, f := range slices.Concat(found, bound.Findings()) {
			s.findings = append(s.findings, text.Finding(f))
		}
		for i, statement := range tree.Statements {
			s.add(text, statement, bound.Statements[i])
		}
	}
	s.shared = s.shared && s.plainNames()
	s.markLookups()
	return s, nil
}

// add takes a statement in.
func (s *script) add(text *project.Script, syntax ast.Statement, bound *bind.Statement) {
	p := piece{text: text, syntax: syntax, role: executed}
	switch statement := syntax.(type) {
	case *ast.CreateTable:
		p.role, p.table = rewired, s.declare(bound.Table)
		if statement.As != nil {
			p.role = skipped
			s.inserts = append(s.inserts, insertion{text, statement, statement.As, p.table})
		}
	case *ast.CreateMaterializedTable:
		p.role, p.table = skipped, s.declare(bound.Table)
		s.inserts = append(s.inserts, insertion{text, statement, statement.As, p.table})
	case *ast.CreateView:
		s.declare(bound.Table)
	case *ast.CreateFunction:
		p.role = function
	case *ast.Set:
		p.role = setting
		if statement.Key == "" || ownOption(statement.Key) {
			p.role = skipped
		}
	case *ast.Reset:
		p.role = setting
	case *ast.Insert, *ast.StatementSet, *ast.Execute:
		p.role = skipped
		s.insert(text, bound)
	case *ast.CreateCatalog, *ast.CreateDatabase, *ast.Use, *ast.Drop, *ast.Alter:
		s.shared = false
	case *ast.AddJar, *ast.RemoveJar, *ast.LoadModule, *ast.UnloadModule, *ast.CreateModel, *ast.CreateConnection:
		s.shared = false
	default:
		p.role = skipped
	}
	s.pieces = append(s.pieces, p)
}

// declare takes a table in. Its files are named by its place in the script.
func (s *script) declare(t *bind.Table) *table {
	if t == nil {
		return nil
	}
	reads, writes := changes(s.session.Connectors, t, s.release)
	known := &table{Table: t, id: fmt.Sprintf("%d-%s", len(s.tables)+1, fileName(t.Path.Name)), reads: reads, writes: writes}
	s.tables = append(s.tables, known)
	return known
}

// fileName keeps of a name what every file system takes.
func fileName(name string) string {
	safe := []rune(name)
	for i, r := range safe {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' {
			safe[i] = '_'
		}
	}
	return string(safe[:min(len(safe), 40)])
}

func (s *script) insert(text *project.Script, bound *bind.Statement) {
	for _, i := range bound.Inserts {
		if syntax, ok := i.Syntax.(*ast.Insert); ok {
			s.inserts = append(s.inserts, insertion{text, syntax, syntax.Query, s.of(i.Table)})
		}
	}
}

func (s *script) of(t *bind.Table) *table {
	i := slices.IndexFunc(s.tables, func(known *table) bool { return known.Table == t })
	if i < 0 || t == nil {
		return nil
	}
	return s.tables[i]
}

// find returns the table of a name as people write it; of two declarations the later counts.
func (s *script) find(name string) *table {
	for _, t := range slices.Backward(s.tables) {
		if t.Path.Short() == name || t.Path.String() == name {
			return t
		}
	}
	return nil
}

// markLookups finds the tables that joins look up instead of reading all of their changes.
func (s *script) markLookups() {
	for _, p := range s.pieces {
		ast.Inspect(p.syntax, func(n ast.Node) bool {
			if snapshot, ok := n.(*ast.Snapshot); ok {
				if t, ok := snapshot.Table.(*ast.Table); ok && s.find(t.Name.Text()) != nil {
					s.find(t.Name.Text()).looked = true
				}
			}
			return true
		})
	}
}

// names lists the tables for messages.
func (s *script) names() []string {
	var names []string
	for _, t := range s.tables {
		names = append(names, t.Path.Short())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// plainNames reports whether all tables are named without a database and no WITH item hides one, so that the statements can
// be moved to another database.
func (s *script) plainNames() bool {
	plain := true
	seen := map[string]bool{}
	for _, t := range s.tables {
		plain = plain && !seen[t.Path.Name]
		seen[t.Path.Name] = true
	}
	for _, p := range s.pieces {
		for name := range tableNames(p.syntax) {
			plain = plain && len(name.Parts) == 1
		}
		for name := range withNames(p.syntax) {
			plain = plain && s.find(name) == nil
		}
	}
	return plain
}

// batch reports whether the script runs in batch mode; a script that says so more than once is taken at its word.
func (s *script) batch() bool {
	const key, mode = "execution.runtime-mode", "batch"
	found := strings.EqualFold(s.job.Options[key], mode)
	for _, p := range s.pieces {
		set, ok := p.syntax.(*ast.Set)
		found = found || ok && set.Key == key && strings.EqualFold(set.Value, mode)
	}
	return found
}

// tableNames yields the places where a statement names a table.
func tableNames(n ast.Node) func(yield func(*ast.Name) bool) {
	return func(yield func(*ast.Name) bool) {
		going := true
		ast.Inspect(n, func(n ast.Node) bool {
			var name *ast.Name
			switch n := n.(type) {
			case *ast.Table:
				name = &n.Name
			case *ast.TableQuery:
				name = &n.Name
			case *ast.TableArg:
				name = n.Table
			case *ast.CreateTable:
				name = &n.Name
			case *ast.CreateView:
				name = &n.Name
			}
			if name != nil && going {
				going = yield(name)
			}
			return going
		})
	}
}

func withNames(n ast.Node) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			with, ok := n.(*ast.With)
			for i := 0; ok && i < len(with.Items); i++ {
				if !yield(with.Items[i].Name.Name) {
					return false
				}
			}
			return true
		})
	}
}

// jobOf finds the job that runs a script, or stands in for one.
func jobOf(p *project.Project, path string) project.Job {
	i := slices.IndexFunc(p.Jobs, func(j project.Job) bool { return j.Kind == project.SQL && p.Path(j.File) == path })
	if i >= 0 {
		return p.Jobs[i]
	}
	return project.Job{Kind: project.SQL, File: cmp.Or(p.Rel(path), filepath.ToSlash(path))}
}

// errors are the findings that stand in the way: not those about connectors, which a test does without.
func (s *script) errors() []diag.Finding { return hindrances(s.findings) }

func hindrances(findings []diag.Finding) []diag.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f diag.Finding) bool { return f.Level != diag.Error || f.Category == diag.Connector })
}

// at is where a part of a statement stands in what the user wrote.
func at(text *project.Script, n ast.Node) (*source.File, source.Position) {
	return text.Written, text.Written.Position(text.Origin(n.Span()).Start)
}
