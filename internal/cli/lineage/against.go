// What a change between two revisions does to columns, and which columns of which jobs it reaches.

package lineage

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/revision"
	sqllineage "github.com/autostream/autostream/internal/sql/lineage"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// impact is the contract of `lineage --against REV --format json`.
type impact struct {
	Version int      `json:"version"`
	Against string   `json:"against"` // the commit that was compared with
	Changes []change `json:"changes"`
}

// change is one column that is declared or computed in another way, or the rows of a table that are chosen in another way.
type change struct {
	Change  string  `json:"change"` // added, removed, changed
	Job     string  `json:"job,omitempty"`
	File    string  `json:"file"`
	Table   string  `json:"table"`
	Column  string  `json:"column,omitempty"` // "" for the rows
	Was     *origin `json:"was,omitempty"`
	Now     *origin `json:"now,omitempty"`
	Reaches []reach `json:"reaches"`

	start []sqllineage.Column
}

// origin is what a column is declared as, or where its values come from.
type origin struct {
	Type      string   `json:"type,omitempty"`
	Sources   []column `json:"sources,omitempty"`
	Transform string   `json:"transform,omitempty"`
	Subtype   string   `json:"subtype,omitempty"`
}

// reach is a column downstream, or rows that are chosen by one.
type reach struct {
	Job    string `json:"job,omitempty"`
	File   string `json:"file"`
	Table  string `json:"table"`
	Column string `json:"column,omitempty"`
}

// state is the lineage of one revision: its edges, and its columns by what identifies them over revisions.
type state struct {
	report  *report
	origins map[key]*origin
	places  map[key]change // where each stands, with the columns to follow it from
}

type key struct{ job, file, table, column, how string }

// against compares the files with those of a revision.
func (o *Options) against(ctx context.Context) (*impact, error) {
	root, err := revision.Root(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	commit, err := revision.Base(ctx, root, o.Against)
	if err != nil {
		return nil, err
	}
	was, err := o.before(ctx, root, commit)
	if err != nil {
		return nil, err
	}
	now, err := o.state(ctx, o.Dir, o.Open)
	if err != nil {
		return nil, err
	}
	i := &impact{Version: 1, Against: commit, Changes: []change{}}
	i.compare(was, now)
	return i, nil
}

// before reads a commit from a folder of its own.
func (o *Options) before(ctx context.Context, root, commit string) (*state, error) {
	here, err := filepath.EvalSymlinks(o.Dir)
	if err != nil {
		return nil, err
	}
	inside, err := filepath.Rel(root, here)
	if err != nil || !filepath.IsLocal(inside) {
		return nil, fault.Errorf(fault.Usage, "%s is not in %s", o.Dir, root)
	}
	for _, arg := range o.Args {
		if filepath.IsAbs(arg) {
			return nil, fault.Errorf(fault.Usage, "--against takes paths relative to the folder it runs in, not %s", arg)
		}
	}
	folder, err := os.MkdirTemp("", "autostream-lineage-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // systems clear their temporary folders
	if err := revision.Extract(ctx, root, commit, folder); err != nil {
		return nil, err
	}
	dir := filepath.Join(folder, inside)
	if _, err := os.Stat(dir); err != nil { // the folder is new: everything in it is
		return &state{report: &report{}, origins: map[key]*origin{}, places: map[key]change{}}, nil
	}
	return o.state(ctx, dir, o.OpenIn(dir))
}

func (o *Options) state(ctx context.Context, dir string, open sqlfiles.Open) (*state, error) {
	s := &state{report: &report{}, origins: map[key]*origin{}, places: map[key]change{}}
	err := o.each(ctx, dir, open, func(script *sqlfiles.Script) {
		s.report.read(script)
		s.declared(script)
	})
	if err != nil {
		return nil, err
	}
	for i := range s.report.Edges {
		s.edge(&s.report.Edges[i])
	}
	return s, nil
}

// declared adds the columns of the tables that a script creates.
func (s *state) declared(script *sqlfiles.Script) {
	for _, d := range script.Judged.Facts.Declared {
		if d.Kind != rule.Table {
			continue
		}
		for _, c := range d.Columns {
			at := change{
				File: script.Text.Written.Name, Table: d.Path.Short(), Column: c.Name,
				start: []sqllineage.Column{{Table: d.Path, Dataset: d.Dataset, Column: c.Name}},
			}
			k := key{file: at.File, table: at.Table, column: c.Name, how: "declared"}
			s.origins[k], s.places[k] = &origin{Type: c.Type}, at
		}
	}
}

// edge adds what an edge says of its column. Several statements may write one.
func (s *state) edge(e *edge) {
	if e.Sink == "" {
		return
	}
	k := key{job: e.Job, file: e.File, table: e.edge.Sink.Short(), column: e.Column}
	if e.edge.Kind == sqllineage.Indirect {
		k.how = e.Subtype
	}
	from := s.origins[k]
	if from == nil {
		from = &origin{Subtype: e.Subtype}
		s.origins[k] = from
	}
	from.Sources = append(from.Sources, e.Sources...)
	from.Transform = strings.TrimPrefix(from.Transform+"; "+e.Transform, "; ")
	at := s.places[k]
	at.Job, at.File, at.Table, at.Column = e.Job, e.File, k.table, e.Column
	at.start = append(at.start, s.columns(e)...)
	s.places[k] = at
}

// columns are those that an edge is about: one, or all of the table when it is about rows.
func (s *state) columns(e *edge) []sqllineage.Column {
	if e.Column != "" {
		return e.edge.Columns()[:1]
	}
	var all []sqllineage.Column
	for i := range s.report.Edges {
		other := &s.report.Edges[i]
		if other.Column != "" && other.File == e.File && other.Job == e.Job && other.Statement == e.Statement && other.Sink == e.Sink {
			all = append(all, other.edge.Columns()[0])
		}
	}
	return all
}

// compare finds the changes, ordered by file, table and column.
func (i *impact) compare(was, now *state) {
	for k, after := range now.origins {
		before := was.origins[k]
		if before != nil && reflect.DeepEqual(before, after) {
			continue
		}
		c := now.places[k]
		c.Change, c.Was, c.Now = "changed", before, after
		if before == nil {
			c.Change = "added"
		}
		c.Reaches = now.reaches(c)
		i.Changes = append(i.Changes, c)
	}
	for k, before := range was.origins {
		if now.origins[k] == nil {
			c := was.places[k]
			c.Change, c.Was, c.Reaches = "removed", before, was.reaches(c)
			i.Changes = append(i.Changes, c)
		}
	}
	slices.SortFunc(i.Changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Job, b.Job), cmp.Compare(a.Table, b.Table), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.how(), b.how()), cmp.Compare(a.Change, b.Change))
	})
}

// how tells changes of one column apart.
func (c *change) how() string {
	o := cmp.Or(c.Now, c.Was)
	return o.Type + "\x00" + o.Subtype
}

// reaches lists what a changed column flows into, over any number of jobs.
func (s *state) reaches(c change) []reach {
	edges := make([]sqllineage.Edge, len(s.report.Edges))
	for i := range edges {
		edges[i] = s.report.Edges[i].edge
	}
	all := []reach{}
	for i, reached := range sqllineage.Downstream(edges, c.start) {
		e := &s.report.Edges[i]
		r := reach{Job: e.Job, File: e.File, Table: e.edge.Sink.Short(), Column: e.Column}
		if reached && e.Sink != "" && !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	return all
}
