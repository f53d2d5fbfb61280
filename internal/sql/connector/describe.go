// What a table of a connector does.

package connector

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Table is what a connector is told of a table.
type Table struct {
	Options     map[string]string // in force: those of the DDL with those of a hint on top
	PrimaryKey  []string
	Columns     []types.Field // physical ones
	Metadata    []MetadataColumn
	Partitioned bool // PARTITIONED BY takes some of them out of the rows
	Open        bool // the columns and the key are not all known
}

// Source is what a scan or a lookup of a table does.
type Source struct {
	Known    bool    // the connector is in the registry; else the rest says nothing
	Scan     bool    // the table can be scanned
	Lookup   bool    // and looked up by key
	Changes  Changes // that a scan emits; 0 when they are not known
	Ends     bool    // a scan is bounded; without a word of the connector it is not
	Push     Abilities
	Metadata []Metadata
}

// Sink is what a table does with rows that are written to it.
type Sink struct {
	Known    bool // the connector is in the registry; else the rest says nothing
	Takes    bool // the table can be written at all
	Changes  Changes
	KeyToAdd bool // updates and deletes need a primary key
	AsGiven  bool // it asks for no kind of change that the query does not have, so that it appends what only appends
	Metadata []Metadata
}

// Accepts returns what the sink takes of the changes of a query: all that is not among Changes has to be left out, and
// when that is more than update-before the sink refuses the query. An unknown sink takes everything.
func (s Sink) Accepts(query Changes) (taken Changes, ok bool) {
	if !s.Known || s.Changes == 0 {
		return query, true
	}
	taken = query & s.Changes
	return taken, taken == query&^UpdateBefore || taken == query
}

// Mode returns the changelog mode that the sink asks for when a query could give some changes, as Flink's
// DynamicTableSink.getChangelogMode does.
func (s Sink) Mode(query Changes) Changes {
	switch {
	case !s.Known || s.Changes == 0:
		return query
	case s.AsGiven:
		return query & s.Changes
	}
	return s.Changes
}

// Source describes a table that is read.
func (r *Registry) Source(t Table, release token.Release) Source {
	c := r.of(t)
	if c == nil {
		return Source{}
	}
	f := t.flow(c.Scan, c.Options)
	s := Source{Known: true, Scan: f.Way != None, Lookup: c.Lookup, Push: c.Push, Changes: f.Changes}
	format := r.valueFormat(c, t)
	if f.Way == ByFormat && format != nil {
		s.Changes = t.flow(format.Decode, nil).Changes
		if s.Changes == 0 && format.Files {
			s.Changes = Append
		}
	}
	for _, b := range c.Bounds {
		if t.holds(b.When, c.Options) {
			s.Ends = b.Ends
			break
		}
	}
	s.Metadata = c.metadata(format, release)
	return s
}

// Sink describes a table that is written.
func (r *Registry) Sink(t Table, release token.Release) Sink {
	c := r.of(t)
	if c == nil {
		return Sink{}
	}
	f := t.flow(c.Sink, c.Options)
	s := Sink{Known: true, Takes: f.Way != None, KeyToAdd: c.KeyToAdd, AsGiven: c.AsGiven || f.Way == Whatever, Changes: f.Changes}
	format := r.valueFormat(c, t)
	switch {
	case f.Way == Whatever:
		s.Changes = Retract
	case f.Way == ByFormat && format != nil:
		s.Changes = t.flow(format.Encode, nil).Changes
		if s.Changes == 0 && format.Files {
			s.Changes = Append
		}
	}
	s.Metadata = c.metadata(format, release)
	return s
}

// of returns the connector of a table, or nil.
func (r *Registry) of(t Table) *Connector { return r.connectors[t.Options["connector"]] }

// valueFormat returns the format of the values, or nil when none is set or it is not in the registry.
func (r *Registry) valueFormat(c *Connector, t Table) *Format {
	for i := range c.Options {
		o := &c.Options[i]
		if name := t.Options[o.Key]; o.Kind == FormatName && name != "" {
			return r.formats[name]
		}
	}
	return nil
}

// flow returns the last flow that holds, or the zero flow.
func (t Table) flow(flows []Flow, options []Option) Flow {
	for _, f := range slices.Backward(flows) {
		if t.holds(f.When, options) {
			return f
		}
	}
	return Flow{}
}

// metadata returns the keys that a release has, with those of the format behind "value.".
func (c *Connector) metadata(f *Format, release token.Release) []Metadata {
	var all []Metadata
	for _, m := range c.Metadata {
		if m.Releases.Has(release) {
			all = append(all, m)
		}
	}
	if f == nil || !c.formatMetadata {
		return all
	}
	for _, m := range f.Metadata {
		if m.Releases.Has(release) {
			m.Key = "value." + m.Key
			all = append(all, m)
		}
	}
	return all
}

// FindMetadata returns the entry for a key, or nil.
func FindMetadata(all []Metadata, key string) *Metadata {
	for i, m := range all {
		if prefix, open := strings.CutSuffix(m.Key, "*"); m.Key == key || open && strings.HasPrefix(key, prefix) {
			return &all[i]
		}
	}
	return nil
}

// holds reports whether a condition is met by what is set, or by a default.
func (t Table) holds(c Condition, options []Option) bool { return t.holdsBehind("", c, options) }

// begins reports whether a value is the wanted one, or begins as one that ends in *.
func begins(value, wanted string) bool {
	if start, open := strings.CutSuffix(wanted, "*"); open {
		return len(value) >= len(start) && strings.EqualFold(value[:len(start)], start)
	}
	return strings.EqualFold(value, wanted)
}

// holdsBehind is holds of an option that has a prefix in the table, and none in the list.
func (t Table) holdsBehind(prefix string, c Condition, options []Option) bool {
	if c.Option == "" {
		return true
	}
	value, set := t.Options[prefix+c.Option]
	if c.Values == nil {
		return set
	}
	if !set {
		for _, o := range options {
			if o.Key == c.Option {
				value = o.Default
			}
		}
	}
	one := slices.ContainsFunc(c.Values, func(v string) bool { return begins(value, v) })
	return one != c.Not && (set || !c.Not)
}
