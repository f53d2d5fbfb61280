// Package heap reads class histograms of JVMs, compares two of them, and says in Flink's terms whose objects fill the heap.
// It turns values into values.
package heap

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Class is what one class has on the heap. In a difference the numbers are what was added, and may be negative.
type Class struct {
	Name      string `json:"class"` // as people write it: "byte[]", "com.example.Order"
	Instances int64  `json:"instances"`
	Bytes     int64  `json:"bytes"`
}

// Histogram is the classes of a heap, the largest first.
type Histogram []Class

// Parse reads a histogram as jmap -histo, jcmd GC.class_histogram and the attach command inspectheap print it:
//
//	num     #instances         #bytes  class name (module)
//	  1:         12345        9876543  [B (java.base@17.0.15)
//
// Other lines are passed over.
func Parse(text string) Histogram {
	var h Histogram
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasSuffix(fields[0], ":") {
			continue
		}
		instances, err1 := strconv.ParseInt(fields[1], 10, 64)
		bytes, err2 := strconv.ParseInt(fields[2], 10, 64)
		if err1 != nil || err2 != nil {
			continue
		}
		h = append(h, Class{Name: readable(fields[3]), Instances: instances, Bytes: bytes})
	}
	h.sort()
	return h
}

// readable turns the JVM's name of an array into Java's: "[[B" into "byte[][]", "[Lcom.example.Order;" into an array of it.
func readable(name string) string {
	element := strings.TrimLeft(name, "[")
	arrays := strings.Repeat("[]", len(name)-len(element))
	if arrays == "" {
		return name
	}
	primitives := map[string]string{"B": "byte", "C": "char", "D": "double", "F": "float", "I": "int", "J": "long", "S": "short", "Z": "boolean"}
	if p, ok := primitives[element]; ok {
		return p + arrays
	}
	return strings.TrimSuffix(strings.TrimPrefix(element, "L"), ";") + arrays
}

func (h Histogram) sort() {
	slices.SortStableFunc(h, func(a, b Class) int { return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Name, b.Name)) })
}

// Bytes is the size of all objects.
func (h Histogram) Bytes() int64 {
	var sum int64
	for _, c := range h {
		sum += c.Bytes
	}
	return sum
}

// Plus adds the histograms of two processes.
func (h Histogram) Plus(other Histogram) Histogram { return h.merge(other, 1) }

// Minus says what was added since an earlier histogram; classes that did not change are left out.
func (h Histogram) Minus(earlier Histogram) Histogram {
	return slices.DeleteFunc(h.merge(earlier, -1), func(c Class) bool { return c.Bytes == 0 && c.Instances == 0 })
}

func (h Histogram) merge(other Histogram, sign int64) Histogram {
	at := map[string]int{}
	out := slices.Clone(h)
	for i, c := range out {
		at[c.Name] = i
	}
	for _, c := range other {
		i, ok := at[c.Name]
		if !ok {
			i = len(out)
			at[c.Name] = i
			out = append(out, Class{Name: c.Name})
		}
		out[i].Instances += sign * c.Instances
		out[i].Bytes += sign * c.Bytes
	}
	out.sort()
	return out
}

// Suspect is a class that fills the heap, explained.
type Suspect struct {
	Class
	Share float64 `json:"share"` // of the heap, or of what was added, 0 to 1
	What  string  `json:"what"`
	Fix   string  `json:"fix,omitempty"`
}

// known are classes of Flink and its libraries with what they are in a job.
var known = [...]struct{ prefix, what, fix string }{
	{"org.apache.flink.runtime.state.heap.CopyOnWriteStateMap", "keyed state of the hashmap backend", "Keep state in RocksDB, or let it expire (table.exec.state.ttl)."},
	{"org.apache.flink.runtime.state.heap.", "keyed state of the hashmap backend", "Keep state in RocksDB, or let it expire (table.exec.state.ttl)."},
	{"org.apache.flink.streaming.api.operators.TimerHeapInternalTimer", "timers of windows and joins", "Fewer keys or shorter windows; state.backend.rocksdb.timer-service.factory: ROCKSDB."},
	{"org.apache.flink.table.data.binary.", "rows in state or buffers of SQL operators", "Let state expire (table.exec.state.ttl); select fewer columns."},
	{"org.apache.flink.table.data.", "rows of SQL operators", "Let state expire (table.exec.state.ttl); select fewer columns."},
	{"org.apache.flink.core.memory.", "Flink's own memory segments", "This is the network and managed memory; it does not grow."},
	{"org.apache.flink.runtime.io.network.", "network buffers", ""},
	{"org.apache.kafka.clients.producer.", "records that wait in the Kafka producer", "The brokers are slow; bound buffer.memory of the producer."},
	{"org.apache.kafka.", "records that were fetched from Kafka", "Bound fetch.max.bytes and max.partition.fetch.bytes of the source."},
	{"org.apache.flink.shaded.guava", "a cache, such as that of a lookup join", "Bound lookup.partial-cache.max-rows of the table."},
	{"com.github.benmanes.caffeine", "a cache, such as that of a lookup join", "Bound lookup.partial-cache.max-rows of the table."},
	{"com.google.common.cache", "a cache, such as that of a lookup join", "Bound lookup.partial-cache.max-rows of the table."},
	{"org.rocksdb.", "handles of RocksDB: what they stand for is outside of the heap", ""},
	{"java.lang.Class", "classes: too many mean that earlier runs of a job are not let go", "Run each job on a cluster of its own."},
	{"java.lang.Thread", "threads", "autostream diagnose threads shows whose."},
}

// plain are classes that say nothing about who holds them.
var plain = [...]string{"byte[]", "char[]", "int[]", "long[]", "short[]", "double[]", "boolean[]", "java.", "jdk.", "sun."}

// Suspects explains the classes that hold the heap: those of Flink, and those of the user's own code. A histogram does not
// tell who holds an array: the classes beside it do.
func (h Histogram) Suspects(most int) []Suspect {
	total := h.Bytes()
	out := []Suspect{}
	if total <= 0 {
		return out
	}
	for _, c := range h {
		share := float64(c.Bytes) / float64(total)
		if len(out) == most || share < 0.01 {
			break
		}
		s := Suspect{Class: c, Share: share}
		for _, k := range known {
			if strings.HasPrefix(c.Name, k.prefix) {
				s.What, s.Fix = k.what, k.fix
				break
			}
		}
		switch {
		case s.What != "":
		case slices.ContainsFunc(plain[:], func(p string) bool { return strings.HasPrefix(c.Name, p) }):
			s.What = "arrays and collections: who holds them is told by the other classes, or by a heap dump"
		case strings.HasPrefix(c.Name, "org.apache.flink."):
			s.What = "objects of Flink"
		default:
			s.What, s.Fix = "objects of the job's own code or its libraries", fmt.Sprintf("Look for a collection or a static field that keeps %s and is never emptied.", c.Name)
		}
		out = append(out, s)
	}
	return out
}
