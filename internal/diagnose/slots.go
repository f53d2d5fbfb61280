package diagnose

import (
	"fmt"
	"slices"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
)

// waiting is how many tasks have no slot.
func (s *Snapshot) waiting() (tasks int) {
	for _, v := range s.Vertices {
		for _, t := range v.Subtasks {
			if waits(t) {
				tasks++
			}
		}
	}
	return tasks
}

// comes is how long it may take until a TaskManager that was asked for is there: its image may have to be pulled.
const comes = 2 * time.Minute

// judgeSlots tells that tasks wait for slots.
func judgeSlots(s *Snapshot) []Finding {
	waiting := s.waiting()
	if first := s.Failures.First; first != nil && first.Rule == "no-slots" {
		return nil // judgeFailures has said so
	}
	if waiting == 0 || s.Taken.Sub(s.Started) < 30*time.Second || s.State == "FAILED" {
		return nil
	}
	f := Finding{
		ID: "no-slots", Severity: Serious, Title: fmt.Sprintf("%d tasks wait for slots", waiting), Effect: "The job does nothing until it has all its slots.",
		Doc: "https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/elastic_scaling/", weight: weighFailure - 1,
	}
	if age := s.Taken.Sub(s.Started); len(s.TaskManagers) == 0 && age < comes || age < comes/2 {
		f.Severity = Warning // they may be starting
	}
	s.slots(&f)
	return []Finding{f}
}

// slots says how many slots the job needs and the cluster has. Subtasks of different vertices share slots, unless the job says
// otherwise, so that it needs as many as its widest vertex has subtasks.
func (s *Snapshot) slots(f *Finding) {
	has, free := 0, 0
	for _, tm := range s.TaskManagers {
		has, free = has+tm.Slots, free+tm.FreeSlots
	}
	f.Evidence = append(f.Evidence, fmt.Sprintf("%d TaskManagers are registered, with %d slots, of which %d are free", len(s.TaskManagers), has, free))
	f.Fix, f.Config = "Add TaskManagers; find out why they do not start (queue, quota, image, memory).", nil
	if len(s.Vertices) == 0 {
		return
	}
	widest := slices.MaxFunc(s.Vertices, func(a, b Vertex) int { return a.Parallelism - b.Parallelism })
	f.Evidence = append(f.Evidence, fmt.Sprintf("%s has %d subtasks, each in a slot of its own", widest.Name, widest.Parallelism))
	fits := min(has, free+s.placed())
	if fits == 0 && has < widest.Parallelism { // those that it has are kept for it until it gets all
		fits = has
	}
	switch {
	case has == 0:
	case fits == 0:
		f.Title = fmt.Sprintf("the job needs %d slots, and other jobs have too many of the %d of the cluster", widest.Parallelism, has)
		f.Fix = "Lower the parallelism, stop another job, or " + moreSlots
	case fits < widest.Parallelism:
		f.Title = fmt.Sprintf("the job needs %d slots, and gets %d of the %d that the cluster has", widest.Parallelism, fits, has)
		f.Fix = fmt.Sprintf("Lower the parallelism to %d, or %s", fits, moreSlots)
		f.Config = []failure.Setting{{Key: "parallelism.default", Value: fmt.Sprint(fits)}}
	}
}

const moreSlots = "add TaskManagers or slots (slots of a target on this machine, taskmanager.numberOfTaskSlots elsewhere)."

// placed is how many slots the job has.
func (s *Snapshot) placed() (most int) {
	for _, v := range s.Vertices {
		placed := 0
		for _, t := range v.Subtasks {
			if t.TaskManager != "" && !waits(t) && t.State != "FAILED" && t.State != "CANCELED" {
				placed++
			}
		}
		most = max(most, placed)
	}
	return most
}

// waits says whether a subtask has no slot.
func waits(t Subtask) bool { return t.State == "SCHEDULED" || t.State == "CREATED" }
