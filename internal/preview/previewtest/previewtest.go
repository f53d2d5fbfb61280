// Package previewtest holds what a preview promises about a cluster as tests that take any cluster, and a made-up Flink
// that passes them.
package previewtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/preview"
)

// Cluster is a cluster under test.
type Cluster interface {
	Cluster() preview.Cluster
	// Running counts the jobs that have not ended.
	Running(t *testing.T) int
	// CancelAll cancels every job, as an operator could.
	CancelAll(t *testing.T)
}

// Endless is a table whose rows last longer than any test: id counts from 0.
const Endless = "CREATE TABLE endless (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100', " +
	"'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '100000')"

// The queries of the suite, which the made-up Flink knows too.
const (
	fromEndless = "SELECT id FROM endless"
	words       = "SELECT word, COUNT(*) AS n FROM (VALUES ('a'), ('b'), ('a'), ('a')) AS t(word) GROUP BY word"
	unknown     = "SELECT id,\n  '漢字 😀' || nope\nFROM endless"
)

// Request makes a request of plain statements.
func Request(query string, setup ...string) preview.Request {
	r := preview.Request{Name: "preview of a test", Query: statement(query)}
	for _, s := range setup {
		r.Setup = append(r.Setup, statement(s))
	}
	return r
}

func statement(text string) preview.Statement {
	file := source.New("test.sql", text)
	return preview.Statement{Text: text, Origin: func(at source.Span) (*source.File, source.Span) { return file, at }}
}

// Run runs the suite. The tests are one after the other: they count the jobs of the cluster.
func Run(t *testing.T, open func(t *testing.T) Cluster) {
	for _, tt := range []struct {
		name string
		test func(t *testing.T, c Cluster)
	}{
		{"rows add up and end", addUp},
		{"a limit ends the job", limit},
		{"a time ends the job", duration},
		{"an interrupt ends the job", interrupt},
		{"an interrupt while the query is planned leaves no job", interruptEarly},
		{"a refusal shows its place", refusal},
		{"a job that somebody cancels is an error", cancelled},
		{"closing twice is closing once", closeTwice},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			c := open(t)
			tt.test(t, c)
			if n := c.Running(t); n != 0 {
				t.Errorf("%d jobs are left", n)
			}
		})
	}
}

// patience is how long rows may take: the first query on a cluster that has just started takes a while.
const patience = 2 * time.Minute

// Start starts a preview that has to start, and closes it with the test.
func Start(t *testing.T, c Cluster, r preview.Request) *preview.Run {
	t.Helper()
	run, err := c.Cluster().Start(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Close() })
	return run
}

// All reads to the end.
func All(t *testing.T, run *preview.Run) []preview.Event {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	var all []preview.Event
	for {
		events, err := run.Next(ctx)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			t.Fatal("Next returned no rows and no error")
		}
		all = append(all, events...)
	}
}

// Failure reads until an error comes.
func Failure(t *testing.T, run *preview.Run) error {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	for {
		if _, err := run.Next(ctx); err != nil {
			return err
		}
	}
}

func closeRun(t *testing.T, run *preview.Run) {
	t.Helper()
	if err := run.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func addUp(t *testing.T, c Cluster) {
	run := Start(t, c, Request(words))
	events := All(t, run)
	table := preview.NewTable(preview.RingSize, nil)
	for i, e := range events {
		if e.Seq != int64(i+1) {
			t.Errorf("row %d has number %d", i+1, e.Seq)
		}
		table.Apply(e)
	}
	var rows []string
	for _, e := range table.Rows() {
		rows = append(rows, fmt.Sprint(preview.String(e.Fields[0]), "=", preview.String(e.Fields[1])))
	}
	slices.Sort(rows)
	if got := strings.Join(rows, " "); got != "a=3 b=1" {
		t.Errorf("%d changes add up to %s, want a=3 b=1", len(events), got)
	}
	if got := fmt.Sprint(run.Columns()[0].Name, " ", run.Columns()[1].Type); got != "word BIGINT NOT NULL" {
		t.Errorf("columns %s", got)
	}
	closeRun(t, run)
}

func limit(t *testing.T, c Cluster) {
	r := Request(fromEndless, Endless)
	r.Limit = 7
	run := Start(t, c, r)
	events := All(t, run)
	for i, e := range events {
		if got := preview.String(e.Fields[0]); e.Kind != preview.Insert || got != fmt.Sprint(i) {
			t.Errorf("row %d is %s %s", i, e.Kind, got)
		}
	}
	if len(events) != 7 {
		t.Errorf("%d rows, want 7", len(events))
	}
	closeRun(t, run)
}

func duration(t *testing.T, c Cluster) {
	r := Request(fromEndless, Endless)
	r.For = 500 * time.Millisecond
	run := Start(t, c, r)
	All(t, run)
	closeRun(t, run)
}

func interrupt(t *testing.T, c Cluster) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	run, err := c.Cluster().Start(ctx, Request(fromEndless, Endless))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run.Next(ctx); err != nil {
		t.Fatal(err)
	}
	if n := c.Running(t); n != 1 {
		t.Errorf("%d jobs run, want 1", n)
	}
	stop()
	if _, err := run.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Next after an interrupt: %v", err)
	}
	closeRun(t, run)
}

func interruptEarly(t *testing.T, c Cluster) {
	for _, after := range []time.Duration{0, 20 * time.Millisecond, 100 * time.Millisecond, 400 * time.Millisecond} {
		ctx, stop := context.WithCancel(t.Context())
		r := Request(fromEndless, Endless)
		r.Progress = func(what string) {
			if strings.HasPrefix(what, "planning") {
				time.AfterFunc(after, stop)
			}
		}
		run, err := c.Cluster().Start(ctx, r)
		if err == nil { // the cluster was faster
			closeRun(t, run)
		} else if fault.KindOf(err) != fault.Interrupted {
			t.Errorf("interrupted after %s: %v", after, err)
		}
		stop()
		if n := c.Running(t); n != 0 {
			t.Errorf("interrupted after %s: %d jobs are left", after, n)
		}
	}
	limit(t, c) // the cluster is as good as before
}

func refusal(t *testing.T, c Cluster) {
	_, err := c.Cluster().Start(t.Context(), Request(unknown, Endless))
	if err == nil || fault.KindOf(err) != fault.Failed {
		t.Fatalf("a column that does not exist: %v", err)
	}
	if want := "test.sql:2:13: Column 'nope' not found in any table"; err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	if want := "    2 |   '漢字 😀' || nope\n      |                ^^^^\n"; fault.FixOf(err) != want {
		t.Errorf("got\n%swant\n%s", fault.FixOf(err), want)
	}
}

func cancelled(t *testing.T, c Cluster) {
	run := Start(t, c, Request(fromEndless, Endless))
	if _, err := run.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.CancelAll(t)
	if err := Failure(t, run); fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "cancelled") {
		t.Errorf("got %v", err)
	}
	closeRun(t, run)
}

func closeTwice(t *testing.T, c Cluster) {
	run := Start(t, c, Request(fromEndless, Endless))
	closeRun(t, run)
	closeRun(t, run)
}
