package savepoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/job"
)

// InspectOptions is everything `autostream savepoint inspect` depends on.
type InspectOptions struct {
	IO     *term.IO
	Jobs   func(context.Context) (Stater, func(), error) // opened only when a job is named
	What   string                                        // path of a savepoint or checkpoint, or a job
	Dir    string                                        // paths are relative to it
	Format term.Format
}

// Stater is the part of the job service that knows what a job would start from.
type Stater interface {
	jobs.Finder
	NewestState(ctx context.Context, ref job.Ref) (string, error)
}

func newInspect(d *deps.Deps, run func(context.Context, *InspectOptions) error) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "inspect PATH|JOB",
		Short: "Show what is in a savepoint or checkpoint",
		Long: "Show what is in a savepoint or checkpoint: the operators with state, how much of it, and whether all files are there.\n" +
			"Nothing is started for it. For a JOB it is the newest savepoint or checkpoint, from which it would start.",
		Example:           "  autostream savepoint inspect pv_uv\n  autostream savepoint inspect .autostream/savepoints/savepoint-4f1c2a-0b9d7e51",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := &InspectOptions{IO: d.IO, What: args[0], Dir: d.Dir, Format: format.Value}
			o.Jobs = func(ctx context.Context) (Stater, func(), error) {
				_, service, done, err := jobs.Open(ctx, d)
				return service, done, err
			}
			if run == nil {
				run = inspect
			}
			return run(cmd.Context(), o)
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// inspection is the contract of `savepoint inspect --format json`. Sizes are in bytes.
type inspection struct {
	Version      int        `json:"version"`
	Path         string     `json:"path"`
	Complete     bool       `json:"complete"` // every file is there, with the size it had
	Metadata     int        `json:"metadataVersion"`
	CheckpointID int64      `json:"checkpointId"`
	Size         int64      `json:"size"`
	Files        int        `json:"files"`
	Missing      []string   `json:"missing,omitempty"` // files that are not there or have another size
	Operators    []operator `json:"operators"`
}

type operator struct {
	ID             string `json:"id"`
	Name           string `json:"name,omitempty"` // since Flink 2.0
	UID            string `json:"uid,omitempty"`
	Parallelism    int    `json:"parallelism"`
	MaxParallelism int    `json:"maxParallelism"`
	Size           int64  `json:"size"`
	Keyed          int64  `json:"keyed"`
	Operator       int64  `json:"operator"`
	Coordinator    int64  `json:"coordinator"`
	Channel        int64  `json:"channel"`
}

func inspect(ctx context.Context, o *InspectOptions) error {
	path, err := o.path(ctx)
	if err != nil {
		return err
	}
	s, err := snapshot.Open(path)
	if err != nil {
		return err
	}
	report := inspectionOf(path, s)
	if err := o.IO.Write(o.Format, report); err != nil {
		return err
	}
	if !report.Complete {
		return fault.Errorf(fault.Failed, "%d of %d files of %s are missing or cut short", len(report.Missing), report.Files, path)
	}
	return nil
}

// path is what is meant: a folder with a snapshot, or else the newest state of a job.
func (o *InspectOptions) path(ctx context.Context) (string, error) {
	if local, ok := snapshot.LocalPath(o.What); ok {
		if !filepath.IsAbs(local) {
			local = filepath.Join(o.Dir, local)
		}
		if _, err := os.Stat(local); err == nil || filepath.IsAbs(o.What) {
			return local, nil
		}
	}
	service, done, err := o.Jobs(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	ref, err := service.Find(ctx, o.What)
	if err != nil {
		return "", err
	}
	return service.NewestState(ctx, ref)
}

func inspectionOf(path string, s snapshot.Snapshot) inspection {
	r := inspection{
		Version: 1, Path: path, Metadata: s.Version, CheckpointID: s.CheckpointID, Size: s.Size().Total(), Operators: []operator{},
	}
	for _, o := range s.Operators {
		r.Operators = append(r.Operators, operator{
			ID: o.ID, Name: o.Name, UID: o.UID, Parallelism: o.Parallelism, MaxParallelism: o.MaxParallelism, Size: o.Size.Total(),
			Keyed: o.Size.Keyed, Operator: o.Size.Operator, Coordinator: o.Size.Coordinator, Channel: o.Size.Channel,
		})
	}
	folder, _ := snapshot.LocalPath(path)
	for _, f := range s.Files() {
		r.Files++
		if !whole(folder, f) {
			r.Missing = append(r.Missing, f.Path)
		}
	}
	r.Complete = len(r.Missing) == 0
	return r
}

// whole says whether a file is there with the size that Flink recorded. One on another file system is believed to be.
func whole(folder string, f snapshot.File) bool {
	path, local := snapshot.LocalPath(f.Path)
	if !local {
		return true
	}
	if f.Relative {
		path = filepath.Join(folder, f.Path)
	}
	stat, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	return err != nil || stat.Size() >= f.Size
}

// Rows writes one line for each operator, below one about the whole.
func (r inspection) Rows(io *term.IO) error {
	state := io.Paint(term.Good, "complete")
	if !r.Complete {
		state = io.Paint(term.Bad, "incomplete")
	}
	io.Hint("%s: checkpoint %d, %s in %d files, %s", r.Path, r.CheckpointID, bytesize.Size(r.Size).Approximate(), r.Files, state)
	for _, m := range r.Missing {
		io.Hint("missing: %s", m)
	}
	rows := make([][]string, len(r.Operators))
	for i, o := range r.Operators {
		rows[i] = []string{o.ID, o.Name, fmt.Sprintf("%d/%d", o.Parallelism, o.MaxParallelism), o.bytes(io, o.Size), o.bytes(io, o.Keyed), o.bytes(io, o.Operator), o.bytes(io, o.Coordinator)}
	}
	return io.Grid([]string{"operator", "name", "parallelism/max", "size", "keyed", "operator", "coordinator"}, rows)
}

// bytes is readable on a terminal and exact elsewhere.
func (operator) bytes(io *term.IO, n int64) string {
	if io.OutTerminal {
		return bytesize.Size(n).Approximate()
	}
	return strconv.FormatInt(n, 10)
}
