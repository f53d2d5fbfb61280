package yaml

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
)

// Merge lays one tree over another. Mappings are merged key by key; a key that is null above is taken away; everything
// else above replaces what is below. Every value keeps its own place.
func Merge(below, above *Node) *Node {
	switch {
	case above.Kind() == Missing:
		return below
	case below.Kind() != Mapping || above.Kind() != Mapping:
		return above
	}
	out := below
	for _, e := range above.entries {
		switch under := out.Get(e.name); {
		case e.value.Kind() == Null:
			out = out.Without(e.name)
		case under == nil:
			out = out.With(e.name, e.value)
		default:
			out = out.With(e.name, Merge(under, e.value))
		}
	}
	return out
}

// MergeKeys lays one mapping over another without looking into the values: a key above replaces the one below.
func MergeKeys(below, above *Node) *Node {
	for _, key := range above.Keys() {
		if value := above.Get(key); value.Kind() == Null {
			below = below.Without(key)
		} else {
			below = below.With(key, value)
		}
	}
	return below
}

// Expand returns the tree with the text of every scalar replaced by what fill makes of it; path is the keys that lead to
// it. Where fill says false the value becomes Unknown. Keys stay as they are.
func Expand(n *Node, fill func(path []string, scalar *Node) (string, bool)) *Node {
	return expand(n, nil, fill)
}

func expand(n *Node, path []string, fill func([]string, *Node) (string, bool)) *Node {
	if n == nil {
		return nil
	}
	out := *n
	switch n.kind {
	case Scalar:
		text, known := fill(path, n)
		out.filled = out.filled || text != n.text
		out.text = text
		if !known {
			out.kind = Unknown
		}
	case Sequence:
		out.items = make([]*Node, len(n.items))
		for i, item := range n.items {
			out.items[i] = expand(item, path, fill)
		}
	case Mapping:
		out.entries = make([]entry, len(n.entries))
		for i, e := range n.entries {
			out.entries[i] = entry{name: e.name, key: e.key, value: expand(e.value, append(slices.Clip(path), e.name), fill)}
		}
	}
	return &out
}

// Place finds a part of a scalar's text, such as a ${NAME} in it, in the file: the first place at or behind the start
// of the value where it stands, or the whole value where escapes hide it.
func (n *Node) Place(part string) source.Span {
	text := n.file.Text[n.span.Start:]
	if n.span.End > n.span.Start && n.text != "" && !strings.Contains(text[:1], "|") && !strings.Contains(text[:1], ">") {
		text = n.file.Text[n.span.Start:n.span.End]
	}
	if at := strings.Index(text, part); at >= 0 {
		return source.Span{Start: n.span.Start + at, End: n.span.Start + at + len(part)}
	}
	return n.span
}
