// Package deps holds what every command may depend on: streams, clock, environment, the project and the services.
//
// Commands get a *Deps when they are declared and call its functions when they run; nothing is opened before it is
// needed, so that `autostream --help` costs no more than starting the process. Package app fills it for the real
// program, tests fill it with fakes.
package deps

import (
	"context"
	"log/slog"
	"time"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
)

// Deps is shared by all commands of one run of the program.
type Deps struct {
	IO     *term.IO
	Global Global // flags of the root command; filled before a command runs

	Log      *slog.Logger // to stderr
	LogLevel *slog.LevelVar

	Now    func() time.Time
	Getenv func(string) string
	Dir    string // working directory of the process

	Version func() Version // what was built, read when it is asked for

	// Project reads the project that the global flags choose, at most once per run. Its findings are for Err, of level
	// error or not; an error means that there is no project or that it cannot be read.
	Project func() (*project.Project, []diag.Finding, error)

	// SessionCluster connects to a target of a project as a place to run queries on, and starts it first when it is the
	// local one and does not run.
	SessionCluster func(ctx context.Context, p *project.Project, t project.Target) (preview.Cluster, error)

	// Target connects to a target of a project.
	Target func(ctx context.Context, p *project.Project, t project.Target) (target.Target, error)

	// KeepCluster starts a local cluster in its folder, keeps it whole, and returns when it has ended.
	KeepCluster func(ctx context.Context, dir string) error

	// Jobs opens the records of the project and the service over them; the function closes the records.
	Jobs func(ctx context.Context) (*job.Service, func() error, error)
}

// Global is what the flags of the root command hold. Zero values mean "not given".
type Global struct {
	Project     string            // -C: folder of autostream.yaml or below it; "" searches upward from Dir
	Environment string            // -e: name of an overlay of the project file
	Variables   map[string]string // --var NAME=VALUE, strongest of all
	Yes         bool              // --yes: skip questions
	Timeout     time.Duration     // --timeout: where something waits; 0 means the command's own default
	Verbose     bool
}

// Version says what was built.
type Version struct {
	Number string // "1.4.0", or "dev"
	Commit string
	Date   string // RFC 3339 of the commit, not of the build
}
