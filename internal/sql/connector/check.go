// What Flink refuses about the options and the key of a table.

package connector

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/token"
)

// Problem is something that Flink refuses a table for when it is used; CREATE TABLE itself looks at no option.
type Problem struct {
	Kind    ProblemKind
	Sure    bool   // else it is what the documentation says, or only likely
	Option  string // that it is about, as the table has it; "" where one is missing, or it is about something else
	Message string
	Near    string   // the name that was meant, most likely
	Known   []string // the names that there are
}

// ProblemKind says what a problem is about.
type ProblemKind uint8

// The kinds.
const (
	UnknownConnector ProblemKind = iota
	NoConnector                  // the table has no 'connector'
	OtherRelease                 // the release has no such connector
	WrongDirection               // a sink is read, a source written
	MissingOption
	UnknownOption
	WrongValue
	ExcludedOption
	WrongFormat
	WrongKey
	WrongMetadata
	WrongType
)

// Check returns what is wrong with a table for a use. For AnyUse that is only what is wrong for all of them, which a LIKE
// or a hint cannot mend by adding an option.
func (r *Registry) Check(t Table, use Use, release token.Release) []Problem {
	c := r.of(t)
	k := &checking{registry: r, table: t, use: use, release: release}
	for _, c := range t.Columns {
		k.names = append(k.names, c.Name)
	}
	if c == nil {
		k.unknownConnector()
		return k.problems
	}
	k.connector, k.sure = c, c.Others == RefusesOther
	if !c.Releases.Has(release) {
		k.add(Problem{Kind: OtherRelease, Option: "connector", Message: fmt.Sprintf("the connector %s came with Flink %s, this is %s", c.Name, c.Releases.Since, release)})
	}
	if k.direction(); len(k.problems) > 0 {
		return k.problems
	}
	k.formats()
	k.options()
	if use != AnyUse {
		k.required()
		k.key()
		k.columns()
		k.types()
		if len(k.problems) == 0 {
			k.metadata()
		}
	}
	k.exclusions()
	return k.problems
}

// checking is a Check in progress.
type checking struct {
	registry  *Registry
	connector *Connector
	table     Table
	use       Use
	release   token.Release
	sure      bool
	names     []string // of the physical columns
	prefixes  []prefix // of the formats that are set
	problems  []Problem
}

// prefix is the options of a format under the name that the table gives them.
type prefix struct {
	text   string
	format *Format // nil for one that is not known
	key    bool    // of keys
}

func (k *checking) add(p Problem) { k.problems = append(k.problems, p) }

// unknownConnector says what can be said about a table whose connector is not known.
func (k *checking) unknownConnector() {
	name, set := k.table.Options["connector"]
	switch {
	case !set && k.use != AnyUse && !k.table.legacy():
		k.add(Problem{Kind: NoConnector, Sure: true, Message: "it has no option 'connector'"})
	case set && !strings.Contains(name, "${"):
		if near := nearest(name, k.registry.Names(k.release)); near != "" {
			k.add(Problem{Kind: UnknownConnector, Sure: strings.EqualFold(near, name), Option: "connector", Near: near, Message: fmt.Sprintf("no connector of the name %q is known", name)})
		}
	}
}

// legacy reports options of before 1.11, which a table factory of that time may take.
func (t Table) legacy() bool {
	_, set := t.Options["connector.type"]
	return set
}

func (k *checking) direction() {
	c := k.connector
	switch {
	case k.use == ToScan && len(c.Scan) == 0 && !c.Lookup:
		k.add(Problem{Kind: WrongDirection, Sure: true, Option: "connector", Message: fmt.Sprintf("the connector %s is for sinks only", c.Name)})
	case k.use == ToSink && len(c.Sink) == 0:
		k.add(Problem{Kind: WrongDirection, Sure: true, Option: "connector", Message: fmt.Sprintf("the connector %s is for sources only", c.Name)})
	}
}

// formats finds the formats that are set and checks that the connector can use them.
func (k *checking) formats() {
	for i := range k.connector.Options {
		o := &k.connector.Options[i]
		name := k.table.Options[o.Key]
		if o.Kind != FormatName && o.Kind != KeyFormat || name == "" || !o.Releases.Has(k.release) {
			continue
		}
		f := k.registry.formats[name]
		text := strings.TrimSuffix(o.Key, "format") + name + "."
		k.prefixes = append(k.prefixes, prefix{text: text, format: f, key: o.Kind == KeyFormat})
		switch {
		case f == nil && !strings.Contains(name, "${"):
			if near := nearest(name, k.registry.formatNames()); near != "" {
				k.add(Problem{Kind: WrongFormat, Sure: k.sure && strings.EqualFold(near, name), Option: o.Key, Near: near, Message: fmt.Sprintf("no format of the name %q is known", name)})
			}
		case f != nil:
			k.format(o, f)
		}
	}
}

func (r *Registry) formatNames() []string {
	var names []string
	for name := range r.formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// format checks one format that is set.
func (k *checking) format(o *Option, f *Format) {
	c := k.connector
	flows, verb := f.Decode, "read"
	if k.use == ToSink {
		flows, verb = f.Encode, "write"
	}
	files := f.Files && c.Formats == FormatLoose
	switch {
	case len(flows) == 0 && !files && k.use != AnyUse:
		k.add(Problem{Kind: WrongFormat, Sure: k.sure, Option: o.Key, Message: fmt.Sprintf("the connector %s cannot %s the format %s", c.Name, verb, f.Name)})
	case c.Formats == FormatAppend && slices.ContainsFunc(flows, func(w Flow) bool { return w.Way == Fixed && w.Changes != Append }):
		k.add(Problem{Kind: WrongFormat, Sure: k.sure, Option: o.Key, Message: fmt.Sprintf("the connector %s takes formats of inserts only, %s has other changes", c.Name, f.Name)})
	}
}

// columnNames checks a list of physical columns.
func (k *checking) columnNames(key, value string) {
	if k.table.Open || strings.Contains(value, "${") {
		return
	}
	for name := range strings.SplitSeq(value, ";") {
		if name != "" && !slices.Contains(k.names, name) {
			k.add(Problem{Kind: WrongValue, Sure: k.sure, Option: key, Near: nearest(name, k.names), Known: k.names,
				Message: fmt.Sprintf("the option %s names %q, which is no physical column", key, name)})
		}
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// nearest returns the known name that was meant, or "".
func nearest(name string, known []string) string {
	near, _ := diag.Nearest(name, known)
	return near
}
