package flame

import (
	"slices"

	"github.com/autostream/autostream/internal/diagnose/jfr"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// beside is what threads count as that belong to no task: those of clients, of Flink and of the JVM.
const beside = "(other threads)"

// OfRecording makes a profile of a recording: of what used a processor, or of what was allocated, in bytes. keep tells the
// operators that count, nil all; threads that belong to no task count too.
func OfRecording(samples []jfr.Sample, which Which, keep func(operator string) bool) Profile {
	p := newProfile()
	for _, s := range samples {
		task, ofTask := threads.TaskOf(s.Thread)
		if ofTask && keep != nil && !keep(task.Operator) {
			continue
		}
		if (s.Kind == jfr.Allocation) != (which == Allocation) {
			continue
		}
		if p.Seen += s.Weight; s.Kind == jfr.Native { // most of them wait
			continue
		}
		operator := beside
		if ofTask {
			operator = task.Operator
		}
		frames := slices.Clone(s.Frames)
		slices.Reverse(frames)
		did := threads.ActivityOf(s.Frames, threads.Runnable)
		if s.Class != "" {
			frames = append(frames, s.Class)
		}
		p.add(operator, frames, did.What, s.Weight)
	}
	return p
}
