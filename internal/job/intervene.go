package job

import (
	"context"
	"errors"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
)

// Intervene does something to the processes of a job between a record of who is about to do what, and one of how it ended.
// Without the first record nothing is done.
func (s *Service) Intervene(ctx context.Context, i store.Intervention, do func() error) error {
	i.Holder, i.Began = s.Holder, s.Now()
	err := s.Store.Update(ctx, func(w store.Writer) (err error) {
		i, err = w.AddIntervention(ctx, i)
		return err
	})
	if err != nil {
		return err
	}
	problem := do()
	end := store.End{Ended: s.Now(), Outcome: store.Done}
	if problem != nil {
		end.Outcome, end.Error = store.Failed, s.Project.Redact(problem.Error())
	}
	if kind := fault.KindOf(problem); problem != nil && (kind == fault.Interrupted || errors.Is(problem, context.Canceled)) {
		end.Outcome = store.Aborted
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(problem, s.Store.Update(ctx, func(w store.Writer) error { return w.EndIntervention(ctx, i.ID, end) }))
}

// Interventions lists what was done to the processes of a job, newest first; the zero Ref stands for all jobs.
func (s *Service) Interventions(ctx context.Context, job Ref) (found []store.Intervention, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		found, err = r.Interventions(ctx, job)
		return err
	})
	return found, err
}
