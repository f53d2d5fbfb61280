package job

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
)

// Find turns what a user wrote, "pv_uv" or "prod/pv_uv", into a job. Without a target it is where the job was deployed,
// and where it was deployed nowhere, its target in the project.
func (s *Service) Find(ctx context.Context, name string) (Ref, error) {
	known, err := s.Known(ctx)
	if err != nil {
		return Ref{}, err
	}
	if place, job, ok := strings.Cut(name, "/"); ok {
		ref := Ref{Target: place, Job: job}
		_, inProject := s.Project.Job(job)
		_, targetThere := s.Project.Target(place)
		if slices.Contains(known, ref) || inProject && targetThere {
			return ref, nil
		}
		return Ref{}, s.unknown(name, known)
	}
	var found []Ref
	for _, k := range known {
		if k.Job == name {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		return Ref{}, s.unknown(name, known)
	case 1:
		return found[0], nil
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = f.String()
	}
	return Ref{}, fault.Errorf(fault.Usage, "%s is deployed on %d targets", name, len(found)).WithFix("say which:\n  %s", strings.Join(names, "\n  "))
}

func (s *Service) unknown(name string, known []Ref) error {
	var names []string
	for _, k := range known {
		names = append(names, k.Job, k.String())
	}
	err := fault.Errorf(fault.NotFound, "there is no job %s", name)
	if near, ok := diag.Nearest(name, names); ok {
		return err.WithFix("did you mean %s?", near)
	}
	return err.WithFix("autostream list")
}

// Deployable lists the jobs that `deploy [TARGET] [JOB…]` means: the first name is a target if it is one, no job names
// mean every job of the project, and a job without a target goes to its own.
func (s *Service) Deployable(args []string) ([]Ref, error) {
	place := ""
	if len(args) > 0 {
		if _, ok := s.Project.Target(args[0]); ok {
			place, args = args[0], args[1:]
			if _, both := s.Project.Job(place); both && len(args) == 0 {
				return nil, fault.Errorf(fault.Usage, "%s is a target and a job", place).
					WithFix("write both:\n  autostream deploy TARGET %s", place)
			}
		}
	}
	if len(args) == 0 {
		for _, j := range s.Project.Jobs {
			args = append(args, j.Name)
		}
	}
	if len(args) == 0 {
		return nil, fault.Errorf(fault.NotFound, "the project has no jobs").WithFix("add one under jobs: in autostream.yaml")
	}
	var refs []Ref
	for _, name := range args {
		ref := Ref{Target: place, Job: name}
		if where, job, ok := strings.Cut(name, "/"); ok && place == "" {
			ref = Ref{Target: where, Job: job}
		}
		j, ok := s.Project.Job(ref.Job)
		if !ok {
			return nil, s.unknown(name, s.own())
		}
		if ref.Target == "" {
			ref.Target = j.Target
		}
		if _, ok := s.Project.Target(ref.Target); !ok {
			return nil, fault.Errorf(fault.NotFound, "the project has no target %s", ref.Target)
		}
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// own lists the jobs of the project.
func (s *Service) own() []Ref {
	var refs []Ref
	for _, j := range s.Project.Jobs {
		refs = append(refs, Ref{Target: j.Target, Job: j.Name})
	}
	return refs
}

// History is all that was done to a job, newest first.
type History struct {
	Versions   []store.Version
	Runs       []store.Run
	Operations []store.Operation
}

// History returns what is recorded about a job.
func (s *Service) History(ctx context.Context, job Ref) (History, error) {
	var h History
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		if h.Versions, err = r.Versions(ctx, job); err != nil {
			return err
		}
		if h.Runs, err = r.Runs(ctx, job); err != nil {
			return err
		}
		h.Operations, err = r.Operations(ctx, job)
		return err
	})
	return h, err
}

// Version returns one recorded version; 0 is the one that ran last.
func (s *Service) Version(ctx context.Context, job Ref, number int) (store.Version, error) {
	var v store.Version
	err := s.Store.View(ctx, func(r store.Reader) error {
		if number == 0 {
			f, err := recall(ctx, r, job)
			if err != nil {
				return err
			}
			if f.run.ID == "" {
				return neverRan(job)
			}
			v = f.version
			return nil
		}
		var err error
		if v, err = r.Version(ctx, job, number); err != nil {
			return fmt.Errorf("looking for version %d: %w", number, err)
		}
		return nil
	})
	return v, err
}

// redactor takes secrets out of logs, line by line.
type redactor struct {
	w      io.Writer
	redact func(string) string
}

// Write passes text on without secrets. A secret split over two writes would slip through; targets write whole lines.
func (r redactor) Write(text []byte) (int, error) {
	clean := r.redact(string(text))
	if clean == string(text) {
		return r.w.Write(text)
	}
	_, err := bytes.NewBufferString(clean).WriteTo(r.w)
	return len(text), err
}
