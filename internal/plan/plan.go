// Package plan says what a job of a project is: its canonical form, what identifies it, and how two forms differ.
//
// Everything here is a value. Texts are recorded texts: they name secrets as ${NAME} and never hold one, so that a Spec
// can be stored, shown and compared. Files are read by others; jars come as hashes of their content.
package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/token"
)

// Spec is everything that decides how a job runs, whoever deploys it and wherever its files lie. It is recorded as JSON
// with each version of a job.
type Spec struct {
	Job     string `json:"job"`
	Release string `json:"release"` // Flink line, "2.2"

	// Statements of a SQL job, without semicolons, in the order in which Flink gets them; the last one starts the job.
	Statements []string `json:"statements,omitempty"`

	// Program of a job that is a jar.
	Program *Program `json:"program,omitempty"`

	Parallelism      int               `json:"parallelism,omitempty"` // 0 leaves it to the target
	Options          map[string]string `json:"options,omitempty"`     // Flink configuration under the names of Release
	Jars             []Jar             `json:"jars,omitempty"`        // functions and connectors, in name order
	Resources        Resources         `json:"resources,omitzero"`
	Environment      map[string]string `json:"environment,omitempty"` // of the job's own processes
	Labels           map[string]string `json:"labels,omitempty"`
	HighAvailability string            `json:"highAvailability,omitempty"` // folder through which JobManagers hand the job on; "": they do not
	PodTemplate      string            `json:"podTemplate,omitempty"`      // on Kubernetes: a Pod in YAML
}

// Resources are what the processes of a job get where it has processes of its own. Zero values leave it to the target.
type Resources struct {
	JobManager  Process `json:"jobManager,omitzero"`
	TaskManager Process `json:"taskManager,omitzero"`
}

// Process is the size of one JVM.
type Process struct {
	Memory string  `json:"memory,omitempty"` // as Flink writes sizes: "2g"
	CPU    float64 `json:"cpu,omitempty"`    // cores
	Slots  int     `json:"slots,omitempty"`  // of TaskManagers
}

// Program is a main class in a jar.
type Program struct {
	Jar   Jar      `json:"jar"`
	Class string   `json:"class,omitempty"` // "" takes the one that the jar's manifest names
	Args  []string `json:"args,omitempty"`
}

// Jar is a jar by its content.
type Jar struct {
	Name   string `json:"name"`   // as the project names it, relative to the project
	SHA256 string `json:"sha256"` // hexadecimal
}

// Source is what a plan is made of: a job of a project, read from its files.
type Source struct {
	Job         project.Job
	Release     string
	Target      project.Target
	Scripts     []Script // of a SQL job: shared tables, then its own
	Jars        []Jar    // of the job; a jar job's own jar comes first
	PodTemplate string   // text of the job's template, or of its target's
}

// Plan is a Spec and where its parts come from.
type Plan struct {
	Spec    Spec
	origins []origin // one per statement
}

// JSON is the form in which a Spec is recorded.
func (s Spec) JSON() ([]byte, error) { return json.Marshal(s) }

// Read reads a recorded Spec.
func Read(recorded []byte) (Spec, error) {
	var s Spec
	if err := json.Unmarshal(recorded, &s); err != nil {
		return Spec{}, fmt.Errorf("reading the recorded form of a job: %w", err)
	}
	return s, nil
}

// Hash identifies what a job does: two Specs of one hash run alike. Comments and layout of statements, names of jar
// files and the order of jars do not count.
func (s Spec) Hash() string {
	statements := make([]string, len(s.Statements))
	for i, text := range s.Statements {
		statements[i] = tokens(text)
	}
	s.Statements = statements
	s.Jars = slices.Clone(s.Jars)
	for i := range s.Jars {
		s.Jars[i].Name = ""
	}
	slices.SortFunc(s.Jars, func(a, b Jar) int { return cmp.Compare(a.SHA256, b.SHA256) })
	if s.Program != nil {
		program := *s.Program
		program.Jar.Name = ""
		s.Program = &program
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // there is nothing in a Spec that JSON cannot hold
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// tokens writes a statement as its tokens with one blank between them.
func tokens(statement string) string {
	var out strings.Builder
	lexer := token.NewLexer(statement)
	for t := lexer.Next(); t.Kind != token.EOF; t = lexer.Next() {
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(statement[t.Start:t.End])
	}
	return out.String()
}

// FileName is the last part of a jar's name.
func (j Jar) FileName() string { return path.Base(j.Name) }
