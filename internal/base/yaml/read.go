package yaml

import (
	"fmt"
	"slices"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
)

// maxNodes bounds what aliases may unfold to.
const maxNodes = 100_000

// reader turns the tree of yaml/v3 into ours: aliases and merge keys (<<) unfolded, spans instead of line and column.
type reader struct {
	file     *source.File
	findings []diag.Finding
	nodes    int
	open     []*yamlv3.Node // anchors being unfolded, to find one that contains itself
	full     bool           // the limit was passed; said once
}

func (r *reader) read(n *yamlv3.Node, key *yamlv3.Node) *Node {
	out := &Node{file: r.file, span: r.span(n)}
	if key != nil {
		out.key = r.span(key)
	}
	if n.Kind == yamlv3.AliasNode {
		if slices.Contains(r.open, n.Alias) {
			r.tooMuch(n, "this alias contains itself")
			out.kind = Null
			return out
		}
		target := *r.read(n.Alias, key)
		target.span = out.span
		return &target
	}
	if r.nodes++; r.nodes > maxNodes {
		r.tooMuch(n, fmt.Sprintf("the file unfolds to more than %d values", maxNodes))
		out.kind = Null
		return out
	}
	r.open = append(r.open, n)
	defer func() { r.open = r.open[:len(r.open)-1] }()

	switch n.Kind {
	case yamlv3.ScalarNode:
		out.kind, out.text = Scalar, n.Value
		out.plain = n.Style&(yamlv3.SingleQuotedStyle|yamlv3.DoubleQuotedStyle|yamlv3.LiteralStyle|yamlv3.FoldedStyle) == 0
		if n.ShortTag() == "!!null" {
			out.kind, out.text = Null, ""
		}
	case yamlv3.SequenceNode:
		out.kind = Sequence
		for _, item := range n.Content {
			out.items = append(out.items, r.read(item, nil))
		}
	case yamlv3.MappingNode:
		out.kind = Mapping
		r.readMapping(out, n)
	}
	return out
}

func (r *reader) readMapping(out *Node, n *yamlv3.Node) {
	var merged []*Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.ShortTag() == "!!merge" {
			from := r.read(value, key)
			if from.kind == Sequence {
				merged = append(merged, from.items...)
			} else {
				merged = append(merged, from)
			}
			continue
		}
		if key.Kind == yamlv3.AliasNode {
			key = key.Alias
		}
		if key.Kind != yamlv3.ScalarNode {
			r.findings = append(r.findings, ruleWrongType.At(r.file, r.span(key), "a key must be a text", ""))
			continue
		}
		if first := slices.IndexFunc(out.entries, func(e entry) bool { return e.name == key.Value }); first >= 0 {
			f := ruleDuplicateKey.At(r.file, r.span(key), fmt.Sprintf("key %q stands twice", key.Value), "rename or remove one of them")
			f.Related = []diag.Related{{File: r.file, Span: out.entries[first].key, Message: "the first one stands here"}}
			r.findings = append(r.findings, f)
			continue
		}
		out.entries = append(out.entries, entry{name: key.Value, key: r.span(key), value: r.read(value, key)})
	}
	for _, from := range merged {
		if from.kind != Mapping {
			r.findings = append(r.findings, ruleWrongType.At(r.file, from.span, "<< takes a mapping or a list of mappings", ""))
			continue
		}
		for _, e := range from.entries {
			if !slices.ContainsFunc(out.entries, func(have entry) bool { return have.name == e.name }) {
				out.entries = append(out.entries, e)
			}
		}
	}
}

func (r *reader) tooMuch(n *yamlv3.Node, message string) {
	if !r.full {
		r.findings = append(r.findings, ruleTooMuch.At(r.file, r.span(n), message, "write the values out"))
	}
	r.full = true
}

// span finds the end of what yaml/v3 gives only the start of. Plain scalars end with their text, quoted ones with their
// quote, block scalars with their first line; mappings and lists are their first character.
func (r *reader) span(n *yamlv3.Node) source.Span {
	start := r.file.Offset(source.Position{Line: n.Line, Column: n.Column})
	text := r.file.Text[start:]
	line := text
	if end := strings.IndexAny(text, "\r\n"); end >= 0 {
		line = text[:end]
	}
	length := min(1, len(line))
	switch {
	case n.Kind == yamlv3.AliasNode:
		length = len("*") + len(n.Value)
	case n.Kind != yamlv3.ScalarNode:
	case n.Style&(yamlv3.SingleQuotedStyle|yamlv3.DoubleQuotedStyle) != 0:
		length = quotedLength(text)
	case n.Style&(yamlv3.LiteralStyle|yamlv3.FoldedStyle) != 0:
		length = len(line)
	case strings.HasPrefix(text, n.Value):
		length = len(n.Value)
	default: // a plain scalar over several lines, or one with a tag before it
		length = len(strings.TrimRight(line, " \t"))
	}
	return source.Span{Start: start, End: start + min(length, len(text))}
}

// quotedLength is the length of the quoted scalar at the start of text, both quotes included.
func quotedLength(text string) int {
	if text == "" {
		return 0
	}
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}
