package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
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
		Resources:   Resources{JobManager: processOf(job.Resources.JobManager), TaskManager: processOf(job.Resources.TaskManager)},
		Environment: job.Environment, Labels: job.Labels, HighAvailability: job.HighAvailability.Storage, PodTemplate: src.PodTemplate,
	}
	if job.Kind == project.Jar && len(s.Jars) > 0 {
		s.Program = &Program{Jar: s.Jars[0], Class: job.Class, Args: job.Args}
		s.Jars = s.Jars[1:]
	}
	slices.SortFunc(s.Jars, func(a, b Jar) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

func processOf(p project.Process) Process {
	out := Process{CPU: p.CPU, Slots: p.Slots}
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
