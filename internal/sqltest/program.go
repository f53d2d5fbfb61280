package sqltest

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
)

// edit replaces a part of a statement, counted from its start.
type edit struct {
	at   source.Span
	text string
}

// statement is what a session executes.
type statement struct {
	text string
	from string // where it comes from, for messages: "jobs/pv_uv.sql:3"
}

// program is what a session executes for one case, before the inserts of its job are submitted together.
type program struct {
	test    *Case
	folder  string
	home    string      // database of the case; "" stays in that of the session
	defined []statement // in order
	inserts []statement
	views   []view // queries whose columns Flink has to name before there can be a sink
}

// view is a query that is looked at: an expectation, or the query of a CREATE TABLE … AS.
type view struct {
	name  string
	id    string // of its sink's files
	query statement
	modes string // kinds of rows that the sink takes
}

// builder writes the program of a case.
type builder struct {
	script *script
	live   func(recorded string) (string, error) // fills in secrets
	*program
}

// write makes the program of a case. With a home, the case shares its session and its job with others.
func write(c *Case, folder, home string, live func(string) (string, error)) (*program, error) {
	b := builder{c.Suite.script, live, &program{test: c, folder: folder, home: home}}
	if home != "" {
		b.define(statement{text: "CREATE DATABASE `" + home + "`"}, statement{text: "USE `" + home + "`"})
	}
	for _, p := range b.script.pieces {
		if err := b.piece(p); err != nil {
			return nil, err
		}
	}
	for i, e := range c.Expect {
		if err := b.look(i, e); err != nil {
			return nil, err
		}
	}
	return b.program, nil
}

func (b *builder) define(s ...statement) { b.defined = append(b.defined, s...) }

// piece adds what becomes of a statement of the script.
func (b *builder) piece(p piece) error {
	var edits []edit
	switch p.role {
	case skipped, setting, function: // settings and functions are the session's
		return nil
	case rewired:
		edits = b.rewire(p)
	case executed:
		if catalog, ok := p.syntax.(*ast.CreateCatalog); ok {
			b.define(statement{"CREATE CATALOG `" + catalog.Name.Name + "` WITH ('type' = 'generic_in_memory')", ""})
			return nil
		}
	}
	s, err := b.statement(p.text, p.syntax, edits)
	b.define(s)
	return err
}

// rewire puts our connector into a table's declaration. Buckets go: they are a matter of the connector of production.
func (b *builder) rewire(p piece) []edit {
	create, ok := p.syntax.(*ast.CreateTable)
	if !ok {
		return nil
	}
	start := int(create.Start)
	var edits []edit
	if d := create.Distribution; d != nil {
		edits = append(edits, edit{source.Span{Start: int(d.Start) - start, End: int(d.End) - start}, ""})
	}
	options := b.options(p.table.id, p.table.reads, p.table.writes)
	switch {
	case create.With != nil:
		at := create.With.Span()
		if !strings.HasPrefix(p.text.Recorded.Slice(at), "(") {
			options = "WITH " + options
		}
		edits = append(edits, edit{source.Span{Start: at.Start - start, End: at.End - start}, options})
	case create.Like != nil:
		before := int(create.Like.Start) - start
		edits = append(edits, edit{source.Span{Start: before, End: before}, "WITH " + options + " "})
	default:
		end := int(create.End) - start
		edits = append(edits, edit{source.Span{Start: end, End: end}, " WITH " + options})
	}
	return edits
}

func (b *builder) options(id, reads, writes string) string {
	return fmt.Sprintf("('connector' = 'autostream-test', 'folder' = %s, 'name' = %s, 'reads' = '%s', 'writes' = '%s')",
		literal(filepath.ToSlash(b.folder)), literal(id), reads, writes)
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// look adds what brings rows to the place of an expectation.
func (b *builder) look(number int, e *Expectation) error {
	if e.query != "" {
		b.views = append(b.views, view{name: fmt.Sprintf("autostream_view_%d", number+1), id: b.place(number), modes: changed,
			query: statement{text: apply(e.query, stopClock(e.query, b.test.now)), from: b.test.where(e.Place)}})
		return nil
	}
	t := b.script.find(e.Name)
	if t.Kind == bind.View {
		b.views = append(b.views, view{name: fmt.Sprintf("autostream_view_%d", number+1), id: b.place(number), modes: changed,
			query: statement{text: "SELECT * FROM " + quoted(t, b.home), from: b.test.where(e.Place)}})
		return nil
	}
	for _, i := range b.script.inserts {
		if i.table != t {
			continue
		}
		if err := b.insert(i); err != nil {
			return err
		}
	}
	return nil
}

// place names the result file of an expectation: that of its table, or one of its own.
func (b *builder) place(number int) string { return resultID(b.test, number) }

func resultID(c *Case, number int) string {
	e := c.Expect[number]
	if t := c.Suite.script.find(e.Name); e.query == "" && t.Kind != bind.View {
		return t.id
	}
	return fmt.Sprintf("view-%d", number+1)
}

// insert adds an INSERT of the script, or the query of a CREATE TABLE … AS with a sink of our own.
func (b *builder) insert(i insertion) error {
	if syntax, ok := i.syntax.(*ast.Insert); ok {
		s, err := b.statement(i.text, syntax, b.qualify(syntax))
		b.inserts = append(b.inserts, s)
		return err
	}
	s, err := b.statement(i.text, i.query, nil)
	b.views = append(b.views, view{name: "autostream_" + i.table.id, id: i.table.id, modes: i.table.writes, query: s})
	return err
}

// qualify puts the database of the case in front of the tables of a statement that is submitted when another is in use.
func (b *builder) qualify(n ast.Node) []edit {
	if b.home == "" {
		return nil
	}
	var edits []edit
	for name := range tableNames(n) {
		if b.script.find(name.Text()) != nil {
			at := int(name.Start) - int(n.Place().Start)
			edits = append(edits, edit{source.Span{Start: at, End: at}, "`" + b.home + "`."})
		}
	}
	return edits
}

// quoted is the full name of a table in the home of a case.
func quoted(t *table, home string) string {
	if home == "" {
		return t.Path.Quoted()
	}
	return "`" + home + "`.`" + t.Path.Name + "`"
}

// statement takes a part of a script with edits, the clock of the case, and secrets filled in.
func (b *builder) statement(text *project.Script, n ast.Node, edits []edit) (statement, error) {
	sql := text.Recorded.Slice(n.Span())
	file, line := at(text, n)
	edits = append(edits, stopClock(sql, b.test.now)...)
	live, err := b.live(apply(sql, edits))
	return statement{live, fmt.Sprintf("%s:%d", file.Name, line.Line)}, err
}

// apply makes edits, which do not overlap but where one lies in a part that another replaces: the outer one counts.
func apply(sql string, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.at.Start, b.at.Start), cmp.Compare(b.at.End, a.at.End))
	})
	var out strings.Builder
	done := 0
	for _, e := range edits {
		if e.at.Start < done {
			continue
		}
		out.WriteString(sql[done:e.at.Start])
		out.WriteString(e.text)
		done = e.at.End
	}
	out.WriteString(sql[done:])
	return out.String()
}

// where is a place of the test file for messages.
func (c *Case) where(at source.Span) string {
	return fmt.Sprintf("%s:%d", c.Suite.File.Name, c.Suite.File.Position(at.Start).Line)
}
