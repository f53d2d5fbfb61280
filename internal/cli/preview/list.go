package preview

import (
	"strconv"

	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/preview"
)

// queries is the contract of `preview --list --format json`.
type queries struct {
	Version int     `json:"version"`
	File    string  `json:"file"`
	Queries []query `json:"queries"`
}

type query struct {
	Number    int    `json:"number"`
	Statement int    `json:"statement"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Kind      string `json:"kind"` // SELECT, INSERT, CREATE TABLE AS, CREATE MATERIALIZED TABLE
	Sink      string `json:"sink,omitempty"`
	SQL       string `json:"sql"`

	excerpt string
}

// list prints the queries. What could not be parsed is said beside it: those queries have no number.
func (o *Options) list(script *preview.Script) error {
	report := queries{Version: 1, File: script.Name, Queries: []query{}}
	for _, q := range script.Queries {
		at := script.Place(q)
		report.Queries = append(report.Queries, query{
			Number: q.Number, Statement: q.Statement, Line: at.Line, Column: at.Column,
			Kind: string(q.Verb), Sink: q.Sink, SQL: script.Text(q), excerpt: script.Excerpt(q),
		})
	}
	if err := o.IO.Write(o.Format, report); err != nil {
		return err
	}
	return o.refuse(script.Findings)
}

// Rows writes a line for each query.
func (r queries) Rows(io *term.IO) error {
	rows := make([][]string, len(r.Queries))
	for i, q := range r.Queries {
		excerpt := []rune(q.excerpt)
		if room := max(20, io.Width-40); io.OutTerminal && len(excerpt) > room {
			excerpt = append(excerpt[:room-1], '…')
		}
		rows[i] = []string{strconv.Itoa(q.Number), strconv.Itoa(q.Line), q.Kind, q.Sink, string(excerpt)}
	}
	return io.Grid([]string{"query", "line", "statement", "sink", "text"}, rows)
}
