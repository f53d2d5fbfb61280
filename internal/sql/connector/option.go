// The options that are set: which they are, and what they are set to.

package connector

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// options checks every option that is set: that it exists, and what it is set to.
func (k *checking) options() {
	for _, key := range sortedKeys(k.table.Options) {
		if key == "connector" || strings.Contains(key, "${") {
			continue
		}
		value := k.table.Options[key]
		o, open := k.find(key)
		switch {
		case o == nil && !open:
			k.unknownOption(key)
		case o != nil:
			if wants := o.Wants(value, k.release); wants != "" && k.reads(o) {
				k.add(Problem{Kind: WrongValue, Sure: k.sure, Option: key, Message: fmt.Sprintf("the option %s takes %s, not %q", key, wants, value)})
			}
			if o.Kind == ColumnNames {
				k.columnNames(key, value)
			}
		}
	}
}

// reads reports whether the value of an option is looked at.
func (k *checking) reads(o *Option) bool {
	return o.When.Option == "" || strings.Contains(o.Key, "#") || k.use == ToScan && k.table.holds(o.When, k.connector.Options)
}

// find returns the option that a key means. open says that the key may be right although nothing is known of it.
func (k *checking) find(key string) (o *Option, open bool) {
	for _, list := range [][]Option{k.connector.Options, k.common()} {
		for i := range list {
			if list[i].Releases.Has(k.release) && k.table.means(key, &list[i]) {
				return &list[i], false
			}
		}
	}
	for _, p := range k.prefixes {
		rest, ok := strings.CutPrefix(key, p.text)
		if !ok {
			continue
		}
		if p.format == nil {
			return nil, true
		}
		for i := range p.format.Options {
			if f := &p.format.Options[i]; f.Releases.Has(k.release) && k.table.means(rest, f) {
				return f, false
			}
		}
		return nil, p.format.Others == AnyOther || k.connector.Formats == FormatLoose
	}
	return nil, k.connector.Others == AnyOther
}

// common returns the options of every connector.
func (k *checking) common() []Option {
	if every := k.registry.connectors[every]; every != nil {
		return every.Options
	}
	return nil
}

// means reports whether a key of the table is an option, which the column in the key can have.
func (t Table) means(key string, o *Option) bool {
	if head, isPrefix := strings.CutSuffix(o.Key, "*"); isPrefix {
		return strings.HasPrefix(key, head)
	}
	column, ok := t.column(key, o.Key)
	if !ok || !strings.Contains(o.Key, "#") || t.Open {
		return ok
	}
	typ := t.typeAt(column)
	when := o.When
	when.Option = strings.ReplaceAll(when.Option, "#", column)
	return (o.For == 0 || !typ.Known() || typ.In(o.For)) && t.holds(when, nil)
}

// typeAt returns the type of a column, or of what is within it: a field, or the element, key or value.
func (t Table) typeAt(path string) types.Type {
	for _, c := range t.Columns {
		if rest, ok := strings.CutPrefix(path, c.Name); ok && (rest == "" || rest[0] == '.') {
			return typeWithin(c.Type, strings.TrimPrefix(rest, "."))
		}
	}
	return types.Type{}
}

func typeWithin(t types.Type, path string) types.Type {
	for path != "" {
		var step string
		step, path, _ = strings.Cut(path, ".")
		switch {
		case t.Root == types.Map && step == "key":
			t = t.Key()
		case t.In(types.Collections):
			t = t.Elem()
		default:
			field, _ := t.Field(step)
			t = field.Type
		}
	}
	return t
}

// column returns what stands for # in a key; a pattern without # has to be the key.
func (t Table) column(key, pattern string) (string, bool) {
	head, tail, has := strings.Cut(pattern, "#")
	if !has {
		return "", key == pattern
	}
	if len(key) < len(head)+len(tail) || !strings.HasPrefix(key, head) || !strings.HasSuffix(key, tail) {
		return "", false
	}
	name := key[len(head) : len(key)-len(tail)]
	return name, t.Open || slices.ContainsFunc(t.Columns, func(c types.Field) bool { return name == c.Name || strings.HasPrefix(name, c.Name+".") })
}

func (k *checking) unknownOption(key string) {
	known := k.keys()
	p := Problem{Kind: UnknownOption, Sure: k.surely(key), Option: key, Near: nearest(key, append(known, k.commonKeys()...)), Known: known}
	if !p.Sure && p.Near == "" {
		return // the documentation may not say everything
	}
	p.Message = fmt.Sprintf("the connector %s has no option %q", k.connector.Name, key)
	for _, o := range k.connector.Options {
		if o.Key == key && !o.Releases.Has(k.release) {
			p.Message = fmt.Sprintf("the connector %s has no option %q in Flink %s%s", k.connector.Name, key, k.release, o.Releases.otherwise(k.release))
			p.Near = ""
		}
	}
	k.add(p)
}

// surely reports whether Flink refuses a key that is not known.
func (k *checking) surely(key string) bool {
	for _, p := range k.prefixes {
		if strings.HasPrefix(key, p.text) {
			return k.sure && p.format != nil && p.format.Others == RefusesOther
		}
	}
	return k.sure
}

// otherwise says when there is what a release does not have.
func (r Releases) otherwise(release token.Release) string {
	if release < r.Since {
		return ": it came with " + r.Since.String()
	}
	return ": " + (r.Before - 1).String() + " was the last that had it"
}

// commonKeys lists the options of every connector.
func (k *checking) commonKeys() []string {
	var keys []string
	for _, o := range k.common() {
		keys = append(keys, o.Key)
	}
	return keys
}

// keys lists the options that the table could have.
func (k *checking) keys() []string {
	var keys []string
	add := func(prefix string, list []Option) {
		for _, o := range list {
			if o.Releases.Has(k.release) && !strings.ContainsAny(o.Key, "*#") {
				keys = append(keys, prefix+o.Key)
			}
		}
	}
	add("", k.connector.Options)
	for _, p := range k.prefixes {
		if p.format != nil {
			add(p.text, p.format.Options)
		}
	}
	for _, o := range k.connector.Options {
		if head, tail, ok := strings.Cut(o.Key, "#"); ok && o.Releases.Has(k.release) {
			for _, c := range k.names {
				keys = append(keys, head+c+tail)
			}
		}
	}
	return keys
}
