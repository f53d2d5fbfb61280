package yarn

import (
	"strconv"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
)

// memory is how the JobManager's process is divided (JobManagerProcessSpec).
type memory struct{ heap, offHeap, metaspace, overhead bytesize.Size }

func (m memory) process() bytesize.Size { return m.heap + m.offHeap + m.metaspace + m.overhead }

// megabytes is the size of the container, as Flink asks for it (ClusterSpecification.getMasterMemoryMB).
func (m memory) megabytes() int64 { return int64(m.process() / bytesize.MB) }

// jvm are the options of the JVM (ProcessMemoryUtils.generateJvmParametersStr).
func (m memory) jvm(limitDirect bool) string {
	text := "-Xmx" + plain(m.heap) + " -Xms" + plain(m.heap)
	if limitDirect {
		text += " -XX:MaxDirectMemorySize=" + plain(m.offHeap)
	}
	return text + " -XX:MaxMetaspaceSize=" + plain(m.metaspace)
}

// dynamic tells the process how it was divided (ProcessMemoryUtils.generateDynamicConfigsStr).
func (m memory) dynamic() string {
	return "-D jobmanager.memory.off-heap.size=" + plain(m.offHeap) + "b" +
		" -D jobmanager.memory.jvm-overhead.min=" + plain(m.overhead) + "b" +
		" -D jobmanager.memory.jvm-metaspace.size=" + plain(m.metaspace) + "b" +
		" -D jobmanager.memory.heap.size=" + plain(m.heap) + "b" +
		" -D jobmanager.memory.jvm-overhead.max=" + plain(m.overhead) + "b"
}

func plain(s bytesize.Size) string { return strconv.FormatInt(int64(s), 10) }

// The options that divide the memory of a JobManager, and Flink's defaults.
const (
	keyProcessSize = "jobmanager.memory.process.size"
	keyFlinkSize   = "jobmanager.memory.flink.size"
	keyHeapSize    = "jobmanager.memory.heap.size"

	minHeap = 128 * bytesize.MB
)

// jobManagerMemory divides the memory as JobManagerProcessUtils.processSpecFromConfig does: from the heap when that is
// set, else from what Flink itself gets, else from the whole process.
func jobManagerMemory(o conf.Options) (memory, error) {
	r := sizes{o: o}
	m := memory{
		offHeap:   r.size("jobmanager.memory.off-heap.size", 128*bytesize.MB),
		metaspace: r.size("jobmanager.memory.jvm-metaspace.size", 256*bytesize.MB),
	}
	process, flink := r.size(keyProcessSize, 0), r.size(keyFlinkSize, 0)
	m.heap = r.size(keyHeapSize, 0)
	least := r.size("jobmanager.memory.jvm-overhead.min", 192*bytesize.MB)
	most := r.size("jobmanager.memory.jvm-overhead.max", bytesize.GB)
	fraction := r.fraction("jobmanager.memory.jvm-overhead.fraction", 0.1)
	switch {
	case r.err != nil:
		return memory{}, r.err
	case m.heap == 0 && flink > 0:
		m.heap = flink - m.offHeap
	case m.heap == 0:
		m.overhead = min(max(share(process, fraction), least), most)
		m.heap = process - m.overhead - m.metaspace - m.offHeap
		return m, m.check()
	}
	inner := m.heap + m.offHeap + m.metaspace
	m.overhead = process - inner
	if process == 0 {
		// JVM overhead is a share of the whole, of which the rest is known.
		m.overhead = min(max(share(inner, fraction/(1-fraction)), least), most)
	}
	return m, m.check()
}

func share(of bytesize.Size, fraction float64) bytesize.Size {
	return bytesize.Size(float64(of) * fraction)
}

func (m memory) check() error {
	if m.heap < minHeap || m.overhead < 0 {
		return fault.Errorf(fault.Usage, "the JobManager gets %d MB of memory, of which %d MB are left for its heap; it needs %d MB",
			m.megabytes(), m.heap/bytesize.MB, minHeap/bytesize.MB).
			WithFix("raise resources.jobManager.memory of the job")
	}
	return nil
}

// sizes reads options and keeps the first thing that is wrong.
type sizes struct {
	o   conf.Options
	err error
}

func (r *sizes) size(key string, otherwise bytesize.Size) bytesize.Size {
	text, ok := r.o[key]
	if !ok {
		return otherwise
	}
	s, err := bytesize.Parse(text)
	if err != nil && r.err == nil {
		r.err = fault.Errorf(fault.Usage, "option %s: %w", key, err)
	}
	return s
}

// fraction reads a share as Flink does, which has it as a float of 32 bits: a tenth of 4000 MB is 6 bytes more than that.
func (r *sizes) fraction(key string, otherwise float32) float64 {
	text, ok := r.o[key]
	if !ok {
		return float64(otherwise)
	}
	f, err := strconv.ParseFloat(text, 32)
	if (err != nil || f < 0 || f >= 1) && r.err == nil {
		r.err = fault.Errorf(fault.Usage, "option %s: %q is no fraction of 1", key, text)
	}
	return f
}
