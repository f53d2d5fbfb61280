package sqltest

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/sql/ast"
)

// mock stands in for a user function: results by arguments.
type mock struct {
	Name      string `json:"-"`
	Returns   string `json:"returns"`
	Table     bool   `json:"table,omitempty"`
	Aggregate bool   `json:"aggregate,omitempty"`
	Calls     []call `json:"calls"`
	Otherwise any    `json:"otherwise"`
}

type call struct {
	Args   []any `json:"args"`
	Result any   `json:"result"`
}

// mockFile is the shape of a mock.
type mockFile struct {
	Returns   string     `yaml:"returns,required" doc:"Type of the result; of a table function, ROW<…> or the type of its one column." example:"STRING"`
	Table     bool       `yaml:"table" doc:"It is a table function: results are lists of rows."`
	Aggregate bool       `yaml:"aggregate" doc:"It is an aggregate function: args are lists, one for each row of a group, in any order."`
	Calls     []callFile `yaml:"calls" doc:"Results by arguments; the first that fits counts."`
	Otherwise raw        `yaml:"otherwise" doc:"The result for all other arguments; NULL, or no rows, without it."`
}

type callFile struct {
	Args   raw `yaml:"args,required" example:"[1, a]"`
	Result raw `yaml:"result" example:"x"`
}

func (r *reader) mocks(n *yaml.Node) []mock {
	if n.Kind() == yaml.Missing {
		return nil
	}
	if n.Kind() != yaml.Mapping {
		r.report(ruleRow, n, "", "functions takes names with their results")
		return nil
	}
	var out []mock
	for _, name := range n.Keys() {
		var shape mockFile
		r.suite.Findings = append(r.suite.Findings, yaml.Decode(n.Get(name), &shape)...)
		if !r.declares(name) {
			r.suite.report(ruleUnknownTable, n.Get(name).Key(), fmt.Sprintf("%s declares no function %q", r.suite.Script(), name), "")
			continue
		}
		m := mock{Name: name, Returns: shape.Returns, Table: shape.Table, Aggregate: shape.Aggregate, Otherwise: plain(shape.Otherwise.node)}
		for _, c := range shape.Calls {
			args, _ := plain(c.Args.node).([]any)
			m.Calls = append(m.Calls, call{Args: args, Result: plain(c.Result.node)})
		}
		out = append(out, m)
	}
	return out
}

func (r *reader) declares(name string) bool {
	for _, p := range r.script.pieces {
		if f, ok := p.syntax.(*ast.CreateFunction); ok && strings.EqualFold(f.Name.Text(), name) {
			return true
		}
	}
	return false
}

// spec is what the class of a mock is given.
func (m mock) spec() (string, error) {
	text, err := json.Marshal(m)
	if err != nil || len(text) > 60_000 { // a constant of a class file has up to 65535 bytes
		return "", fmt.Errorf("the stand-in for %s has more results than fit: %w", m.Name, err)
	}
	return string(text), nil
}
