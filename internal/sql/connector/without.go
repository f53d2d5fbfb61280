// Types of columns that a connector or a format does not have.

package connector

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/types"
)

// Without is types that columns cannot have, not even somewhere inside of their own type.
type Without struct {
	Types    []typePattern
	To       Use // AnyUse for both
	When     Condition
	IfRead   bool // a scan that reads only some columns looks at those
	Releases Releases
}

// typePattern is a type as the lines of a file have it.
type typePattern struct {
	text    string
	outer   types.Root // that the type stands right inside of; Unknown for any place
	top     bool       // it is the type of the column
	root    types.Root
	notText bool  // any type but text, of the key of a map or the element of a multiset
	above   int32 // the precision is larger; -1 for any
	below   int32 // the precision is smaller; 0 for any
}

// without reads: without TYPE… [if-read] [to-scan|to-sink] [CONDITION] [@RELEASES]
func (r *reader) without(words []string, releases Releases) error {
	w := Without{Releases: releases}
	var err error
	if w.When, words, err = condition(words); err != nil {
		return err
	}
	words, w.To = cutUse(words)
	words, w.IfRead = cutLast(words, "if-read")
	for _, word := range words {
		p, err := patternOf(word)
		if err != nil {
			return err
		}
		w.Types = append(w.Types, p)
	}
	switch {
	case r.connector != nil:
		r.connector.Without = append(r.connector.Without, w)
	case r.format != nil:
		r.format.Without = append(r.format.Without, w)
	}
	return nil
}

// patternOf reads a type: NAME, NAME>PRECISION or NAME<PRECISION, behind OUTER/ where it stands right inside of another
// one, behind / where it is the type of a column. MAP/!STRING and MULTISET/!STRING are those whose keys are not text.
func patternOf(word string) (typePattern, error) {
	p := typePattern{text: word, above: -1}
	outer, inner, nested := strings.Cut(word, "/")
	switch p.top = nested && outer == ""; {
	case nested && !p.top:
		root, ok := types.RootNamed(outer)
		if !ok {
			return p, fmt.Errorf("unknown type %q", outer)
		}
		p.outer = root
	case !nested:
		inner = outer
	}
	if nested && inner == "!STRING" {
		p.notText = true
		return p, nil
	}
	name := inner
	if at := strings.IndexAny(inner, "<>"); at >= 0 {
		name = inner[:at]
		n, err := strconv.ParseInt(inner[at+1:], 10, 32)
		if err != nil {
			return p, fmt.Errorf("%q is no precision", inner[at+1:])
		}
		if inner[at] == '>' {
			p.above = int32(n)
		} else {
			p.below = int32(n)
		}
	}
	root, ok := types.RootNamed(name)
	if !ok {
		return p, fmt.Errorf("unknown type %q", name)
	}
	p.root = root
	return p, nil
}

// in finds the pattern in a type or what it is made of.
func (p typePattern) in(t, outer types.Type) bool {
	if p.is(t, outer) {
		return true
	}
	if t.Of == nil {
		return false
	}
	for _, f := range t.Of.Fields {
		if p.in(f.Type, t) {
			return true
		}
	}
	return t.Of.Key.Known() && p.in(t.Of.Key, t) || t.Of.Elem.Known() && p.in(t.Of.Elem, t)
}

func (p typePattern) is(t, outer types.Type) bool {
	if p.notText {
		key := t.Key()
		if t.Root == types.Multiset {
			key = t.Elem()
		}
		return t.Root == p.outer && key.Known() && !key.In(types.Characters)
	}
	if p.top && outer.Known() {
		return false
	}
	return t.Root == p.root && (p.outer == types.Unknown || outer.Root == p.outer) && t.Precision > p.above && (p.below == 0 || t.Precision < p.below)
}

// types checks the types of columns: all of them for the connector, those of its rows for a format.
func (k *checking) types() {
	if k.table.Open {
		return
	}
	c := k.connector
	k.without(c.Without, c.Options, prefix{}, k.table.Columns, "the connector "+c.Name, k.sure)
	for _, p := range k.prefixes {
		if f := p.format; f != nil && !(k.use == ToSink && f.Late && c.Formats == FormatLoose) {
			k.without(f.Without, f.Options, p, k.written(p), "the format "+f.Name, k.sure && f.Others == RefusesOther)
		}
	}
}

// written returns the columns that a format reads or writes: a format of keys has those of the key, one of values all but
// where the key is left out.
func (k *checking) written(p prefix) []types.Field {
	key := k.table.PrimaryKey
	if fields := k.table.Options["key.fields"]; fields != "" {
		key = strings.Split(fields, ";")
	}
	if !p.key && !strings.EqualFold(k.table.Options["value.fields-include"], "EXCEPT_KEY") {
		return k.table.Columns
	}
	var columns []types.Field
	for _, c := range k.table.Columns {
		if slices.Contains(key, c.Name) == p.key {
			columns = append(columns, c)
		}
	}
	return columns
}

func (k *checking) without(all []Without, options []Option, p prefix, columns []types.Field, who string, sure bool) {
	for _, w := range all {
		if !w.Releases.Has(k.release) || !k.meets(w.To) || !k.table.holdsBehind(p.text, w.When, options) {
			continue
		}
		for _, c := range columns {
			k.typed(w, c, who, sure)
		}
	}
}

// typed checks one column. When a scan looks only at the columns that it reads, nobody knows here which they are.
func (k *checking) typed(w Without, c types.Field, who string, sure bool) {
	for _, p := range w.Types {
		if !p.in(c.Type, types.Type{}) {
			continue
		}
		sure = sure && !(w.IfRead && k.use != ToSink && k.connector.Push.Has(PushProjection))
		k.add(Problem{Kind: WrongType, Sure: sure, Message: fmt.Sprintf("%s cannot have the type of column %q, %s%s", who, c.Name, c.Type, p.why())})
		return
	}
}

// why says what is wrong with a type that does not show it at once.
func (p typePattern) why() string {
	switch {
	case p.notText && p.outer == types.Multiset:
		return ": what is counted has to be text"
	case p.notText:
		return ": keys of a map have to be text"
	case p.above >= 0:
		return fmt.Sprintf(": %s has a precision of %d at most", p.root, p.above)
	case p.below > 0:
		return fmt.Sprintf(": %s has a precision of %d at least", p.root, p.below)
	case p.outer != types.Unknown:
		return fmt.Sprintf(": %s is not possible inside of %s", p.root, p.outer)
	}
	return ""
}
