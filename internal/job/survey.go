package job

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// How long a list waits for a target before it shows what was last seen there: slowTarget, and latecomer from when the
// target before it answered. A cluster that is down does not hold up those that are not.
const (
	slowTarget = 5 * time.Second
	latecomer  = 700 * time.Millisecond
)

// List tells the state of every job of the project and of every job that was ever deployed from it, by target and name.
// Each target is asked once for all of its jobs, and about single jobs only where that does not say all.
func (s *Service) List(ctx context.Context) ([]Status, error) {
	jobs, err := s.Known(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]facts, len(jobs))
	if err := s.Store.View(ctx, func(r store.Reader) (err error) {
		for i, job := range jobs {
			if all[i], err = recall(ctx, r, job); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	s.survey(ctx, all)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err := s.note(ctx, all); err != nil {
		return nil, err
	}
	out := make([]Status, len(all))
	for i, f := range all {
		out[i] = f.status(s.Now())
	}
	return out, nil
}

// survey asks the targets about all runs that may still be there.
func (s *Service) survey(ctx context.Context, all []facts) {
	places := map[place][]int{}
	for i, f := range all {
		if f.run.ID != "" && f.run.Ended.IsZero() {
			at := place{f.job.Target, f.version.Release}
			places[at] = append(places[at], i)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, slowTarget)
	defer cancel()
	type answer struct {
		at    place
		facts []facts
	}
	answers := make(chan answer, len(places)) // those that come too late are for nobody
	for at, indexes := range places {
		of := make([]facts, len(indexes))
		for n, i := range indexes {
			of[n] = all[i]
		}
		go func() {
			s.surveyOne(ctx, at, of)
			answers <- answer{at, of}
		}()
	}
	began, late := s.Now(), (<-chan time.Time)(nil)
	for len(places) > 0 {
		select {
		case got := <-answers:
			for n, i := range places[got.at] {
				all[i] = got.facts[n]
			}
			delete(places, got.at)
			late = time.After(latecomer)
			continue
		case <-late:
		case <-ctx.Done():
		}
		for _, indexes := range places {
			for _, i := range indexes {
				all[i].contact, all[i].problem = broken, fmt.Errorf("no answer within %s", s.Now().Sub(began).Round(100*time.Millisecond))
			}
		}
		return
	}
}

// surveyOne asks one target for all its jobs, then about each that it does not list or that has ended, and about those
// that are in trouble, for the reason.
func (s *Service) surveyOne(ctx context.Context, at place, all []facts) {
	listed := map[target.JobID]target.Status{}
	t, err := s.target(ctx, at.target, at.release)
	if err == nil {
		var jobs []target.Status
		jobs, err = t.List(ctx)
		for _, st := range jobs {
			listed[st.ID] = st
		}
	}
	var asking sync.WaitGroup
	limit := make(chan struct{}, 16)
	for i := range all {
		f := &all[i]
		st, known := listed[target.JobID(f.run.ID)]
		switch {
		case err != nil:
			f.contact, f.problem = broken, s.redacted(err)
		case known && st.State == target.Running && st.Tasks.Up():
			f.see(st, s.Now())
		default:
			asking.Go(func() {
				limit <- struct{}{}
				defer func() { <-limit }()
				if err := s.askFor(ctx, f); err != nil {
					f.contact, f.problem = broken, s.redacted(err)
				}
			})
		}
	}
	asking.Wait()
}

// note records what was seen of runs for the first time, in one transaction.
func (s *Service) note(ctx context.Context, all []facts) error {
	var news []facts
	for _, f := range all {
		if f.contact == seen && f.changed {
			news = append(news, f)
		}
	}
	if len(news) == 0 {
		return nil
	}
	return s.Store.Update(ctx, func(w store.Writer) error {
		for _, f := range news {
			r, err := w.Run(ctx, f.run.ID)
			if err != nil {
				return err
			}
			if err := w.PutRun(ctx, observed(r, f.live, s.Now())); err != nil {
				return err
			}
		}
		return nil
	})
}
