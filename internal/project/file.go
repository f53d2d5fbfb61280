package project

//go:generate go test -run TestSchemaIsCurrent -update .

import (
	"encoding/json"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/project/secret"
)

// fileVersion is the version of the project file that this package reads.
const fileVersion = 1

// file is the shape of autostream.yaml. Its tags are the one description of the keys: decoding, the JSON schema and the
// reference all come from them.
type file struct {
	Version      int                 `yaml:"version,required" min:"1" example:"1" doc:"Version of this file's format; 1."`
	Name         string              `yaml:"name,required" pattern:"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}" form:"a name is up to 63 letters, digits, _, . and -, and starts with a letter or digit" example:"traffic" doc:"Name of the project."`
	Flink        string              `yaml:"flink" any:"true" example:"2.2" doc:"Flink line that lint, explain and the targets assume."`
	Include      []string            `yaml:"include" doc:"Further files of this shape, laid below this one in the given order; paths are relative to the file." example:"[shared.yaml]"`
	Tables       []string            `yaml:"tables" doc:"Files with shared DDL, visible to every job; * stands for any letters of a file name." example:"[tables/*.sql]"`
	Connectors   []string            `yaml:"connectors" doc:"Files that describe connectors of your own, for lint and explain; * stands for any letters of a file name." example:"[connectors/*.txt]"`
	Variables    map[string]variable `yaml:"variables" keys:"[A-Za-z_][A-Za-z0-9_]*" form:"a variable's name is letters, digits and _, and does not start with a digit" doc:"Values for ${NAME} in SQL and in this file."`
	Targets      map[string]target   `yaml:"targets" keys:"[A-Za-z0-9][A-Za-z0-9_.-]*" form:"a name is letters, digits, _, . and -" doc:"Places to run jobs."`
	Defaults     settings            `yaml:"defaults" doc:"What holds for every job that does not say otherwise."`
	Jobs         map[string]spec     `yaml:"jobs" keys:"[A-Za-z0-9][A-Za-z0-9_.-]*" form:"a name is letters, digits, _, . and -" doc:"The jobs by name."`
	Lint         lintKeys            `yaml:"lint" doc:"What autostream lint reports."`
	Environments map[string]overlay  `yaml:"environments" keys:"[A-Za-z0-9][A-Za-z0-9_.-]*" form:"a name is letters, digits, _, . and -" doc:"Overlays by name, chosen with -e. Keys are merged into the file, null takes one away."`
}

// lintKeys say what is reported.
type lintKeys struct {
	Rules    map[string]string `yaml:"rules" enum:"off|note|warning|error" doc:"Severity by id, name or category of a rule; the more specific holds." example:"{AS5101: error, select-star-insert: off, hygiene: note}"`
	FailOn   string            `yaml:"failOn" enum:"error|warning|note|never" doc:"Level from which findings make the command fail; error when it is not set." example:"warning"`
	Baseline string            `yaml:"baseline" doc:"File with findings that are known and not reported." example:"lint-baseline.json"`
}

// overlay is what an environment can change.
type overlay struct {
	Flink     string              `yaml:"flink" any:"true" doc:"Flink line in this environment."`
	Tables    []string            `yaml:"tables" doc:"Files with shared DDL in this environment, instead of the project's."`
	Variables map[string]variable `yaml:"variables" doc:"Variables of this environment; others keep their value."`
	Targets   map[string]target   `yaml:"targets" doc:"Targets that differ here."`
	Defaults  settings            `yaml:"defaults" doc:"Defaults that differ here."`
	Jobs      map[string]*spec    `yaml:"jobs" doc:"Jobs that differ here; null leaves a job out."`
}

// settings are the keys that defaults and jobs share.
type settings struct {
	Target           string            `yaml:"target" doc:"Target that takes the job when none is named." example:"local"`
	Parallelism      int               `yaml:"parallelism" min:"1" max:"32768" doc:"Parallel subtasks of each operator." example:"4"`
	Resources        Resources         `yaml:"resources" doc:"Size of the job's own processes."`
	Checkpoints      Checkpoints       `yaml:"checkpoints" doc:"How the job saves its state."`
	StateBackend     string            `yaml:"stateBackend" enum:"hashmap|rocksdb|forst" doc:"Where a job's state lives while it runs: on the heap, on local disks, or (since Flink 2.0) in the checkpoint storage." example:"rocksdb"`
	Restart          Restart           `yaml:"restart" doc:"What becomes of the job when one of its tasks fails."`
	HighAvailability HighAvailability  `yaml:"highAvailability" doc:"What lets a JobManager that dies be replaced by another, which goes on with the job."`
	Environment      map[string]string `yaml:"environment" any:"true" keys:"[A-Za-z_][A-Za-z0-9_]*" form:"a name is letters, digits and _, and does not start with a digit" doc:"Environment variables of the job's own processes." example:"{TZ: UTC}"`
	Labels           map[string]string `yaml:"labels" any:"true" keys:"[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?" form:"a label is letters, digits, _, ., / and -" doc:"What the job is found by in the cluster: labels of Kubernetes, tags of YARN." example:"{team: traffic}"`
	PodTemplate      string            `yaml:"podTemplate" doc:"On Kubernetes: file with a Pod that the pods of the job are made from; instead of that of the target." example:"pods/ssd.yaml"`
	Jars             []string          `yaml:"jars" doc:"Jars with functions and connectors." example:"[libs/udf.jar]"`
	Options          map[string]string `yaml:"options" any:"true" doc:"Flink configuration." example:"{table.exec.state.ttl: 36h}"`
}

// spec is one job.
type spec struct {
	SQL         string   `yaml:"sql" doc:"Script of the job." example:"jobs/pv_uv.sql"`
	Jar         string   `yaml:"jar" doc:"Jar with the job's main class." example:"libs/sessionize.jar"`
	Class       string   `yaml:"class" doc:"Main class in the jar; without it, the one that the jar's manifest names." example:"com.example.Sessionize"`
	Args        []string `yaml:"args" any:"true" doc:"Arguments of the main method." example:"[--window, 30m]"`
	Description string   `yaml:"description" doc:"What the job is for."`
	settings
}

// target is one place to run jobs.
type target struct {
	Kind string `yaml:"kind" enum:"local|session|kubernetes|yarn" doc:"Kind of place." example:"local"`
	TargetSettings
}

// variable is a text, or the place where a secret comes from.
type variable struct {
	text   string
	secret *secret.Reference
}

// reference is the mapping form of a variable.
type secretKeys struct {
	Env     string   `yaml:"env" doc:"Environment variable that holds the secret."`
	File    string   `yaml:"file" doc:"File that holds the secret."`
	Command []string `yaml:"command" any:"true" doc:"Program and arguments that print the secret."`
}

// DecodeYAML takes a text, a number or a boolean as written, or a mapping with one source of a secret.
func (v *variable) DecodeYAML(n *yaml.Node) []diag.Finding {
	switch n.Kind() {
	case yaml.Scalar:
		v.text = n.Text()
		return nil
	case yaml.Mapping:
		var keys secretKeys
		findings := yaml.Decode(n, &keys)
		if len(n.Keys()) != 1 && len(findings) == 0 {
			findings = append(findings, ruleBadSecret.At(n.File(), n.Span(), "a secret has one source", ruleBadSecret.Text))
		}
		v.secret = &secret.Reference{Env: keys.Env, File: keys.File, Command: keys.Command}
		if len(findings) == 0 && v.secret.String() == (secret.Reference{}).String() {
			findings = append(findings, ruleBadSecret.At(n.File(), n.Span(), "the source of the secret is empty", ruleBadSecret.Text))
		}
		return findings
	}
	return []diag.Finding{ruleBadSecret.At(n.File(), n.Span(), "a variable is a text or the source of a secret", ruleBadSecret.Text)}
}

// Schema describes both forms.
func (*variable) Schema() map[string]any {
	source := yaml.Schema(secretKeys{}, "", "")
	delete(source, "$schema")
	delete(source, "$id")
	delete(source, "title")
	source["minProperties"], source["maxProperties"] = 1, 1
	source["type"] = "object"
	return map[string]any{"oneOf": []any{map[string]any{"type": []string{"string", "number", "boolean"}}, source}}
}

// SchemaJSON is the JSON schema of the project file, for editors.
func SchemaJSON() ([]byte, error) {
	return json.MarshalIndent(yaml.Schema(file{}, "autostream.schema.json", "AutoStream project file"), "", "  ")
}
