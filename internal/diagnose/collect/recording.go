package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/diagnose/flame"
	"github.com/autostream/autostream/internal/diagnose/jfr"
	"github.com/autostream/autostream/internal/target"
)

// Recording has JDK Flight Recorder watch the TaskManagers for as long as the sampling takes, and makes a profile of what
// it has seen. Processes that cannot be recorded are in problem. What it leaves in their containers is nothing, also when
// ctx ends.
func (s Subject) Recording(ctx context.Context, o Sampling, which flame.Which) (sum flame.Profile, problem error, err error) {
	inside, err := s.Inside(ctx, o.Only)
	if err != nil {
		return sum, nil, err
	}
	length := time.Duration(o.Samples) * o.Every
	var samples []jfr.Sample
	err = s.Do(ctx, Deed{Kind: "recording", What: "JDK Flight Recorder for " + length.String(), Until: time.Now().Add(length)}, inside, func() error {
		var problems []error
		var mu sync.Mutex
		each(inside.All, func(_ int, v target.JVM) {
			found, err := inside.record(ctx, v, length)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", v.ID, err))
			}
			samples = append(samples, found...)
		})
		if problem = errors.Join(problems...); len(problems) == len(inside.All) && ctx.Err() == nil {
			return problem
		}
		return ctx.Err()
	})
	if err != nil {
		return sum, nil, err
	}
	known, unknown, err := s.known(ctx)
	return flame.OfRecording(samples, which, known.Keep), errors.Join(problem, unknown), err
}

// grace is how much longer than it was asked for a recording goes on that nobody stops.
const grace = 30 * time.Second

// record makes a recording of one process. The JVM ends it itself should nobody be left to do so.
func (p Processes) record(ctx context.Context, v target.JVM, length time.Duration) (_ []jfr.Sample, err error) {
	name := fmt.Sprintf("autostream-%d", time.Now().UnixNano())
	if err := p.recorder(ctx, v, "JFR.start name=%s settings=profile disk=false duration=%ds", name, int((length + grace).Seconds())); err != nil {
		return nil, err
	}
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if stopped := p.recorder(stop, v, "JFR.stop name=%s", name); err == nil {
			err = stopped
		}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(length):
	}
	path := "/tmp/" + name + ".jfr"
	written := p.recorder(context.WithoutCancel(ctx), v, "JFR.dump name=%s filename=%s", name, path)
	var text bytes.Buffer
	fetched := p.Target.Fetch(context.WithoutCancel(ctx), v, path, &text) // and so it is removed
	if err := errors.Join(written, ctx.Err()); err != nil {
		return nil, err
	}
	if fetched != nil {
		return nil, fmt.Errorf("fetching the recording: %w", fetched)
	}
	return jfr.Parse(text.Bytes())
}

// recorder has a JVM carry out a command of its flight recorder. What it could not do it says in its answer.
func (p Processes) recorder(ctx context.Context, v target.JVM, format string, args ...any) error {
	answer, err := p.ask(ctx, v, "jcmd", []string{fmt.Sprintf(format, args...)})
	if err != nil {
		return err
	}
	for _, sign := range [...]string{"Could not", "Dump failed", "Exception", "Unknown diagnostic command"} {
		if strings.Contains(answer, sign) {
			line, _, _ := strings.Cut(strings.TrimSpace(answer), "\n")
			return fault.Errorf(fault.Failed, "the flight recorder says: %s", line)
		}
	}
	return nil
}
