// Package project reads a folder with an autostream.yaml and SQL files: it resolves environments and variables and
// returns a Project, whose jobs can be rendered to statements.
//
// Everything wrong with what the user wrote is a finding with its place. Reading is strict: a key that means nothing is
// refused. Nothing here talks to Flink, and no secret is fetched before somebody asks for a live text.
package project

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/project/secret"
	"github.com/autostream/autostream/internal/sql/connector"
)

// FileName is the name of the project file; its folder is the project.
const FileName = "autostream.yaml"

// StateDir is the folder inside a project where AutoStream keeps what it makes: clusters, savepoints, logs, history.
const StateDir = ".autostream"

// Project is a project file with one environment laid over it and its variables filled in.
type Project struct {
	Dir         string       // absolute
	File        *source.File // autostream.yaml; nil for Bare
	Name        string
	Release     string   // Flink line, "2.2"
	Environment string   // "" is the file as it stands
	Tables      []string // files with shared DDL, relative to Dir, in name order
	Targets     []Target // in name order; a target "local" is always there
	Jobs        []Job    // in name order
	Default     string   // name of the target that commands take when none is named
	Lint        Lint

	Variables *Variables
	Secrets   *secret.Box

	Connectors *connector.Registry // those of the project and all that AutoStream knows; nil when the project describes none

	root *yaml.Node
}

// Kinds of job.
const (
	SQL Kind = "sql"
	Jar Kind = "jar"
)

// Kind says what a job is made of.
type Kind string

// Job is one job of the project, with the defaults of the project filled in.
type Job struct {
	Name  string
	Kind  Kind
	File  string   // the .sql or .jar, relative to the project
	Class string   // main class of a jar; "" takes the one its manifest names
	Args  []string // of a jar's main method; recorded form, see Live

	Target           string // name of a target
	Parallelism      int    // 0 leaves it to the target
	Resources        Resources
	Checkpoints      Checkpoints
	StateBackend     string // as Flink names it: "rocksdb"; "" leaves it to the target
	Restart          Restart
	HighAvailability HighAvailability
	Environment      map[string]string // of the job's own processes; recorded form, see Live
	Labels           map[string]string
	PodTemplate      string            // file, relative to the project; "" takes that of the target
	Jars             []string          // user jars and connectors beside File, relative to the project
	Options          map[string]string // Flink configuration as written; recorded form, see Live
	Description      string

	node *yaml.Node
}

// Resources are what the processes of a job get where it has processes of its own. Zero values leave it to the target.
type Resources struct {
	JobManager  Process `yaml:"jobManager" doc:"The JobManager."`
	TaskManager Worker  `yaml:"taskManager" doc:"Each TaskManager."`
}

// Process is the size of one JVM.
type Process struct {
	Memory bytesize.Size `yaml:"memory" doc:"Memory of the whole process." example:"2g"`
	CPU    float64       `yaml:"cpu" min:"0.1" max:"1024" doc:"CPU cores; parts of one are allowed." example:"1"`
}

// Worker is a TaskManager.
type Worker struct {
	Process
	Slots int `yaml:"slots" min:"1" max:"1024" doc:"Task slots." example:"2"`
	// Managed is a pointer because none at all is something to ask for; nil leaves it to Flink.
	Managed *float64 `yaml:"managed" min:"0" max:"0.99" doc:"Part of Flink's memory that is managed, for RocksDB, sorting and Python." example:"0.4"`
}

// Checkpoints say how a job saves its state. Zero values leave it to Flink and the target.
type Checkpoints struct {
	Interval time.Duration `yaml:"interval" doc:"Time between two checkpoints." example:"1m"`
	Mode     string        `yaml:"mode" enum:"exactly-once|at-least-once" doc:"Guarantee after a failure." example:"exactly-once"`
	Timeout  time.Duration `yaml:"timeout" doc:"Give a checkpoint up after this long." example:"10m"`
	MinPause time.Duration `yaml:"minPause" doc:"Least time between the end of one checkpoint and the start of the next." example:"10s"`
	Keep     int           `yaml:"keep" min:"1" max:"1000" doc:"How many completed checkpoints are kept." example:"3"`
}

// Restart says what becomes of a job whose tasks failed. Zero values leave it to Flink and the target.
type Restart struct {
	Strategy string        `yaml:"strategy" enum:"exponential-delay|fixed-delay|failure-rate|none" doc:"When to give up: after a number of restarts, of restarts in a while, of restarts in a row, or at once." example:"exponential-delay"`
	Attempts int           `yaml:"attempts" min:"1" max:"2147483647" doc:"Restarts before the job is given up: in all with fixed-delay, within a while with failure-rate, in a row with exponential-delay (since Flink 1.19)." example:"10"`
	Within   time.Duration `yaml:"within" doc:"The while that failure-rate looks at; with exponential-delay, the time without a failure after which the delay is the first one again." example:"10m"`
	Delay    time.Duration `yaml:"delay" doc:"Time before a restart; with exponential-delay, before the first one." example:"1s"`
	MaxDelay time.Duration `yaml:"maxDelay" doc:"What the delay grows to with exponential-delay." example:"1m"`
}

// HighAvailability says how a job survives its JobManager. The zero value: it does not.
type HighAvailability struct {
	Storage string `yaml:"storage" doc:"Folder of a file system that all processes reach; JobManagers hand the job on through it." example:"s3://streams/ha"`
}

// Target is a place to run jobs, as the project names it. Which fields mean something depends on Kind.
type Target struct {
	Name string
	Kind TargetKind
	TargetSettings
}

// TargetKind is the kind of place.
type TargetKind string

// The kinds of target.
const (
	Local      TargetKind = "local"
	Session    TargetKind = "session" // a session cluster that others run, with a SQL Gateway: for previews
	Kubernetes TargetKind = "kubernetes"
	YARN       TargetKind = "yarn"
)

// TargetSettings are the keys of all kinds of target; a key of another kind is a finding.
type TargetSettings struct {
	Options map[string]string `yaml:"options" any:"true" doc:"Flink configuration of every job on this target." example:"{state.backend.type: rocksdb}"`

	// local
	Slots int           `yaml:"slots" min:"1" max:"1024" doc:"Task slots of the local cluster." example:"8"`
	Idle  time.Duration `yaml:"idle" doc:"Stop the local cluster after this long without a job or a preview." example:"30m"`
	Home  string        `yaml:"home" doc:"Folder of a Flink distribution to use instead of the provisioned one."`

	// session
	Gateway    string `yaml:"gateway" doc:"Address of the SQL Gateway of a session cluster." example:"http://flink:8083"`
	JobManager string `yaml:"jobManager" doc:"Address of its JobManager." example:"http://flink:8081"`

	// kubernetes
	Context        string `yaml:"context" doc:"Context of the kubeconfig." example:"prod"`
	Namespace      string `yaml:"namespace" doc:"Namespace of the jobs." example:"streams"`
	Image          string `yaml:"image" doc:"Container image with Flink." example:"registry.example/flink:2.2"`
	Kubeconfig     string `yaml:"kubeconfig" doc:"File with the clusters and how to sign in; without it $KUBECONFIG, ~/.kube/config, or the pod that autostream runs in." example:"~/.kube/prod.yaml"`
	ServiceAccount string `yaml:"serviceAccount" doc:"Service account of the jobs' pods (default: flink)." example:"flink"`
	PodTemplate    string `yaml:"podTemplate" doc:"File with a Pod that the pods of all jobs are made from." example:"pods/prod.yaml"`
	REST           string `yaml:"rest" pattern:"proxy|port-forward|https?://[^ ]*[{]cluster[}][^ ]*" form:"proxy, port-forward, or an address with {cluster} in it" doc:"How JobManagers are reached: by the API server's proxy (the default), by port forwarding, or at an address in which {cluster} stands for the name of the job's cluster." example:"https://{cluster}.flink.example"`
	Deployer       string `yaml:"deployer" enum:"native|operator|auto" doc:"Who makes the Flink clusters: autostream (native, the default), Flink's Kubernetes operator, or the operator where there is one." example:"auto"`

	// yarn
	ResourceManager []string `yaml:"resourceManager" doc:"Addresses of the ResourceManagers." example:"https://rm1:8090"`
	Queue           string   `yaml:"queue" doc:"YARN queue of the jobs." example:"streams"`
	Principal       string   `yaml:"principal" doc:"Kerberos principal that the keytab is for." example:"streams@EXAMPLE.COM"`
	Keytab          string   `yaml:"keytab" doc:"File with its keys; without it the tickets of kinit are used." example:"/etc/security/streams.keytab"`
	Client          string   `yaml:"client" enum:"flink" doc:"Submit with Flink's own client, in a process of its own, for what autostream's own way does not have." example:"flink"`

	// yarn, kubernetes
	Files string `yaml:"files" doc:"Address of the file system of jobs' state, and on YARN of what is staged: webhdfs://NAMENODE:9870/FOLDER, on Kubernetes s3://BUCKET/FOLDER?endpoint=http://STORE:9000." example:"webhdfs://nn1:9870"`
}

// Lint is what the project asks of `autostream lint`.
type Lint struct {
	Rules    map[string]string // "off" or a level, by id, name or category of a rule
	FailOn   string            // a level or "never"; "" when not set
	Baseline string            // relative to the project; "" for none
}

// Job returns a job by name.
func (p *Project) Job(name string) (Job, bool) {
	i := slices.IndexFunc(p.Jobs, func(j Job) bool { return j.Name == name })
	if i < 0 {
		return Job{}, false
	}
	return p.Jobs[i], true
}

// Target returns a target by name.
func (p *Project) Target(name string) (Target, bool) {
	i := slices.IndexFunc(p.Targets, func(t Target) bool { return t.Name == name })
	if i < 0 {
		return Target{}, false
	}
	return p.Targets[i], true
}

// Path makes a path of the project absolute.
func (p *Project) Path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, filepath.FromSlash(name))
}

// Rel makes a path relative to the project, with slashes, where it lies inside; others stay absolute.
func (p *Project) Rel(path string) string {
	if rel, err := filepath.Rel(p.Dir, path); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return filepath.ToSlash(rel)
	}
	return path
}

// UnknownLintRules returns a finding for each rule under lint that does not exist, among all that do.
func (p *Project) UnknownLintRules(known []string) []diag.Finding {
	var findings []diag.Finding
	rules := p.root.Get("lint").Get("rules")
	for _, name := range rules.Keys() {
		if slices.Contains(known, name) {
			continue
		}
		help := "autostream rules lists them"
		if near, ok := diag.Nearest(name, known); ok {
			help = "did you mean " + near + "?"
		}
		n := rules.Get(name)
		findings = append(findings, ruleUnknownLintRule.At(n.File(), n.Key(), "there is no rule "+name, help))
	}
	return findings
}

// Rules lists every rule about project files, for the reference and `autostream rules`.
func Rules() []diag.Rule { return append(yaml.Rules(), rules()...) }

// ValidName says whether a project can have a name.
func ValidName(name string) bool { return yaml.Allows(file{}, "name", name) }
