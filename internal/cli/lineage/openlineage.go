// Lineage as events of OpenLineage.

package lineage

import (
	"encoding/json"
	"io"
	"time"

	"github.com/autostream/autostream/internal/cli/term"
	sqllineage "github.com/autostream/autostream/internal/sql/lineage"
)

// openLineage is the format of catalogs such as Marquez and DataHub: one JobEvent a line, which says what a job reads and
// writes whether it runs or not. Version 2-0-2 of the specification, with the facets named below.
const openLineage term.Format = "openlineage"

const (
	producer      = "https://github.com/autostream/autostream"
	specification = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"
	facets        = "https://openlineage.io/spec/facets/"
)

type jobEvent struct {
	EventTime time.Time    `json:"eventTime"`
	Producer  string       `json:"producer"`
	SchemaURL string       `json:"schemaURL"`
	Job       olJob        `json:"job"`
	Inputs    []*olDataset `json:"inputs"`
	Outputs   []*olDataset `json:"outputs"`
}

type olJob struct {
	olName
	Facets struct {
		SQL sqlFacet `json:"sql"`
	} `json:"facets"`
}

type olName struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// facet is what every facet says of itself.
type facet struct {
	Producer  string `json:"_producer"`
	SchemaURL string `json:"_schemaURL"`
}

func facetOf(version, name string) facet {
	return facet{Producer: producer, SchemaURL: facets + version + "/" + name + ".json#/$defs/" + name}
}

type sqlFacet struct {
	facet
	Query   string `json:"query"`
	Dialect string `json:"dialect"`
}

type olDataset struct {
	olName
	Facets struct {
		Symlinks      *symlinksFacet `json:"symlinks,omitempty"`
		ColumnLineage *columnFacet   `json:"columnLineage,omitempty"`
	} `json:"facets"`
}

// symlinksFacet tells by which name Flink knows a topic or a file.
type symlinksFacet struct {
	facet
	Identifiers []symlink `json:"identifiers"`
}

type symlink struct {
	olName
	Type string `json:"type"`
}

type columnFacet struct {
	facet
	Fields  map[string]*olField `json:"fields"`
	Dataset []inputField        `json:"dataset,omitempty"` // what decides on rows
}

type olField struct {
	InputFields []inputField `json:"inputFields"`
}

type inputField struct {
	olName
	Field           string             `json:"field"`
	Transformations []olTransformation `json:"transformations"`
}

type olTransformation struct {
	Type        string `json:"type"` // DIRECT, INDIRECT
	Subtype     string `json:"subtype"`
	Description string `json:"description,omitempty"`
	Masking     bool   `json:"masking"`
}

// writeOpenLineage writes an event for each job, and for each script that no job runs, that writes something.
func (r *report) writeOpenLineage(w io.Writer, now time.Time) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, e := range r.events(now) {
		if err := out.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) events(now time.Time) []*jobEvent {
	var all []*jobEvent
	var last *edge
	for i := range r.Edges {
		e := &r.Edges[i]
		if e.Sink == "" {
			continue
		}
		if last == nil || last.File != e.File || last.Job != e.Job {
			all = append(all, newEvent(e, now))
		} else if last.Statement != e.Statement {
			sql := &all[len(all)-1].Job.Facets.SQL
			sql.Query += ";\n\n" + e.where.sql
		}
		all[len(all)-1].add(e)
		last = e
	}
	return all
}

func newEvent(e *edge, now time.Time) *jobEvent {
	event := &jobEvent{
		EventTime: now.UTC(), Producer: producer, SchemaURL: specification, Inputs: []*olDataset{}, Outputs: []*olDataset{},
	}
	event.Job.olName = olName{Namespace: e.where.project, Name: e.Job}
	if e.Job == "" {
		event.Job.Name = e.File
	}
	event.Job.Facets.SQL = sqlFacet{facet: facetOf("1-1-0", "SQLJobFacet"), Query: e.where.sql, Dialect: "flink"}
	return event
}

// add puts an edge into the event.
func (event *jobEvent) add(e *edge) {
	sink := event.dataset(&event.Outputs, e.edge.Columns()[0])
	lineage := sink.Facets.ColumnLineage
	if lineage == nil {
		lineage = &columnFacet{facet: facetOf("1-2-0", "ColumnLineageDatasetFacet"), Fields: map[string]*olField{}}
		sink.Facets.ColumnLineage = lineage
	}
	how := olTransformation{Type: "DIRECT", Subtype: e.Subtype, Description: e.Transform}
	if e.edge.Kind == sqllineage.Indirect {
		how.Type = "INDIRECT"
	}
	var from []inputField
	for _, s := range e.edge.Sources {
		input := event.dataset(&event.Inputs, s)
		from = append(from, inputField{olName: input.olName, Field: s.Column, Transformations: []olTransformation{how}})
	}
	if e.edge.Kind == sqllineage.Indirect {
		lineage.Dataset = append(lineage.Dataset, from...)
		return
	}
	field := lineage.Fields[e.Column]
	if field == nil { // two statements may write one table
		field = &olField{InputFields: []inputField{}}
		lineage.Fields[e.Column] = field
	}
	field.InputFields = append(field.InputFields, from...)
}

// dataset returns the dataset of a column's table among those of a list, and adds it when it is new. A table without a
// physical identity is known by its name in Flink.
func (event *jobEvent) dataset(list *[]*olDataset, c sqllineage.Column) *olDataset {
	table := olName{Namespace: "flink://" + event.Job.Namespace, Name: c.Table.String()}
	name := table
	if c.Dataset != (sqllineage.Dataset{}) {
		name = olName{Namespace: c.Dataset.Namespace, Name: c.Dataset.Name}
	}
	for _, d := range *list {
		if d.olName == name {
			return d
		}
	}
	d := &olDataset{olName: name}
	if name != table {
		d.Facets.Symlinks = &symlinksFacet{facet: facetOf("1-0-1", "SymlinksDatasetFacet"), Identifiers: []symlink{{olName: table, Type: "TABLE"}}}
	}
	*list = append(*list, d)
	return d
}
