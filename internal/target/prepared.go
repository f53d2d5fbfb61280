package target

import "context"

// Prepared is a Target in a place that has to be set up before jobs can run there, by somebody with more rights than
// those who run jobs.
type Prepared interface {
	// Manifest is what Setup makes, in the form in which the place takes it from files.
	Manifest() ([]byte, error)
	// Setup makes what jobs need. What is there already stays. made is told the name of each thing.
	Setup(ctx context.Context, made func(name string)) error
	// Check finds out whether jobs can be run by the caller, asking the place itself for each right.
	Check(ctx context.Context) ([]Check, error)
	// Orphans lists what AutoStream made and nothing belongs to any more.
	Orphans(ctx context.Context) ([]Orphan, error)
	// RemoveOrphan removes one. One that is gone is not an error.
	RemoveOrphan(ctx context.Context, o Orphan) error
}

// Check is one thing that jobs need.
type Check struct {
	Name    string `json:"name"`  // "pods may delete pods"
	State   string `json:"state"` // CheckOK, CheckMissing, CheckUnknown
	Problem string `json:"problem,omitempty"`
	Fix     string `json:"fix,omitempty"`
}

// The states of a Check.
const (
	CheckOK      = "ok"
	CheckMissing = "missing"
	CheckUnknown = "unknown" // the place does not tell the caller
)

// Orphan is a thing that nothing belongs to any more.
type Orphan struct {
	Kind   string `json:"kind"` // as the place calls it: "Deployment"
	Name   string `json:"name"`
	Reason string `json:"reason"`
}
