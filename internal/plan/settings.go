package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/project"
)

// specOf puts together everything but the statements.
func specOf(src Source) Spec {
	job := src.Job
	s := Spec{
		Job: job.Name, Release: src.Release, Parallelism: job.Parallelism, Options: options(src), Jars: slices.Clone(src.Jars),
		Resources:   Resources{JobManager: processOf(job.Resources.JobManager), TaskManager: processOf(job.Resources.TaskManager.Process)},
		Environment: job.Environment, Labels: job.Labels, HighAvailability: job.HighAvailability.Storage, PodTemplate: src.PodTemplate,
	}
	s.Resources.TaskManager.Slots = job.Resources.TaskManager.Slots
	if job.Kind == project.Jar && len(s.Jars) > 0 {
		s.Program = &Program{Jar: s.Jars[0], Class: job.Class, Args: job.Args}
		s.Jars = s.Jars[1:]
	}
	slices.SortFunc(s.Jars, func(a, b Jar) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

func processOf(p project.Process) Process {
	out := Process{CPU: p.CPU}
	if p.Memory > 0 {
		out.Memory = p.Memory.String()
	}
	return out
}

// options lays the job's settings over the options of its target, under the names that the release knows.
func options(src Source) map[string]string {
	written := map[string]string{}
	maps.Copy(written, src.Target.Options)
	maps.Copy(written, checkpointOptions(src.Job.Checkpoints))
	maps.Copy(written, restartOptions(src.Job.Restart))
	maps.Copy(written, stateOptions(src))
	maps.Copy(written, src.Job.Options)
	return named(written, src.Release)
}

// named gives options the names that the release knows.
func named(options map[string]string, line string) map[string]string {
	r, err := release.Parse(line)
	if err != nil {
		return options
	}
	out := make(map[string]string, len(options))
	for key, value := range options {
		out[r.Line.Key(key)] = value
	}
	return out
}

// checkpointOptions are the options behind the keys under checkpoints.
func checkpointOptions(c project.Checkpoints) map[string]string {
	out := map[string]string{}
	for key, d := range map[string]time.Duration{
		"execution.checkpointing.interval":  c.Interval,
		"execution.checkpointing.timeout":   c.Timeout,
		"execution.checkpointing.min-pause": c.MinPause,
	} {
		if d > 0 {
			out[key] = flinkDuration(d)
		}
	}
	if c.Mode != "" {
		out["execution.checkpointing.mode"] = strings.ToUpper(strings.ReplaceAll(c.Mode, "-", "_"))
	}
	if c.Keep > 0 {
		out[release.KeyRetained] = fmt.Sprint(c.Keep)
	}
	return out
}

// restartKeys are the options behind the keys under restart; a key that means nothing with the strategy has none.
func restartKeys(strategy string) map[string]string {
	const prefix = "restart-strategy."
	switch strategy {
	case "fixed-delay":
		return map[string]string{"attempts": prefix + "fixed-delay.attempts", "delay": prefix + "fixed-delay.delay"}
	case "failure-rate":
		return map[string]string{
			"attempts": prefix + "failure-rate.max-failures-per-interval", "within": prefix + "failure-rate.failure-rate-interval",
			"delay": prefix + "failure-rate.delay",
		}
	case "exponential-delay":
		return map[string]string{
			"attempts": prefix + "exponential-delay.attempts-before-reset-backoff", "within": prefix + "exponential-delay.reset-backoff-threshold",
			"delay": prefix + "exponential-delay.initial-backoff", "maxDelay": prefix + "exponential-delay.max-backoff",
		}
	}
	return nil
}

// restartOptions are the options behind restart.
func restartOptions(r project.Restart) map[string]string {
	out := map[string]string{}
	if r.Strategy == "" {
		return out
	}
	out["restart-strategy.type"] = r.Strategy
	keys := restartKeys(r.Strategy)
	set := func(name, value string) {
		if key, ok := keys[name]; ok {
			out[key] = value
		}
	}
	if r.Attempts > 0 {
		set("attempts", fmt.Sprint(r.Attempts))
	}
	for name, d := range map[string]time.Duration{"within": r.Within, "delay": r.Delay, "maxDelay": r.MaxDelay} {
		if d > 0 {
			set(name, flinkDuration(d))
		}
	}
	return out
}

// stateOptions are the options behind stateBackend and the managed memory, which only processes of the job's own have.
func stateOptions(src Source) map[string]string {
	out := map[string]string{}
	if src.Job.StateBackend != "" {
		out["state.backend.type"] = src.Job.StateBackend
	}
	if managed := src.Job.Resources.TaskManager.Managed; managed != nil && src.Target.Kind != project.Local {
		out["taskmanager.memory.managed.fraction"] = strconv.FormatFloat(*managed, 'f', -1, 64)
	}
	return out
}

// flinkDuration writes a duration in the largest unit that divides it, as TimeUtils of Flink reads it.
func flinkDuration(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}, {time.Millisecond, "ms"}} {
		if d%unit.size == 0 {
			return fmt.Sprintf("%d %s", d/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%d ns", d)
}
