package threads

// Sample is what one task was at in one dump.
type Sample struct {
	Task
	Activity
	OnCPU  bool
	Frames []string // the innermost first
}

// Samples lists what the tasks were at, dump by dump: the stuff that flame graphs are made of. keep is as in Job.
func Samples(dumps []Dump, keep func(operator string) bool) []Sample {
	var out []Sample
	a := analysis{Job: Job{Keep: keep}}
	for _, d := range dumps {
		owners := d.owners()
		for task, i := range a.chosen(d) {
			t := d.Threads[i]
			var owner *Thread
			if owners[i] >= 0 {
				owner = &d.Threads[owners[i]]
			}
			out = append(out, Sample{Task: task, Activity: t.activity(owner), OnCPU: t.State == Runnable && !t.onNetwork(), Frames: t.Frames})
		}
	}
	return out
}

// ActivityOf says what a thread with these frames, the innermost first, does in a state.
func ActivityOf(frames []string, state State) Activity {
	return Thread{State: state, Frames: frames}.activity(nil)
}
