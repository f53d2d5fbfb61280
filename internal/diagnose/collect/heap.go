package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/diagnose/heap"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// Processes are the JVMs of a job, reached through HotSpot's attach protocol.
type Processes struct {
	Target target.Attachable
	All    []target.JVM
}

// Everything is all processes of a job, the JobManager among them.
const Everything = "*"

// Inside finds the JVMs of the job: those of its TaskManagers, the one that is named, or Everything.
func (s Subject) Inside(ctx context.Context, only string) (Processes, error) {
	if s.JVMs == nil {
		return Processes{}, fault.Errorf(fault.Failed, "nothing can be attached to the processes of %s", s.Name).
			WithFix("run this program beside the JVM, in its pod or on its host, with --pid PID instead of the job")
	}
	all, err := s.JVMs.JVMs(ctx, target.JobID(s.ID))
	if err != nil {
		return Processes{}, err
	}
	p := Processes{Target: s.JVMs}
	for _, v := range all {
		if v.ID == only || only == Everything || only == "" && v.ID != rest.JobManager {
			p.All = append(p.All, v)
		}
	}
	if len(p.All) == 0 {
		return Processes{}, fault.Errorf(fault.NotFound, "%s has no process %s that can be attached to", s.Name, only)
	}
	return p, nil
}

// IDs names the processes.
func (p Processes) IDs() []string {
	ids := make([]string, len(p.All))
	for i, v := range p.All {
		ids[i] = v.ID
	}
	return ids
}

// Ask has every process carry out a command, a few at once, and returns the answers by process. Processes that cannot
// answer are in problem; when none can, that is the error.
func (p Processes) Ask(ctx context.Context, command string, args ...string) (answers map[string]string, problem error, err error) {
	answers = map[string]string{}
	var problems []error
	var mu sync.Mutex
	each(p.All, func(_ int, v target.JVM) {
		text, err := p.ask(ctx, v, command, args)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", v.ID, err))
			return
		}
		answers[v.ID] = text
	})
	problem = errors.Join(problems...)
	if len(answers) == 0 {
		return nil, nil, problem
	}
	return answers, problem, nil
}

func (p Processes) ask(ctx context.Context, v target.JVM, command string, args []string) (string, error) {
	answer, err := p.Target.Attach(ctx, v, command, args...)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(answer)
	return string(text), errors.Join(err, answer.Close())
}

// Histogram adds up the heaps of the processes; which is Live or All. Processes that cannot answer are in problem.
func (p Processes) Histogram(ctx context.Context, which string) (_ heap.Histogram, problem error, _ error) {
	answers, problem, err := p.Ask(ctx, "inspectheap", which)
	if err != nil {
		return nil, nil, fmt.Errorf("asking for a class histogram: %w", err)
	}
	var sum heap.Histogram
	for _, text := range answers {
		sum = sum.Plus(heap.Parse(text))
	}
	return sum, problem, nil
}

// The objects that a histogram or a dump counts.
const (
	Live = "-live" // those that are reachable: a full garbage collection comes first
	All  = "-all"  // also garbage, without a collection
)

// Dump writes the reachable objects of the first process to w. The JVM writes its file beside other temporary files; it is
// taken away again whatever happens. A dump that has begun cannot be stopped, so when ctx ends its end is awaited first.
func (p Processes) Dump(ctx context.Context, w io.Writer) error {
	v := p.All[0]
	path := fmt.Sprintf("/tmp/autostream-%d-%d.hprof", v.PID, time.Now().UnixNano())
	_, err := p.ask(context.WithoutCancel(ctx), v, attach.DumpHeap, []string{path, Live})
	if err = cmp.Or(err, ctx.Err()); err != nil {
		cleanUp, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = p.Target.Fetch(cleanUp, v, path, io.Discard) // it may have been begun
		return fmt.Errorf("dumping the heap of %s: %w", v.ID, err)
	}
	if err := p.Target.Fetch(ctx, v, path, w); err != nil {
		return fmt.Errorf("fetching the heap dump of %s: %w", v.ID, err)
	}
	return nil
}
