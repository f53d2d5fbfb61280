// Package connector knows what the connectors and formats of Flink can do: which changes a table of theirs emits or takes,
// which options it has, what it wants of a primary key, which metadata columns there are.
//
// The knowledge is text (the files beside this one, and files of a project for connectors of its own); [Parse] says how it
// is written. A [Registry] answers questions about a [Table]. What the text does not say is unknown, and unknown lets
// everything pass: a connector that nobody described never leads to a finding.
package connector

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Connector is what 'connector' = 'NAME' stands for.
type Connector struct {
	Name     string
	Releases Releases
	Scan     []Flow      // what a scan of the table emits: the last that holds
	Sink     []Flow      // what a sink takes: the last that holds
	Bounds   []Bound     // when a scan ends, the first that holds
	Lookup   bool        // rows can be looked up by key: the right side of a lookup join
	KeyToAdd bool        // a sink takes updates and deletes only with a primary key
	AsGiven  bool        // a sink asks for no kind of change that the query does not have
	Key      KeyRule     // what the connector wants of the primary key
	Push     Abilities   // what the planner may leave to a scan
	Metadata []Metadata  // keys of metadata columns
	Others   Others      // what options beyond these mean
	Options  []Option    // the options, without 'connector'
	Needs    []Need      // what has to be set, beyond required options
	Excludes []Exclusion // what cannot be set together
	Formats  FormatRule  // what the connector wants of formats
	Prefix   Prefixed    // columns whose names begin with what an option says
	Without  []Without   // types that columns cannot have

	formatMetadata bool // those of the value format come on top, behind "value."
}

// Format is what a format option names: json, debezium-json.
type Format struct {
	Name     string
	Releases Releases
	Decode   []Flow // what messages become in a source
	Encode   []Flow // what a sink can write as messages
	Files    bool   // reads and writes files by itself
	Late     bool   // a sink of files looks at types with the first row
	Single   bool   // knows a single column
	Excludes []Exclusion
	Metadata []Metadata
	Others   Others
	Options  []Option // without the prefix that the format option gives them
	Needs    []Need
	Without  []Without // types that columns cannot have
}

// Flow is a direction in which rows go.
type Flow struct {
	Way     Way
	Changes Changes // of Fixed
	When    Condition
}

// Prefixed is columns whose names have to begin with the value of an option.
type Prefixed struct {
	Option  string
	Columns string // an option that lists columns; "" for the primary key
}

// FormatRule is what a connector wants of formats.
type FormatRule uint8

// The rules.
const (
	FormatFree   FormatRule = iota
	FormatAppend            // one that knows inserts only
	FormatLoose             // any, for files too, with options that nobody checks
)

// Way says how the changes of a flow follow.
type Way uint8

// The ways.
const (
	None     Way = iota // there is no such direction
	Fixed               // always the same changes
	ByFormat            // those of the value format
	Whatever            // of a sink: all that the query has
	Unsure              // there is the direction, its changes are not known
)

// Releases is a range of releases. The zero value is all of them.
type Releases struct {
	Since  token.Release
	Before token.Release // the first that is not in the range; 0 when it is open
}

// Has reports whether a release is in the range.
func (r Releases) Has(release token.Release) bool {
	return r.Since <= release && (r.Before == 0 || release < r.Before)
}

// Bound says when a scan ends.
type Bound struct {
	Ends bool
	When Condition
}

// Condition is that an option is set, or set to one of some values. The zero value always holds.
type Condition struct {
	Option string
	Values []string // nil for any value
	Not    bool     // set, and to none of the values
}

// KeyRule is what a connector wants of a primary key.
type KeyRule uint8

// The rules.
const (
	KeyFree        KeyRule = iota // with or without
	KeyRequired                   // always
	KeyToScan                     // required of a source
	KeyToSink                     // required of a sink
	KeyWithUpdates                // forbidden where the format knows inserts only
	KeyForbidden                  // never
)

// Abilities are what the planner may push into a scan.
type Abilities uint8

// The abilities, by the interfaces of Flink (SupportsFilterPushDown and so on).
const (
	PushFilter Abilities = 1 << iota
	PushProjection
	PushLimit
	PushPartition
	PushAggregate
	PushWatermark
)

// Has reports whether all of others are among the abilities.
func (a Abilities) Has(others Abilities) bool { return a&others == others }

// Metadata is one key of METADATA FROM.
type Metadata struct {
	Key      string // "timestamp"; one that ends in * stands for all that begin so
	Type     types.Type
	Readable bool
	Writable bool
	Releases Releases
}

// Others says what options mean that are not in the list.
type Others uint8

// The meanings.
const (
	AnyOther     Others = iota // may be right: the list is not whole
	DoubtOther                 // the list is that of the documentation: wrong most likely, or newer
	RefusesOther               // Flink refuses the table
)

// Option is one option of a connector or a format.
type Option struct {
	Key      string // one that ends in * is a prefix; # stands for the name of a column
	Kind     ValueKind
	Values   []string // of an enumeration, in any case
	Default  string   // as it would be written; "" for none
	Required bool
	For      types.Family // of the column in the key; 0 for any
	When     Condition    // of a column: has to hold for it to be there; else: for a scan to look at the value
	Releases Releases
}

// Need is an option, or one of several, that has to be set.
type Need struct {
	Options  []string
	When     Condition
	Keyless  bool // only of tables without a primary key
	To       Use  // AnyUse for both
	Releases Releases
}

// Exclusion is options of which only one can be set; a single one cannot be set at all. An option may be KEY=PATTERN, which
// is one that is set to such a value.
type Exclusion struct {
	Options  []string
	When     Condition
	To       Use // AnyUse for both
	Releases Releases
}

// Use is what a statement does with a table.
type Use uint8

// The uses.
const (
	AnyUse Use = iota
	ToScan
	ToSink
	ToLookup
)

// Registry is connectors and formats by name. It is never changed once it is made.
type Registry struct {
	connectors map[string]*Connector
	formats    map[string]*Format
}

// Connector returns the connector of a name as it is written in DDL, or nil.
func (r *Registry) Connector(name string) *Connector { return r.connectors[name] }

// every is the name under which options stand that all connectors have.
const every = "*"

// Format returns the format of a name, or nil.
func (r *Registry) Format(name string) *Format { return r.formats[name] }

// Names returns the names of the connectors that a release has, in order.
func (r *Registry) Names(release token.Release) []string {
	var names []string
	for name, c := range r.connectors {
		if c.Releases.Has(release) && name != every {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// With returns a registry that also has what another file says; a connector or format of the same name is replaced.
// name is the file's, for errors.
func (r *Registry) With(name, text string) (*Registry, error) {
	more, err := Parse(name, text)
	if err != nil {
		return nil, err
	}
	all := &Registry{connectors: maps.Clone(r.connectors), formats: maps.Clone(r.formats)}
	maps.Copy(all.connectors, more.connectors)
	maps.Copy(all.formats, more.formats)
	return all, nil
}
