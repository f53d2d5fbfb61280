// Package collect asks a running job for all that the judges of package diagnose and its rooms want to know. It is the
// only part of diagnosis that has contact with the world.
package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// Subject is a job that is looked into, and the ways to it. Whether AutoStream deployed it makes no difference.
type Subject struct {
	Name   string // as the user calls it
	Target string // "" where the job was named by the address of its JobManager
	ID     string // Flink's job id
	REST   *rest.Client
	// Logs copies the logs of all processes, live or dead, each line led by its process; nil reads through REST, which
	// knows the live ones.
	Logs func(ctx context.Context, w io.Writer) error
	// JVMs reaches into the processes; nil where the target cannot.
	JVMs target.Attachable
	// Leveling is from where the processes learn of levels of loggers; nil where the target has no such way.
	Leveling target.Leveling
	// Streams tells the Kafka topics that the job may read; nil where nobody knows them.
	Streams func(ctx context.Context) ([]Stream, error)
	// Tables tells the tables of the job as it was deployed; nil where nobody knows them.
	Tables func(ctx context.Context) ([]Table, error)
	// Redact takes secrets out of a text.
	Redact func(string) string
	// Record writes down what is about to be done to processes, lets it be done, and writes down how it ended; nil where
	// there are no records.
	Record func(ctx context.Context, d Deed, processes []string, do func() error) error
}

// Deed is something that is done to processes of a job, beyond looking at what Flink tells.
type Deed struct {
	Kind  string    // "heap-dump"
	What  string    // in a few words
	Until time.Time // when its effect ends; zero when it has none that lasts
}

// Do does something to processes, and has it recorded.
func (s Subject) Do(ctx context.Context, d Deed, p Processes, do func() error) error {
	if s.Record == nil {
		return do()
	}
	return s.Record(ctx, d, p.IDs(), do)
}

// FindByName finds a job of a JobManager by its id, the beginning of it, or its name. "" finds the only job there is.
func FindByName(ctx context.Context, c *rest.Client, name string) (Subject, error) {
	jobs, err := c.Jobs(ctx)
	if err != nil {
		return Subject{}, fmt.Errorf("listing jobs: %w", err)
	}
	var found []rest.Job
	var names []string
	for _, j := range jobs {
		names = append(names, j.Name+"  "+j.ID+"  "+j.State)
		if name == "" || j.Name == name || len(name) >= 4 && strings.HasPrefix(j.ID, name) {
			found = append(found, j)
		}
	}
	switch {
	case len(found) == 0 && len(jobs) == 0:
		return Subject{}, fault.Errorf(fault.NotFound, "the JobManager has no jobs")
	case len(found) == 0:
		return Subject{}, fault.Errorf(fault.NotFound, "the JobManager has no job %s", name).WithFix("it has:\n  %s", strings.Join(names, "\n  "))
	}
	chosen := newest(found)
	if name == "" && len(running(found)) > 1 {
		return Subject{}, fault.Errorf(fault.Usage, "the JobManager has %d jobs", len(found)).WithFix("say which:\n  %s", strings.Join(names, "\n  "))
	}
	return Subject{Name: chosen.Name, ID: chosen.ID, REST: c, Redact: func(s string) string { return s }}, nil
}

// running leaves out the jobs that have ended.
func running(jobs []rest.Job) []rest.Job {
	var out []rest.Job
	for _, j := range jobs {
		if j.End <= 0 {
			out = append(out, j)
		}
	}
	return out
}

// newest prefers jobs that run, and of several the one that was started last.
func newest(jobs []rest.Job) rest.Job {
	if live := running(jobs); len(live) > 0 {
		jobs = live
	}
	best := jobs[0]
	for _, j := range jobs[1:] {
		if j.Start > best.Start {
			best = j
		}
	}
	return best
}

// CopyLogs copies all logs of the job, each line led by the process it is from.
func (s Subject) CopyLogs(ctx context.Context, w io.Writer) error {
	if s.Logs != nil {
		return s.Logs(ctx, w)
	}
	managers, err := s.REST.TaskManagers(ctx)
	if err != nil {
		return fmt.Errorf("listing TaskManagers: %w", err)
	}
	processes := []string{rest.JobManager}
	for _, m := range managers {
		processes = append(processes, m.ID)
	}
	var problems []error
	for _, p := range processes {
		if err := s.copyLog(ctx, p, w); err != nil {
			problems = append(problems, fmt.Errorf("reading the logs of %s: %w", p, err))
		}
	}
	if len(problems) == len(processes) {
		return errors.Join(problems...)
	}
	return ctx.Err()
}

// copyLog copies the logs and outputs of a process. Processes of one machine share a folder, so that names are read once
// only where the id of the process is not part of them.
func (s Subject) copyLog(ctx context.Context, process string, w io.Writer) error {
	files, err := s.REST.LogFiles(ctx, process)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !strings.Contains(f.Name, ".log") && !strings.HasSuffix(f.Name, ".out") {
			continue
		}
		if err := s.REST.Log(ctx, process, f.Name, &labelling{w: w, label: process + ":" + f.Name}); err != nil {
			return err
		}
	}
	return nil
}

// labelling leads each line with the name of its log.
type labelling struct {
	w     io.Writer
	label string
	open  bool // within a line
}

// Write writes text with the label before each line that begins in it.
func (l *labelling) Write(text []byte) (int, error) {
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if !l.open {
			b.WriteString(l.label + " | ")
		}
		b.WriteString(line)
		l.open = !strings.HasSuffix(line, "\n")
	}
	if _, err := io.WriteString(l.w, b.String()); err != nil {
		return 0, err
	}
	return len(text), nil
}
