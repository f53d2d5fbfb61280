package sqltest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/sql/ast"
)

// session is a session of the gateway in which one batch is planned.
type session struct {
	*gateway.Session
	line   release.Line
	redact func(string) string
}

// refusal is what Flink has against a statement of a case.
type refusal struct {
	from    string // place of the statement
	message string
}

// Error puts the place in front, as compilers do.
func (r *refusal) Error() string {
	if r.from == "" {
		return r.message
	}
	return r.from + ": " + r.message
}

// checkpointEvery is the time between checkpoints of jobs that need them to go on.
const checkpointEvery = 50 * time.Millisecond

// openSession opens a session with everything that the cases of a batch have in common with the first.
func (r *Runner) openSession(ctx context.Context, first *Case, jars []string) (*session, error) {
	script := first.Suite.script
	line, err := release.Parse(script.project.Release)
	if err != nil {
		return nil, err
	}
	options := conf.Options{
		"parallelism.default":   "1", // rows come in one order
		"table.local-time-zone": "UTC",
		"restart-strategy.type": "none",
	}
	if first.pace() != finishing {
		options["execution.checkpointing.interval"] = strconv.FormatInt(checkpointEvery.Milliseconds(), 10)
	}
	for key, recorded := range script.job.Options {
		if ownOption(key) {
			continue
		}
		if options[key], err = script.project.Live(ctx, recorded); err != nil {
			return nil, err
		}
	}
	properties, err := options.For(line.Line)
	if err != nil {
		return nil, err
	}
	opened, err := r.Cluster.Gateway.Open(ctx, "autostream test", properties)
	if err != nil {
		return nil, err
	}
	s := &session{opened, line.Line, script.project.Redact}
	if err := s.prepare(ctx, first, jars); err != nil {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

// prepare adds jars, settings and functions.
func (s *session) prepare(ctx context.Context, c *Case, jars []string) error {
	script := c.Suite.script
	for _, jar := range script.job.Jars {
		jars = append(jars, script.project.Path(jar))
	}
	for _, jar := range jars {
		if err := s.run(ctx, statement{text: "ADD JAR " + literal(jar)}); err != nil {
			return err
		}
	}
	for _, p := range script.pieces {
		if p.role != setting && p.role != function {
			continue
		}
		sql := p.text.Recorded.Slice(p.syntax.Span())
		if f, ok := p.syntax.(*ast.CreateFunction); ok {
			declared, err := c.function(f, sql)
			if err != nil {
				return err
			}
			sql = declared
		}
		live, err := script.project.Live(ctx, sql)
		if err != nil {
			return err
		}
		file, position := at(p.text, p.syntax)
		if err := s.run(ctx, statement{live, fmt.Sprintf("%s:%d", file.Name, position.Line)}); err != nil {
			return err
		}
	}
	return nil
}

// close ends the session; jobs that were submitted go on.
func (s *session) close(ctx context.Context) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), briefly)
	defer stop()
	_ = s.Close(ctx) // the gateway forgets an idle session by itself
}

// run executes a statement that has no result.
func (s *session) run(ctx context.Context, what statement) error {
	_, err := s.execute(ctx, what, nil)
	return err
}

// execute runs a statement and returns the rows that it gives at once.
func (s *session) execute(ctx context.Context, what statement, options map[string]string) ([]gateway.Row, error) {
	operation, err := s.Execute(ctx, what.text, options)
	if err != nil {
		return nil, s.refused(what, err)
	}
	var rows []gateway.Row
	for began := time.Now(); ; {
		page, err := operation.Next(ctx)
		if err != nil {
			return nil, s.refused(what, err)
		}
		rows = append(rows, page.Rows...)
		switch page.State {
		case gateway.End:
			return rows, nil // the gateway forgets it with the session
		case gateway.NotReady:
			if err := sleep(ctx, pause(began)); err != nil {
				return nil, err
			}
		case gateway.Ready:
		}
	}
}

// refused turns what Flink says into a refusal; no answer is an error of its own.
func (s *session) refused(what statement, err error) error {
	answer, ok := wire.Refused(err)
	if !ok {
		return fmt.Errorf("asking the SQL Gateway: %w", err)
	}
	return &refusal{what.from, s.redact(answer.Error())}
}

// define runs what a program defines, and gives its views sinks.
func (s *session) define(ctx context.Context, p *program) error {
	for _, d := range p.defined {
		if err := s.run(ctx, d); err != nil {
			return err
		}
	}
	for _, v := range p.views {
		if err := s.sink(ctx, p, v); err != nil {
			return err
		}
	}
	return nil
}

// sink makes a view of a query, a table with its columns, and the INSERT between them. Time attributes become plain times: a
// sink takes one of them at most.
func (s *session) sink(ctx context.Context, p *program, v view) error {
	name, sink := "`"+v.name+"`", "`"+v.name+"_sink`"
	if p.home != "" {
		name, sink = "`"+p.home+"`."+name, "`"+p.home+"`."+sink
	}
	if err := s.run(ctx, statement{"CREATE TEMPORARY VIEW " + name + " AS " + v.query.text, v.query.from}); err != nil {
		return err
	}
	columns, err := s.execute(ctx, statement{"DESCRIBE " + name, v.query.from}, nil)
	if err != nil {
		return err
	}
	var declared, selected []string
	for _, row := range columns {
		var column, typ string
		if err := errors.Join(json.Unmarshal(row.Fields[0], &column), json.Unmarshal(row.Fields[1], &typ)); err != nil {
			return fmt.Errorf("reading the columns of a view: %w", err)
		}
		quotedColumn := "`" + strings.ReplaceAll(column, "`", "``") + "`"
		plain, attribute, _ := strings.Cut(typ, " *")
		declared = append(declared, quotedColumn+" "+plain)
		if attribute != "" {
			quotedColumn = "CAST(" + quotedColumn + " AS " + plain + ")"
		}
		selected = append(selected, quotedColumn)
	}
	b := builder{program: p}
	create := "CREATE TEMPORARY TABLE " + sink + " (" + strings.Join(declared, ", ") + ") WITH " + b.options(v.id, appends, v.modes)
	if err := s.run(ctx, statement{create, v.query.from}); err != nil {
		return err
	}
	p.inserts = append(p.inserts, statement{"INSERT INTO " + sink + " SELECT " + strings.Join(selected, ", ") + " FROM " + name, v.query.from})
	return nil
}
