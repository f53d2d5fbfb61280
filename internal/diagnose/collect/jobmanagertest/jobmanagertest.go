// Package jobmanagertest is a JobManager for tests of diagnosis: it answers as the REST interface of Flink does about one
// job of any size, whose last vertex but one is the bottleneck. Real answers are in the snapshots of testdata; this one is
// for sizes and misfortunes that no test machine has.
package jobmanagertest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Job is the id of the job.
const Job = "00000000000000000000000000000001"

// JobManager is a handler for the REST interface.
type JobManager struct {
	Vertices     int
	TaskManagers int
	Threads      int           // of each TaskManager
	Delay        time.Duration // of each answer
	Broken       func(path string) bool
	Status       int    // of answers to what is broken; 0 is 500
	State        string // of the job; "" is RUNNING
	Prefix       string // path of a proxy before /v1

	Calls atomic.Int64
}

// ServeHTTP answers a call.
func (j *JobManager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	j.Calls.Add(1)
	time.Sleep(j.Delay)
	path, ok := strings.CutPrefix(r.URL.Path, j.Prefix+"/v1")
	if !ok || j.Broken != nil && j.Broken(path) {
		w.WriteHeader(cmp.Or(j.Status, http.StatusInternalServerError))
		fmt.Fprint(w, `{"errors":["java.util.concurrent.TimeoutException: told to fail"]}`)
		return
	}
	_ = json.NewEncoder(w).Encode(j.answer(path))
}

// object is a JSON object.
type object map[string]any

func (j *JobManager) answer(path string) any {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch parts[0] {
	case "overview":
		return object{"flink-version": "2.2.1", "taskmanagers": j.TaskManagers}
	case "taskmanagers":
		return j.taskManagers(parts)
	case "jobmanager":
		if parts[1] == "config" || parts[1] == "metrics" {
			return []object{}
		}
		return object{"logs": []object{}}
	}
	switch {
	case path == "/jobs/overview":
		return object{"jobs": []object{{"jid": Job, "name": "large", "state": j.state(), "start-time": 1_700_000_000_000, "end-time": -1}}}
	case len(parts) == 2:
		return j.job()
	case parts[2] == "vertices":
		return j.vertex(parts)
	case path == "/jobs/"+Job+"/checkpoints/config":
		return object{"interval": 60_000, "timeout": 600_000}
	case parts[2] == "checkpoints":
		return object{"counts": object{"completed": 3}, "history": []object{}}
	case parts[2] == "metrics":
		return []object{{"id": "numRestarts", "value": "0"}}
	}
	return object{}
}

func (j *JobManager) job() object {
	var vertices, nodes []object
	for v := range j.Vertices {
		id := fmt.Sprintf("%032x", v)
		vertices = append(vertices, object{"id": id, "name": name(v), "parallelism": 2, "status": "RUNNING"})
		inputs := []object{}
		if v > 0 {
			inputs = append(inputs, object{"id": fmt.Sprintf("%032x", v-1), "ship_strategy": "HASH"})
		}
		nodes = append(nodes, object{"id": id, "inputs": inputs})
	}
	return object{
		"jid": Job, "name": "large", "state": j.state(), "start-time": 1_700_000_000_000, "end-time": -1, "vertices": vertices, "plan": object{"nodes": nodes},
	}
}

func (j *JobManager) state() string { return cmp.Or(j.State, "RUNNING") }

func name(v int) string { return fmt.Sprintf("Map[%d]", v) }

// vertex answers /jobs/J/vertices/V/…
func (j *JobManager) vertex(parts []string) any {
	var v int
	_, _ = fmt.Sscanf(parts[3], "%x", &v)
	what := ""
	if len(parts) > 4 {
		what = parts[4]
	}
	bottleneck := j.Vertices - 2
	switch what {
	case "":
		task := func(i int) object {
			return object{"subtask": i, "status": "RUNNING", "taskmanager-id": fmt.Sprintf("tm-%d", v%max(j.TaskManagers, 1)), "metrics": object{"read-records": 1000, "write-records": 1000}}
		}
		return object{"subtasks": []object{task(0), task(1)}}
	case "backpressure":
		share := func(i int) object {
			switch {
			case v < bottleneck:
				return object{"subtask": i, "ratio": 0.9, "busyRatio": "NaN", "idleRatio": 0.1}
			case v == bottleneck:
				return object{"subtask": i, "ratio": 0.0, "busyRatio": 0.99, "idleRatio": 0.01}
			}
			return object{"subtask": i, "ratio": 0.0, "busyRatio": 0.1, "idleRatio": 0.9}
		}
		return object{"subtasks": []object{share(0), share(1)}}
	case "subtasks":
		return []object{{"id": "numRecordsInPerSecond", "min": 1, "max": 1, "sum": 50}, {"id": "numRecordsOutPerSecond", "min": 1, "max": 1, "sum": 50}}
	}
	return []object{}
}

// taskManagers answers /taskmanagers/…
func (j *JobManager) taskManagers(parts []string) any {
	if len(parts) == 1 {
		var all []object
		for t := range j.TaskManagers {
			all = append(all, object{"id": fmt.Sprintf("tm-%d", t), "slotsNumber": 8, "hardware": object{"cpuCores": 64}})
		}
		return object{"taskmanagers": all}
	}
	if parts[1] == "metrics" {
		return []object{{"id": "Status.JVM.CPU.Time", "min": 1, "max": 1, "sum": j.Calls.Load()}}
	}
	switch parts[2] {
	case "metrics":
		return []object{{"id": "Status.JVM.Memory.Heap.Used", "value": "100"}, {"id": "Status.JVM.Memory.Heap.Max", "value": "1000"}}
	case "thread-dump":
		infos := make([]object, j.Threads)
		for i := range infos {
			infos[i] = object{"stringifiedThreadInfo": fmt.Sprintf("\"%s (%d/2)#0\" Id=%d RUNNABLE\n\tat com.example.Slow.eval(Slow.java:1)\n\n", name(i%max(j.Vertices, 1)), i%2+1, i)}
		}
		return object{"threadInfos": infos}
	}
	return object{"logs": []object{}}
}
