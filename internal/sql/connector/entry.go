// Reading the lines that connectors and formats share.

package connector

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/sql/types"
)

func (r *reader) others(words []string) error {
	others, err := one(words, othersWords)
	switch {
	case r.connector != nil:
		r.connector.Others = others
	case r.format != nil:
		r.format.Others = others
	}
	return err
}

func (r *reader) option(words []string, releases Releases) error {
	o := Option{Releases: releases}
	if len(words) < 2 {
		return fmt.Errorf("an option has a key and a kind")
	}
	o.Key = words[0]
	o.Kind, o.Values = kindOf(words[1])
	if o.Kind == NoKind {
		return fmt.Errorf("unknown kind %q of option %s", words[1], o.Key)
	}
	var err error
	if o.When, words, err = condition(words[2:]); err != nil {
		return err
	}
	if len(words) > 0 && words[0] == "required" {
		o.Required, words = true, words[1:]
	}
	if len(words) >= 2 && words[0] == "=" {
		o.Default, words = words[1], words[2:]
	}
	if len(words) == 2 && words[0] == "for" {
		if o.For, err = familyOf(words[1]); err != nil {
			return err
		}
		words = nil
	}
	switch {
	case r.connector != nil:
		r.connector.Options = append(r.connector.Options, o)
	case r.format != nil:
		r.format.Options = append(r.format.Options, o)
	}
	return nothing("option "+o.Key, words)
}

// families are the types of columns that options are for.
var families = map[string]types.Family{
	"number": types.Numeric, "boolean": types.Booleans, "text": types.Characters, "varchar": 1 << types.Varchar, "bytes": types.BinaryFamily,
	"varbinary": 1 << types.Varbinary, "timestamp": 1<<types.Timestamp | 1<<types.TimestampLTZ, "collection": types.Collections, "row": types.Rows,
}

func familyOf(text string) (types.Family, error) {
	var all types.Family
	for word := range strings.SplitSeq(text, "|") {
		f, ok := families[word]
		if !ok {
			return 0, fmt.Errorf("unknown type %q", word)
		}
		all |= f
	}
	return all, nil
}

func (r *reader) exclude(words []string, releases Releases) error {
	e := Exclusion{Releases: releases}
	var err error
	if e.When, words, err = condition(words); err != nil {
		return err
	}
	e.Options, e.To = cutUse(words)
	switch {
	case r.connector != nil:
		r.connector.Excludes = append(r.connector.Excludes, e)
	case r.format != nil:
		r.format.Excludes = append(r.format.Excludes, e)
	}
	return nil
}

func (r *reader) need(words []string, releases Releases) error {
	n := Need{Releases: releases}
	var err error
	if n.When, words, err = condition(words); err != nil {
		return err
	}
	words, n.Keyless = cutLast(words, "without-key")
	words, n.To = cutUse(words)
	if len(words) != 1 {
		return fmt.Errorf("need names the options with | between them")
	}
	n.Options = strings.Split(words[0], "|")
	switch {
	case r.connector != nil:
		r.connector.Needs = append(r.connector.Needs, n)
	case r.format != nil:
		r.format.Needs = append(r.format.Needs, n)
	}
	return nil
}
