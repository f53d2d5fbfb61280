package sqltest

import (
	"time"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/yaml"
)

// suiteFile is the shape of a test file.
type suiteFile struct {
	Job       string        `yaml:"job" doc:"Job whose script is tested; without it, the script of the test file's own name." example:"pv_uv"`
	Script    string        `yaml:"script" doc:"Script that is tested, relative to the project." example:"jobs/pv_uv.sql"`
	Now       string        `yaml:"now" any:"true" doc:"What CURRENT_TIMESTAMP and the like give, in every case that does not say otherwise." example:"2024-05-01 12:00:00"`
	Timeout   time.Duration `yaml:"timeout" doc:"How long a case may take." example:"30s"`
	Functions raw           `yaml:"functions" doc:"Stand-ins for user functions, by name." example:"{geo: {returns: STRING, calls: [{args: [1.2.3.4], result: NL}], otherwise: null}}"`
	Cases     []caseFile    `yaml:"cases,required" doc:"The tests." example:"[{name: counts, given: {}, expect: {}}]"`
}

// caseFile is the shape of one case.
type caseFile struct {
	Name      yamlText      `yaml:"name,required" example:"counts visits per page"`
	Now       string        `yaml:"now" any:"true" doc:"What CURRENT_TIMESTAMP and the like give in this case."`
	End       string        `yaml:"end" enum:"finish|hold" doc:"What follows the last row: finish ends the sources with a final watermark; hold keeps them open, as in production."`
	Timeout   time.Duration `yaml:"timeout" doc:"How long this case may take."`
	Functions raw           `yaml:"functions" doc:"Stand-ins for user functions in this case."`
	Given     raw           `yaml:"given" doc:"Rows per table, or a list of steps with rows per table." example:"{visits: [{page: /, user_id: 1}]}"`
	Expect    raw           `yaml:"expect,required" doc:"Rows per sink, view or query." example:"{visits_per_page: [{page: /, visits: 1}]}"`
}

// expectationFile is the long form of what is expected at one place.
type expectationFile struct {
	Query     string            `yaml:"query" doc:"A query over the tables and views of the script." example:"SELECT SUM(visits) AS n FROM pages"`
	Rows      raw               `yaml:"rows" doc:"What all changes add up to." example:"[{page: /, visits: 1}]"`
	Changelog raw               `yaml:"changelog" doc:"Every change with its kind." example:"[{page: /, visits: 1}, {+U: {page: /, visits: 2}}]"`
	Ordered   bool              `yaml:"ordered" doc:"The order counts."`
	Tolerance map[string]string `yaml:"tolerance" any:"true" doc:"How far values of a column may be off: a number, or a time such as 1s." example:"{average: 0.01}"`
}

// raw keeps a value as it stands, for checks that need the types of a table.
type raw struct{ node *yaml.Node }

// DecodeYAML takes everything.
func (r *raw) DecodeYAML(n *yaml.Node) []diag.Finding {
	r.node = n
	return nil
}

// Schema says nothing.
func (r *raw) Schema() map[string]any { return map[string]any{} }

// yamlText is a text with its place.
type yamlText struct {
	text string
	node *yaml.Node
}

// DecodeYAML takes any single value.
func (t *yamlText) DecodeYAML(n *yaml.Node) []diag.Finding {
	t.text, t.node = n.Text(), n
	return nil
}

// Schema describes a text.
func (t *yamlText) Schema() map[string]any { return map[string]any{"type": "string"} }
