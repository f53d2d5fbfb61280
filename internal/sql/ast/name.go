package ast

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/token"
)

// Ident is one name.
//
//	name | `name` | ${VARIABLE}
type Ident struct {
	Loc
	Name string // without quotes, doubled backticks undone; variables stay as written
}

// Quoted reports whether the name stood in backticks.
func (i *Ident) Quoted() bool { return int(i.End-i.Start) != len(i.Name) }

// HasVariable reports whether the name has a ${…} inside.
func (i *Ident) HasVariable() bool { return strings.Contains(i.Name, "${") }

// Name is a name of one or more parts; its last part is the object, the parts before it are database and catalog (of a
// table) or table (of a column).
//
//	part [. part]…
type Name struct {
	Loc
	Parts []Ident
}

// Last returns the last part.
func (n *Name) Last() *Ident { return &n.Parts[len(n.Parts)-1] }

// Text joins the parts with periods, without quoting: for messages and map keys of names without periods inside.
func (n *Name) Text() string {
	if len(n.Parts) == 1 {
		return n.Parts[0].Name
	}
	parts := make([]string, len(n.Parts))
	for i := range n.Parts {
		parts[i] = n.Parts[i].Name
	}
	return strings.Join(parts, ".")
}

// Text is a string literal where the grammar wants one: comments, paths, patterns, keys and values of options.
//
//	'text' ['text']…
//
// Flink joins adjacent strings. ${VARIABLES} stay as written; one may stand in place of the whole string.
type Text struct {
	Loc
	Value string     // what the string means
	Kind  token.Kind // of the first piece: token.String, token.CString, …; token.Variable
}

// Option is one entry of a WITH or SET list.
//
//	'key' = 'value'
type Option struct {
	Loc
	Key, Value Text
}

// Options is the list in parentheses; it may be empty.
type Options struct {
	Loc
	Items []Option
}

// Get returns the last option of a key, as Flink does when a key comes twice, and nil when there is none.
func (o *Options) Get(key string) *Option {
	if o == nil {
		return nil
	}
	for i := len(o.Items) - 1; i >= 0; i-- {
		if o.Items[i].Key.Value == key {
			return &o.Items[i]
		}
	}
	return nil
}

// Keys is a list of option keys.
//
//	( 'key' [, 'key']… )
type Keys struct {
	Loc
	Items []Text
}

// Names is a list of simple names in parentheses.
//
//	( name [, name]… )
type Names struct {
	Loc
	Items []Ident
}

// Partition names partitions by constants; in ANALYZE TABLE a value may be missing.
//
//	PARTITION ( column [= literal] [, …] )
type Partition struct {
	Loc
	Items []PartitionItem
}

// PartitionItem is one column of a partition.
type PartitionItem struct {
	Loc
	Column Ident
	Value  Expr // a literal; nil in ANALYZE TABLE … PARTITION (column)
}

// Hint is one hint.
//
//	name [( argument [, argument]… )]
type Hint struct {
	Loc
	Name Ident
	Args []HintArg
}

// HintArg is key = 'value', a name, or a literal. Names and literals are in Value.
type HintArg struct {
	Loc
	Key   string // "" where there is only a value
	Value string // strings without their quotes
	Quote HintQuote
}

// HintQuote says what of a hint argument stood in quotes.
type HintQuote uint8

// The bits of HintQuote.
const (
	KeyQuoted   HintQuote = 1 << iota // 'key' = …
	ValueQuoted                       // 'value'
	NameQuoted                        // `value`
)

// Hints is a block of hints.
//
//	/*+ hint [, hint]… */
type Hints struct {
	Loc
	Items []Hint
}
