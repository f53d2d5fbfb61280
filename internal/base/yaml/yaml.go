// Package yaml reads YAML files strictly and writes YAML.
//
// Reading goes in steps, each of which keeps the place in the file where every value stands: Parse gives a tree of
// Nodes; Merge lays one tree over another; Expand changes texts; Decode fills a struct. Whatever is wrong becomes a
// finding with its place, and all of them are collected. Schema tells editors the same rules as JSON Schema.
package yaml

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"

	yamlv3 "go.yaml.in/yaml/v3"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
)

// Parse reads the one document of a file; an empty file is an empty mapping. The tree is nil where the text is not YAML
// at all; smaller mistakes (a key that stands twice) leave a tree that can be read on.
func Parse(file *source.File) (*Node, []diag.Finding) {
	if at, help, bad := file.NotUTF8(); bad {
		return nil, []diag.Finding{ruleNotUTF8.At(file, at, "this byte is not UTF-8", help)}
	}
	decoder := yamlv3.NewDecoder(strings.NewReader(file.Text))
	var document yamlv3.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return &Node{file: file, kind: Mapping}, nil
	case err != nil:
		return nil, []diag.Finding{syntaxFinding(file, err)}
	}
	r := reader{file: file}
	root := r.read(document.Content[0], nil)
	if root.kind == Null {
		root.kind = Mapping
	}
	var second yamlv3.Node
	if err := decoder.Decode(&second); err == nil {
		r.findings = append(r.findings, ruleSyntax.At(file, r.span(second.Content[0]),
			"a second YAML document starts here", "keep one document in the file"))
	} else if !errors.Is(err, io.EOF) {
		r.findings = append(r.findings, syntaxFinding(file, err))
	}
	return root, r.findings
}

// syntaxError matches what yaml/v3 says of text it cannot read; the column is not part of it.
var syntaxError = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^yaml: (?:line (\d+): )?(?s:(.*))$`) })

// grammarError matches the errors of yaml/v3's parser, which counts lines from 0 and names where the broken list or
// mapping begins; its scanner counts from 1 (parser.fail in decode.go, v3.0.6).
var grammarError = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^did not find expected ([',\-<]|key|node content)`) })

func syntaxFinding(file *source.File, err error) diag.Finding {
	message, line := err.Error(), 1
	if m := syntaxError().FindStringSubmatch(message); m != nil {
		message = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
			if grammarError().MatchString(message) {
				line++
			}
			line = min(line, file.Lines())
		}
	}
	text := strings.TrimRight(file.Line(line), " \t")
	start := file.Offset(source.Position{Line: line, Column: 1})
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	return ruleSyntax.At(file, source.Span{Start: start + indent, End: start + len(text)}, message,
		"look at the line before it too: brackets, indentation and the space behind a colon")
}
