package threads

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Report is what thread dumps tell about a job.
type Report struct {
	Threads   int        `json:"threads"` // in the last dump of each process
	Samples   int        `json:"samples"` // dumps of each process
	Deadlocks [][]Holder `json:"deadlocks,omitempty"`
	HotLocks  []Lock     `json:"hotLocks,omitempty"`
	Operators []Operator `json:"operators"`
	Pools     []Pool     `json:"pools,omitempty"` // the largest groups of threads that are of no task
}

// Operator is what the subtasks of a vertex do.
type Operator struct {
	Name  string  `json:"operator"`
	Doing []Doing `json:"doing"` // what most subtasks do first
}

// Doing is an activity with the subtasks that were seen at it.
type Doing struct {
	Activity
	Subtasks []string `json:"subtasks"`
	Share    float64  `json:"share"`           // of the operator's samples, 0 to 1
	Stack    []string `json:"stack,omitempty"` // of one of them
	Stuck    []string `json:"stuck,omitempty"` // subtasks whose stack was the same in every sample, of 3 or more
}

// Pool is a group of threads whose names differ in numbers only.
type Pool struct {
	Name    string `json:"name"`
	Threads int    `json:"threads"`
}

// Bounds of what is reported.
const (
	shownFrames = 12
	mostPools   = 8
	comparable  = 10 // frames of which a stack that does not move is known
	manySamples = 3
)

// Job is what is known about the job whose threads are looked at.
type Job struct {
	Keep     func(operator string) bool // chooses the operators to tell about; nil keeps all
	Services []Service
}

// Analyse reads dumps that were taken one after the other, of one process or several.
func Analyse(dumps []Dump, job Job) Report {
	a := analysis{Job: job, tasks: map[Task]*samples{}}
	last := map[string]Dump{}
	count := map[string]int{}
	for _, d := range dumps {
		last[d.Process] = d
		count[d.Process]++
		a.add(d)
	}
	r := Report{Operators: a.operators()}
	for _, process := range slices.Sorted(maps.Keys(last)) {
		d := last[process]
		owners := d.owners()
		r.Threads += len(d.Threads)
		r.Samples = max(r.Samples, count[process])
		for _, circle := range d.deadlocks(owners) {
			if slices.ContainsFunc(circle, func(h Holder) bool { return a.concerns(h.Thread) }) {
				r.Deadlocks = append(r.Deadlocks, circle)
			}
		}
		for _, lock := range d.hotLocks(owners) {
			if slices.ContainsFunc(append(lock.Waiters, lock.Owner), a.concerns) {
				r.HotLocks = append(r.HotLocks, lock)
			}
		}
		r.Pools = append(r.Pools, d.pools()...)
	}
	slices.SortFunc(r.Pools, func(x, y Pool) int { return cmp.Or(cmp.Compare(y.Threads, x.Threads), cmp.Compare(x.Name, y.Name)) })
	r.Pools = r.Pools[:min(len(r.Pools), mostPools)]
	return r
}

type analysis struct {
	Job
	tasks map[Task]*samples
}

// concerns says whether a thread is not one of another job's tasks.
func (a *analysis) concerns(thread string) bool {
	task, _, ok := Thread{Name: thread}.task()
	return thread != "" && (!ok || a.Keep == nil || a.Keep(task.Operator))
}

// samples are what a task was seen at, one in each dump that it is in.
type samples struct {
	seen   []Activity
	stacks []string // the innermost frames, for comparison
	frames []string // of the last one
}

// chosen finds the thread of each task that tells what it does, by its place in the dump. The thread of a task that waits
// for the thread of its legacy source tells nothing: the source's own thread does the work then.
func (a *analysis) chosen(d Dump) map[Task]int {
	chosen := map[Task]int{}
	for i, t := range d.Threads {
		task, prefix, ok := t.task()
		if !ok || a.Keep != nil && !a.Keep(task.Operator) {
			continue
		}
		switch prefix {
		case "Legacy Source Thread - ":
			chosen[task] = i
		case "":
			if _, taken := chosen[task]; !taken {
				chosen[task] = i
			}
		}
	}
	return chosen
}

// add looks at the tasks of a dump.
func (a *analysis) add(d Dump) {
	owners := d.owners()
	for task, i := range a.chosen(d) {
		s := a.tasks[task]
		if s == nil {
			s = &samples{}
			a.tasks[task] = s
		}
		t := d.Threads[i]
		var owner *Thread
		if owners[i] >= 0 {
			owner = &d.Threads[owners[i]]
		}
		s.seen = append(s.seen, t.located(t.activity(owner), task.Operator, a.Services))
		s.stacks = append(s.stacks, t.lock+"\n"+strings.Join(t.Frames[:min(len(t.Frames), comparable)], "\n"))
		s.frames = t.Frames
	}
}

// stuck says whether a task was at the same place in every sample, waiting for something that is not a record.
func (s *samples) stuck() bool {
	if len(s.seen) < manySamples {
		return false
	}
	kind := s.seen[len(s.seen)-1].Kind
	still := !slices.ContainsFunc(s.stacks, func(stack string) bool { return stack != s.stacks[0] })
	return still && (kind == OwnWait || kind == OnLock || kind == External)
}

// operators groups the tasks.
func (a *analysis) operators() []Operator {
	byName := map[string]map[string]*Doing{}
	total := map[string]int{}
	for _, task := range slices.SortedFunc(maps.Keys(a.tasks), func(x, y Task) int {
		return cmp.Or(cmp.Compare(x.Operator, y.Operator), compareSubtasks(x.Subtask, y.Subtask))
	}) {
		s := a.tasks[task]
		total[task.Operator] += len(s.seen)
		doing := byName[task.Operator]
		if doing == nil {
			doing = map[string]*Doing{}
			byName[task.Operator] = doing
		}
		for _, activity := range s.seen {
			key := string(activity.Kind) + activity.What + "\x00" + activity.At
			d := doing[key]
			if d == nil {
				d = &Doing{Activity: activity, Stack: s.frames[:min(len(s.frames), shownFrames)]}
				doing[key] = d
			}
			d.Share++
			if !slices.Contains(d.Subtasks, task.Subtask) {
				d.Subtasks = append(d.Subtasks, task.Subtask)
				if s.stuck() {
					d.Stuck = append(d.Stuck, task.Subtask)
				}
			}
		}
	}
	out := []Operator{}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		o := Operator{Name: name}
		for _, d := range byName[name] {
			d.Share /= float64(total[name])
			o.Doing = append(o.Doing, *d)
		}
		slices.SortFunc(o.Doing, func(x, y Doing) int {
			return cmp.Or(cmp.Compare(y.Share, x.Share), cmp.Compare(x.At, y.At), cmp.Compare(x.What, y.What))
		})
		out = append(out, o)
	}
	return out
}

// compareSubtasks orders "2/10" before "10/10".
func compareSubtasks(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// pools counts the threads that are of no task by their names without numbers.
func (d Dump) pools() []Pool {
	counts := map[string]int{}
	for _, t := range d.Threads {
		if _, _, ok := t.task(); !ok {
			counts[poolName(t.Name)]++
		}
	}
	var pools []Pool
	for name, n := range counts {
		if n > 1 {
			pools = append(pools, Pool{Name: name, Threads: n})
		}
	}
	return pools
}

// poolName replaces the numbers of a thread's name by #.
func poolName(name string) string {
	var b strings.Builder
	inside := false
	for i := range len(name) {
		digit := name[i] >= '0' && name[i] <= '9'
		if !digit {
			b.WriteByte(name[i])
		} else if !inside {
			b.WriteByte('#')
		}
		inside = digit
	}
	return b.String()
}
