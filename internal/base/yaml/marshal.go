package yaml

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"
)

// FromJSON writes a value as YAML by way of its JSON form, so that one set of struct tags serves both. The order of
// struct fields is kept.
func FromJSON(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	// JSON is a subset of YAML: read it as nodes, which keep their order, then drop the flow style.
	var node yamlv3.Node
	if err := yamlv3.Unmarshal(text, &node); err != nil {
		return nil, fmt.Errorf("reading back: %w", err)
	}
	block(&node)
	var out bytes.Buffer
	encoder := yamlv3.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&node); err != nil {
		return nil, fmt.Errorf("writing: %w", err)
	}
	return out.Bytes(), nil
}

// oldBooleans are the booleans that YAML 1.2 did away with.
var oldBooleans = []string{"y", "n", "yes", "no", "on", "off"}

// block drops the flow style and the quotes of JSON. The encoder puts quotes back where the text would be read as a
// number, but it does not for the words that readers of YAML 1.1 take for booleans.
func block(n *yamlv3.Node) {
	n.Style = 0
	if n.Kind == yamlv3.ScalarNode && n.Tag == "!!str" && slices.Contains(oldBooleans, strings.ToLower(n.Value)) {
		n.Style = yamlv3.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		block(child)
	}
}

// ToJSON reads a YAML document and writes it as JSON, for programs that understand only that.
func ToJSON(text []byte) ([]byte, error) {
	var value any
	if err := yamlv3.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("reading YAML: %w", err)
	}
	return json.Marshal(value)
}
