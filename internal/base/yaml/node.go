package yaml

import (
	"slices"

	"github.com/autostream/autostream/internal/base/source"
)

// Kind is the shape of a value.
type Kind int

// The kinds. A Scalar is known by its Text; whether it is a number or a word is asked when it is decoded, because a
// variable may still be filled in.
const (
	Missing Kind = iota
	Null
	Scalar
	Sequence
	Mapping
	Unknown // a Scalar that Expand could not fill in; it was reported there and is passed over from then on
)

// Node is a value and the place where it stands. Nodes never change once made; a nil Node is a missing value, and all
// methods take it.
type Node struct {
	file    *source.File
	kind    Kind
	text    string // of a Scalar, unquoted
	plain   bool   // a Scalar without quotes: may be a number or a boolean
	filled  bool   // a Scalar whose text came out of Expand: may be of any type
	span    source.Span
	key     source.Span // of the key whose value this is; the zero span for list items and the root
	entries []entry
	items   []*Node
}

type entry struct {
	name  string
	key   source.Span
	value *Node
}

// File is the file the value stands in; nil for a missing value.
func (n *Node) File() *source.File {
	if n == nil {
		return nil
	}
	return n.file
}

// Kind is the shape of the value.
func (n *Node) Kind() Kind {
	if n == nil {
		return Missing
	}
	return n.kind
}

// Text is the text of a scalar, without quotes, and "" for everything else.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	return n.text
}

// Span is the place of the value: the text of a scalar; for a mapping or list its key, which is where a person looks.
func (n *Node) Span() source.Span {
	switch {
	case n == nil:
		return source.Span{}
	case n.kind == Scalar || n.key == source.Span{}:
		return n.span
	}
	return n.key
}

// Key is the place of the key whose value this is, or the value's own place where it has none.
func (n *Node) Key() source.Span {
	if n == nil || n.key == (source.Span{}) {
		return n.Span()
	}
	return n.key
}

// Get follows keys through mappings; it is nil where one is missing.
func (n *Node) Get(keys ...string) *Node {
	for _, key := range keys {
		if n == nil {
			return nil
		}
		i := slices.IndexFunc(n.entries, func(e entry) bool { return e.name == key })
		if i < 0 {
			return nil
		}
		n = n.entries[i].value
	}
	return n
}

// Keys returns the keys of a mapping in the order of the file.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	keys := make([]string, len(n.entries))
	for i, e := range n.entries {
		keys[i] = e.name
	}
	return keys
}

// Items returns the items of a list.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Without returns a mapping that lacks some keys.
func (n *Node) Without(keys ...string) *Node {
	if n == nil {
		return nil
	}
	out := *n
	out.entries = slices.DeleteFunc(slices.Clone(n.entries), func(e entry) bool { return slices.Contains(keys, e.name) })
	return &out
}

// With returns a mapping whose key has another value; a key that is new goes last. A missing mapping becomes one that
// stands where the value stands.
func (n *Node) With(key string, value *Node) *Node {
	if n == nil {
		n = &Node{file: value.file, kind: Mapping, span: value.span, key: value.key}
	}
	out := *n
	out.kind = Mapping
	out.entries = slices.Clone(n.entries)
	replacement := entry{name: key, key: value.Key(), value: value}
	if i := slices.IndexFunc(out.entries, func(e entry) bool { return e.name == key }); i >= 0 {
		out.entries[i] = replacement
	} else {
		out.entries = append(out.entries, replacement)
	}
	return &out
}
