// What has to be set, what cannot be, and what the key has to be.

package connector

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// required checks required options of the connector and of its formats, and what else is needed.
func (k *checking) required() {
	for _, o := range k.connector.Options {
		if o.Required && o.Releases.Has(k.release) && !k.has(o.Key) && !k.misspelt(o.Key) {
			k.missing(o.Key, Condition{}, k.sure)
		}
	}
	for _, p := range k.prefixes {
		if p.format == nil {
			continue
		}
		for _, o := range p.format.Options {
			if o.Required && o.Releases.Has(k.release) && !k.has(p.text+o.Key) {
				k.missing(p.text+o.Key, Condition{}, k.sure && p.format.Others == RefusesOther)
			}
		}
	}
	for _, list := range [][]Need{k.connector.Needs, k.commonNeeds()} {
		for _, n := range list {
			if n.Releases.Has(k.release) && k.meets(n.To) {
				k.need(n)
			}
		}
	}
}

// meets reports whether a rule for a use is one for this use. A lookup makes the source that a scan does.
func (k *checking) meets(to Use) bool {
	return to == AnyUse || to == k.use || to == ToScan && k.use == ToLookup
}

// commonNeeds are those of every connector.
func (k *checking) commonNeeds() []Need {
	if every := k.registry.connectors[every]; every != nil {
		return every.Needs
	}
	return nil
}

func (k *checking) has(key string) bool {
	_, set := k.table.Options[key]
	return set
}

// need checks one need, for every column when it is about columns.
func (k *checking) need(n Need) {
	if strings.Contains(n.When.Option, "#") {
		for _, key := range sortedKeys(k.table.Options) {
			if column, ok := k.table.column(key, n.When.Option); ok {
				k.needOf(n.of(column))
			}
		}
		return
	}
	k.needOf(n)
}

// of puts the name of a column in place of #.
func (n Need) of(column string) Need {
	n.When.Option = strings.ReplaceAll(n.When.Option, "#", column)
	options := make([]string, len(n.Options))
	for i, o := range n.Options {
		options[i] = strings.ReplaceAll(o, "#", column)
	}
	n.Options = options
	return n
}

func (k *checking) needOf(n Need) {
	if !k.table.holds(n.When, k.connector.Options) || n.Keyless && len(k.table.PrimaryKey) > 0 {
		return
	}
	for _, o := range n.Options {
		if k.misspelt(o) || k.has(o) && (k.table.Options[o] != "" || !k.lists(o)) {
			return
		}
	}
	k.missing(strings.Join(n.Options, " or "), n.When, k.sure || n.When.Option != "" && k.connector.Others == DoubtOther)
}

// misspelt reports whether an option that is not known was found to mean this one.
func (k *checking) misspelt(key string) bool {
	return slices.ContainsFunc(k.problems, func(p Problem) bool { return p.Kind == UnknownOption && p.Near == key })
}

// lists reports whether an option is a list of columns, which is missing when it is empty.
func (k *checking) lists(key string) bool {
	o, _ := k.find(key)
	return o != nil && o.Kind == ColumnNames
}

func (k *checking) missing(option string, when Condition, sure bool) {
	message := "it has no option " + option
	switch {
	case when.Option != "" && when.Values != nil:
		message += fmt.Sprintf(", which %s = %s needs", when.Option, strings.Join(when.Values, " or "))
	case when.Option != "":
		message += fmt.Sprintf(", which %s needs", when.Option)
	default:
		message += ", which the connector " + k.connector.Name + " needs"
	}
	k.add(Problem{Kind: MissingOption, Sure: sure, Message: message})
}

// exclusions checks what cannot be set together.
func (k *checking) exclusions() {
	k.exclude("", k.connector.Excludes, k.sure)
	for _, p := range k.prefixes {
		if p.format != nil {
			k.exclude(p.text, p.format.Excludes, k.sure && p.format.Others == RefusesOther)
		}
	}
}

func (k *checking) exclude(prefix string, all []Exclusion, sure bool) {
	for _, e := range all {
		if !e.Releases.Has(k.release) || !k.meets(e.To) || !k.table.holds(e.When, k.connector.Options) {
			continue
		}
		var set []string
		for _, o := range e.Options {
			if key, there := k.table.hasSuch(prefix + o); there {
				set = append(set, key)
			}
		}
		switch {
		case len(e.Options) == 1 && len(set) == 1:
			k.add(Problem{Kind: ExcludedOption, Sure: sure, Option: set[0], Message: fmt.Sprintf("the option %s cannot be %s%s", set[0], k.table.Options[set[0]], e.why())})
		case len(e.Options) > 1 && len(set) > 1:
			k.add(Problem{Kind: ExcludedOption, Sure: sure, Option: set[1], Message: fmt.Sprintf("the options %s cannot be set together", strings.Join(set, " and "))})
		}
	}
}

// why says what excludes an option.
func (e Exclusion) why() string {
	why := ""
	if e.When.Option != "" {
		why = fmt.Sprintf(" with %s = %s", e.When.Option, strings.Join(e.When.Values, " or "))
	}
	if e.To == ToSink {
		why += " for a sink"
	}
	return why
}

// hasSuch reports whether KEY or KEY=PATTERN is set, and the key.
func (t Table) hasSuch(option string) (key string, there bool) {
	key, pattern, patterned := strings.Cut(option, "=")
	value, set := t.Options[key]
	if !patterned || !set {
		return key, set
	}
	matched, err := path.Match(strings.ToLower(pattern), strings.ToLower(value))
	return key, err == nil && matched
}

// columns checks what a connector or a format wants of the columns.
func (k *checking) columns() {
	c := k.connector
	if k.table.Open {
		return
	}
	if value := k.table.Options[c.Prefix.Option]; c.Prefix.Option != "" && value != "" {
		names := k.table.PrimaryKey
		if c.Prefix.Columns != "" {
			names = strings.Split(k.table.Options[c.Prefix.Columns], ";")
		}
		for _, name := range names {
			if name != "" && !strings.HasPrefix(name, value) {
				k.add(Problem{Kind: WrongValue, Sure: k.sure, Option: c.Prefix.Option, Message: fmt.Sprintf("the key column %q does not begin with %q, as %s says", name, value, c.Prefix.Option)})
			}
		}
	}
	all := !k.table.Partitioned && !strings.EqualFold(k.table.Options["value.fields-include"], "EXCEPT_KEY")
	if f := k.registry.valueFormat(c, k.table); f != nil && f.Single && all && len(k.table.Columns) > 1 {
		k.add(Problem{Kind: WrongFormat, Sure: k.sure, Message: fmt.Sprintf("the format %s knows a single column, the table has %d", f.Name, len(k.table.Columns))})
	}
}

// key checks the primary key.
func (k *checking) key() {
	c := k.connector
	has := len(k.table.PrimaryKey) > 0
	missing := c.Key == KeyRequired || c.Key == KeyToScan && k.meets(ToScan) || c.Key == KeyToSink && k.use == ToSink
	format := k.registry.valueFormat(c, k.table)
	switch {
	case missing && !has && !k.table.Open:
		k.add(Problem{Kind: WrongKey, Sure: k.sure, Message: fmt.Sprintf("the connector %s needs a primary key", c.Name)})
	case c.Key == KeyForbidden && has:
		k.add(Problem{Kind: WrongKey, Sure: k.sure, Message: fmt.Sprintf("the connector %s takes no primary key", c.Name)})
	case c.Key == KeyWithUpdates && has && format != nil && k.flowOf(format) == Append:
		k.add(Problem{Kind: WrongKey, Sure: k.sure, Message: fmt.Sprintf("the connector %s takes no primary key with the format %s, which knows inserts only", c.Name, format.Name)})
	}
}

// flowOf returns the changes of a format in the direction of the use, 0 when they are not known.
func (k *checking) flowOf(f *Format) Changes {
	if k.use == ToSink {
		return k.table.flow(f.Encode, nil).Changes
	}
	return k.table.flow(f.Decode, nil).Changes
}
