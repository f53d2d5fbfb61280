package preview

import (
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
)

// Step is a statement that stands before a query, and what becomes of it.
type Step struct {
	Script    int // which of the scripts it stands in, from 0
	Statement int // from 1 in its script
	Span      source.Span
	Skipped   string // why it is not executed, "" when it is; a full sentence without its subject
}

// Prepare says what happens to the statements before a query: all of the scripts before the last, and those of the last
// before the one that the query stands in. Statements that define something for the session are executed. What would
// write, start a job, or change a catalog that outlives the session is skipped, and so is what only shows something.
func Prepare(scripts []*ast.Script, q Query) []Step {
	var steps []Step
	var p preparation
	for i, script := range scripts {
		for j, statement := range script.Statements {
			if i == len(scripts)-1 && j+1 >= q.Statement {
				break
			}
			reason, quiet := p.judge(statement)
			if !quiet {
				steps = append(steps, Step{Script: i, Statement: j + 1, Span: statement.Span(), Skipped: reason})
			}
		}
	}
	return steps
}

// preparation is what the statements so far did to the session.
type preparation struct {
	outside bool // a catalog other than the one in the session's memory is in play
}

// The reasons for skipping.
const (
	writes     = "is not executed: a preview writes nothing"
	startsJob  = "is not executed: a preview starts no job but its own"
	isLasting  = "is not executed: it would change a catalog for good"
	isUnparsed = "is not executed: it could not be parsed"
	isOurs     = "is left out: a preview sets it itself"
)

// judge returns why a statement is skipped, "" when it is executed; quiet ones only show something and nobody misses them.
func (p *preparation) judge(statement ast.Statement) (reason string, quiet bool) {
	switch s := statement.(type) {
	case *ast.CreateTable:
		if s.As != nil {
			return writes, false
		}
	case *ast.CreateMaterializedTable:
		return startsJob, false
	case *ast.CreateCatalog:
		p.outside = true
	case *ast.Use:
		p.outside = p.outside || s.Object == ast.CatalogObject && s.Name.Text() != builtInCatalog
	case *ast.Drop:
		if p.lasting(&s.Name, s.Object, s.Temporary) {
			return isLasting, false
		}
	case *ast.Alter:
		if p.lasting(&s.Name, s.Object, s.Temporary) {
			return isLasting, false
		}
	case *ast.Set:
		if s.Key == "" {
			return "", true
		}
		if ownOption(s.Key) {
			return isOurs, false
		}
	case *ast.CreateView, *ast.CreateDatabase, *ast.CreateFunction, *ast.CreateModel, *ast.CreateConnection,
		*ast.LoadModule, *ast.UnloadModule, *ast.AddJar, *ast.RemoveJar, *ast.Reset:
	case *ast.Insert, *ast.StatementSet, *ast.Execute: // previewing the others is what numbers are for
		return "", true
	case *ast.ExecutePlan, *ast.CompilePlan, *ast.Update, *ast.Delete, *ast.Merge, *ast.Truncate, *ast.CallStatement:
		return writes, false
	case *ast.StopJob, *ast.SystemOption:
		return "is not executed: a preview changes nothing outside its session", false
	case *ast.Analyze:
		return isLasting, false
	case *ast.BadStatement:
		return isUnparsed, false
	default: // queries, SHOW, DESCRIBE, EXPLAIN, BEGIN and END of a statement set, commands of the client
		return "", true
	}
	return "", false
}

// builtInCatalog is the catalog in the session's memory (table.builtin-catalog-name).
const builtInCatalog = "default_catalog"

// lasting says whether a DROP or ALTER of an object may reach beyond the session.
func (p *preparation) lasting(name *ast.Name, object ast.Object, temporary bool) bool {
	switch {
	case temporary, object == ast.CatalogObject:
		return false
	case len(name.Parts) == 3:
		return name.Parts[0].Name != builtInCatalog
	}
	return p.outside
}

// own are the options that a preview sets for its query, or that would make it something else than a preview.
var own = []string{
	"$internal.",
	"client.heartbeat.",
	"execution.attached",
	"execution.checkpointing.", // rows would be held back until a checkpoint completes (CollectResultIterator)
	"execution.savepoint",
	"execution.shutdown-on-attached-exit",
	"execution.state-recovery.",
	"execution.target",
	"pipeline.name",
	"restart-strategy",
	"sql-client.",
}

func ownOption(key string) bool {
	for _, prefix := range own {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}
