package test

import (
	"fmt"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/sqltest"
)

// report is the contract of `test --format json`.
type report struct {
	Version  int                `json:"version"`
	Flink    string             `json:"flink,omitempty"`
	Files    int                `json:"files"`
	Passed   int                `json:"passed"`
	Failed   int                `json:"failed"`
	Seconds  float64            `json:"seconds"`
	Tests    []outcome          `json:"tests"`
	Findings []diag.JSONFinding `json:"findings"`

	findings []diag.Finding
	live     func(sqltest.Result) // told of each case as it ends
}

// outcome is what became of one case.
type outcome struct {
	File        string       `json:"file"`
	Line        int          `json:"line"`
	Script      string       `json:"script"`
	Name        string       `json:"name"`
	Status      status       `json:"status"`
	Seconds     float64      `json:"seconds"` // of the job that it shared with others
	Message     string       `json:"message,omitempty"`
	Differences []difference `json:"differences,omitempty"`
}

type status string

const (
	passed   status = "passed"
	failed   status = "failed"
	timedOut status = "timed-out"
	broken   status = "error"
)

type difference struct {
	Place   string   `json:"place"` // sink, view or title of a query
	Line    int      `json:"line"`
	Summary string   `json:"summary"`
	Seen    int      `json:"seen"` // rows that arrived
	Columns []string `json:"columns"`
	Rows    []row    `json:"rows"`
}

type row struct {
	Sign   sqltest.Sign `json:"sign"` // " " as expected, "-" missing, "+" unexpected, "~" with other values
	Cells  []string     `json:"cells"`
	Wanted []string     `json:"wanted,omitempty"`
}

func newReport(o *Options, findings []diag.Finding) *report {
	r := &report{Version: 1, Tests: []outcome{}}
	r.add(findings)
	if o.Format == term.Table && !o.Update {
		r.live = o.show
	}
	return r
}

// add takes findings in; only errors stand in the way of a test.
func (r *report) add(findings []diag.Finding) {
	for _, f := range findings {
		if f.Level == diag.Error {
			r.findings = append(r.findings, f)
		}
	}
}

// done takes a result in.
func (r *report) done(result sqltest.Result) {
	r.Tests = append(r.Tests, outcomeOf(result))
	if result.Passed() {
		r.Passed++
	} else {
		r.Failed++
	}
	if r.live != nil {
		r.live(result)
	}
}

func (r *report) finish() {
	diag.Sort(r.findings)
	r.Findings = diag.JSON(r.findings)
}

func outcomeOf(result sqltest.Result) outcome {
	c := result.Case
	out := outcome{
		File: c.Suite.File.Name, Line: c.Suite.File.Position(c.Place.Start).Line, Script: c.Suite.Script(), Name: c.Name,
		Status: passed, Seconds: result.Took.Seconds(),
	}
	switch {
	case result.Err != nil:
		out.Status, out.Message = broken, result.Err.Error()
	case result.TimedOut > 0:
		out.Status, out.Message = timedOut, lateness(result)
	case len(result.Differences) > 0:
		out.Status = failed
	}
	for _, d := range result.Differences {
		e := difference{
			Place: d.Expectation.Name, Line: c.Suite.File.Position(d.Expectation.Place.Start).Line,
			Summary: d.Summary(), Seen: d.Seen, Columns: d.Columns(), Rows: []row{},
		}
		for _, l := range d.Lines {
			e.Rows = append(e.Rows, row(l))
		}
		if out.Message == "" {
			out.Message = e.Place + ": " + e.Summary
		}
		out.Differences = append(out.Differences, e)
	}
	return out
}

func lateness(r sqltest.Result) string {
	return fmt.Sprintf("not at its end after %s; this is what was seen so far", r.TimedOut)
}

// errors counts the tests that gave no result.
func (r *report) errors() int {
	n := 0
	for _, t := range r.Tests {
		if t.Status == broken || t.Status == timedOut {
			n++
		}
	}
	return n
}

// verdict is the last line of a run.
func (r *report) verdict() string {
	switch {
	case r.Failed > 0 && len(r.findings) > 0:
		return fmt.Sprintf("%d of %s failed, and %s in the files", r.Failed, plural(len(r.Tests), "test"), plural(len(r.findings), "error"))
	case r.Failed > 0:
		return fmt.Sprintf("%d of %s failed", r.Failed, plural(len(r.Tests), "test"))
	}
	return plural(len(r.findings), "error") + " in the files"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// write writes the report in the format asked for.
func (o *Options) write(r *report) error {
	switch o.Format {
	case junit:
		return writeJUnit(o.IO.Out, r)
	case github:
		return writeGitHub(o.IO.Out, r)
	}
	return o.IO.Write(o.Format, r)
}
