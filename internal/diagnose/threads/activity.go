package threads

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/frame"
)

// Kind sorts what a task does.
type Kind string

// The kinds.
const (
	Idle          Kind = "idle"          // waits for records, for a timer, or for room that is told of by a mail
	Backpressured Kind = "backpressured" // waits for room in the next operator
	Busy          Kind = "busy"          // works
	InState       Kind = "state"         // reads or writes its state
	External      Kind = "external"      // waits for another system
	OnLock        Kind = "lock"          // waits for another thread of its process
	OwnWait       Kind = "own-wait"      // waits in the job's own code
	OwnWork       Kind = "own-work"      // works in the job's own code
	Checkpointing Kind = "checkpoint"    // takes part in a checkpoint
	Starting      Kind = "starting"      // restores its state, opens its functions
)

// Works says whether a task at this kind of activity uses a processor for records.
func (k Kind) Works() bool { return k == Busy || k == OwnWork || k == InState }

// Activity is what a thread does, in words.
type Activity struct {
	Kind Kind   `json:"kind"`
	What string `json:"what"`
	At   string `json:"at,omitempty"` // the frame that says so
}

// place is code that tells what a thread does when it is the innermost on its stack.
type place struct {
	prefix string // of a bare frame
	kind   Kind
	what   string
}

// places are looked for from the innermost frame outwards; of several prefixes the first counts. Where another system has a
// name, it is one of systems.
var places = [...]place{
	{"org.apache.flink.runtime.io.network.buffer.LocalBufferPool.request", Backpressured, "waits for room in the next operator"},
	{"org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl.", Idle, "waits for records, or for room in the next operator"},
	{"org.apache.flink.streaming.api.functions.source.datagen.DataGeneratorSource.", Idle, "the source keeps to its rate"},
	{"org.apache.flink.api.connector.source.util.ratelimit.", Idle, "the source keeps to its rate"},
	{"org.apache.flink.connector.base.source.reader.synchronization.", Idle, "waits for records of the source"},
	{"org.apache.flink.connector.base.source.reader.fetcher.SplitFetcher.", Idle, "waits for splits of the source"},

	{"org.rocksdb.RocksDB.get", InState, "reads from RocksDB"},
	{"org.rocksdb.RocksDB.multiGet", InState, "reads from RocksDB"},
	{"org.rocksdb.RocksIterator", InState, "searches in RocksDB"},
	{"org.rocksdb.RocksDB.flush", InState, "flushes RocksDB"},
	{"org.rocksdb.", InState, "writes to RocksDB"},
	{"org.forstdb.", InState, "works in ForSt, the state backend"},

	{"org.apache.kafka.clients.producer.KafkaProducer.waitOnMetadata", External, "waits for metadata of Kafka"},
	{"org.apache.kafka.clients.producer.internals.BufferPool.allocate", External, "waits for room in the producer's buffer for Kafka"},
	{"org.apache.kafka.clients.producer.KafkaProducer.flush", External, "waits until Kafka has taken the records"},
	{"org.apache.kafka.clients.producer.internals.ProducerBatch", External, "waits until Kafka has taken the records"},
	{"org.apache.kafka.clients.producer.", External, "waits for the producer of Kafka"},
	{"org.apache.kafka.clients.consumer.", External, "reads from Kafka"},
	{"com.zaxxer.hikari.pool.HikariPool.getConnection", External, "waits for a free connection to the database"},
	{"com.mysql.", External, "waits in a JDBC call to MySQL"},
	{"org.mariadb.", External, "waits in a JDBC call to MariaDB"},
	{"org.postgresql.", External, "waits in a JDBC call to PostgreSQL"},
	{"oracle.jdbc.", External, "waits in a JDBC call to Oracle"},
	{"com.microsoft.sqlserver.", External, "waits in a JDBC call to SQL Server"},
	{"com.clickhouse.", External, "waits for ClickHouse"},
	{"redis.clients.", External, "waits for Redis"},
	{"io.lettuce.", External, "waits for Redis"},
	{"org.apache.hadoop.hbase.", External, "waits for HBase"},
	{"org.elasticsearch.", External, "waits for Elasticsearch"},
	{"org.opensearch.", External, "waits for OpenSearch"},
	{"com.mongodb.", External, "waits for MongoDB"},
	{"com.datastax.", External, "waits for Cassandra"},
	{"org.redisson.", External, "waits for Redis"},
	{"com.rabbitmq.", External, "waits for RabbitMQ"},
	{"com.influxdb.", External, "waits for InfluxDB"},
	{"io.grpc.", External, "waits for a gRPC call"},
	{"okhttp3.", External, "waits for an HTTP call"},
	{"org.apache.http.", External, "waits for an HTTP call"},
	{"org.apache.hc.", External, "waits for an HTTP call"},
	{"jdk.internal.net.http.", External, "waits for an HTTP call"},
	{"sun.net.www.protocol.http.", External, "waits for an HTTP call"},
	{"org.apache.flink.connector.jdbc.", External, "waits in a JDBC call"},
	{"org.apache.hadoop.hdfs.", External, "waits for HDFS"},
	{"org.apache.hadoop.fs.s3a.", External, "waits for the object store"},
	{"com.facebook.presto.hive.s3", External, "waits for the object store"},
	{"software.amazon.", External, "waits for a service of AWS"},
	{"com.amazonaws.", External, "waits for a service of AWS"},
	{"com.aliyun.oss", External, "waits for the object store"},
	{"org.apache.flink.streaming.api.operators.async.AsyncWaitOperator.", External, "waits for asynchronous calls: as many are open as may be"},
	{"org.apache.flink.connector.base.sink.writer.AsyncSinkWriter", External, "waits until the sink has taken its records"},

	{"com.fasterxml.jackson.", Busy, "reads or writes JSON"},
	{"org.apache.flink.shaded.jackson", Busy, "reads or writes JSON"},
	{"com.jayway.jsonpath.", Busy, "reads JSON"},
	{"org.apache.flink.calcite.shaded.com.jayway.", Busy, "reads JSON"},
	{"org.apache.flink.table.runtime.functions.SqlJsonUtils", Busy, "reads JSON"},
	{"org.apache.flink.formats.json.", Busy, "reads or writes JSON"},
	{"org.apache.flink.formats.csv.", Busy, "reads or writes CSV"},
	{"org.apache.avro.", Busy, "reads or writes Avro"},
	{"com.google.protobuf.", Busy, "reads or writes Protobuf"},
	{"com.esotericsoftware.kryo.", Busy, "serializes with Kryo"},
	{"java.util.regex.", Busy, "searches with regular expressions"},
	{"org.apache.logging.log4j.", Busy, "writes log lines"},
	{"ch.qos.logback.", Busy, "writes log lines"},
	{"org.apache.flink.runtime.state.heap.", InState, "works on its state on the heap"},
	{"org.apache.flink.streaming.runtime.tasks.SubtaskCheckpointCoordinatorImpl.", Checkpointing, "takes part in a checkpoint"},
	{"org.apache.flink.streaming.runtime.tasks.AsyncCheckpointRunnable.", Checkpointing, "writes its part of a checkpoint"},
	{"org.apache.flink.streaming.runtime.tasks.StreamTask.restore", Starting, "restores its state and opens its functions"},
	{"org.apache.flink.runtime.taskmanager.Task.loadInvokable", Starting, "loads its classes"},
}

// yields says whether a frame is how an operator has the mails of its task carried out, such as answers of asynchronous calls,
// until it can go on itself: the task waits, but not for records.
func yields(f string) bool {
	return strings.HasPrefix(f, "org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl.yield")
}

// activity says what a thread does. owner is the thread that holds the lock it wants; nil where it wants none.
func (t Thread) activity(owner *Thread) Activity {
	if top, own := frame.Top(t.Frames); own {
		return t.ownActivity(top, owner)
	}
	if t.State == Blocked && owner != nil {
		if a := owner.activity(nil); a.Kind == External && !owner.ofTask() { // a sink's own thread, that writes what was gathered
			return a
		}
		return Activity{OnLock, "waits for a lock that " + owner.Name + " holds", t.place()}
	}
	generated := ""
	yielding := slices.IndexFunc(t.Frames, yields)
	for _, f := range t.Frames[yielding+1:] {
		if p, ok := placeOf(f); ok {
			a := Activity{p.kind, p.what, f}
			if own, called := t.caller(f); called && p.kind != Idle && p.kind != Backpressured {
				a.What, a.At = p.what+", called by the job's own code", own
			}
			return a
		}
		if generated == "" && (strings.HasPrefix(f, "StreamExec") || strings.HasPrefix(f, "BatchExec") || strings.Contains(f, "$$")) && !strings.HasPrefix(f, "org.") {
			generated = f
		}
	}
	if t.onNetwork() {
		return Activity{External, "waits for the network", t.place()}
	}
	if yielding >= 0 {
		return Activity{External, "waits for answers of asynchronous calls", t.place()}
	}
	if t.State == Runnable {
		if generated != "" {
			return Activity{Busy, "computes expressions of the query", generated}
		}
		return Activity{Busy, "works", t.place()}
	}
	return Activity{Idle, "waits", t.place()}
}

// ownActivity says what the job's own code does.
func (t Thread) ownActivity(at string, owner *Thread) Activity {
	switch {
	case t.State == Blocked && owner != nil:
		return Activity{OwnWait, "the job's own code waits for a lock that " + owner.Name + " holds", at}
	case t.State == Blocked:
		return Activity{OwnWait, "the job's own code waits for a lock", at}
	case t.inside("java.lang.Thread.sleep"):
		return Activity{OwnWait, "the job's own code sleeps", at}
	case t.callsHTTP(at):
		return Activity{External, "the job's own code waits for an HTTP call", at}
	case t.onNetwork():
		return Activity{External, "the job's own code waits for the network", at}
	case t.inside("java.util.regex."):
		return Activity{OwnWork, "runs the job's own code, which searches with regular expressions", at}
	case t.State == Runnable:
		return Activity{OwnWork, "runs the job's own code", at}
	}
	return Activity{OwnWait, "the job's own code waits" + t.waitsFor(), at}
}

// waitsFor says in words what kind of object a thread waits for.
func (t Thread) waitsFor() string {
	for _, w := range [...][2]string{
		{"CountDownLatch", " for a latch"}, {"Semaphore", " for a permit of a semaphore"}, {"CompletableFuture", " for a future"},
		{"FutureTask", " for a future"}, {"ReentrantLock", " for a lock"}, {"ReentrantReadWriteLock", " for a lock"}, {"BlockingQueue", " for an element of a queue"},
	} {
		if strings.Contains(t.lock, w[0]) || t.inside("java.util.concurrent."+w[0]) || slices.ContainsFunc(t.Frames[:min(len(t.Frames), 12)], func(f string) bool { return strings.Contains(f, w[0]+".") }) {
			return w[1]
		}
	}
	return ""
}

// inside says whether one of the innermost frames begins so.
func (t Thread) inside(prefix string) bool {
	return slices.ContainsFunc(t.Frames[:min(len(t.Frames), 8)], func(f string) bool { return strings.HasPrefix(f, prefix) })
}

// onNetwork says whether a thread reads from or writes to a socket, which the JVM calls RUNNABLE.
func (t Thread) onNetwork() bool {
	for _, prefix := range [...]string{"java.net.SocketInputStream.", "java.net.PlainSocketImpl.", "sun.nio.ch.NioSocketImpl.", "sun.nio.ch.Net.poll", "sun.nio.ch.SocketDispatcher.", "sun.nio.ch.SocketChannelImpl."} {
		if t.inside(prefix) {
			return true
		}
	}
	return false
}

// callsHTTP says whether code calls one of the two HTTP clients of the JDK, however deep it is in there.
func (t Thread) callsHTTP(at string) bool {
	return slices.ContainsFunc(t.Frames[:max(slices.Index(t.Frames, at), 0)], func(f string) bool {
		return strings.HasPrefix(f, "sun.net.www.") || strings.HasPrefix(f, "jdk.internal.net.http.")
	})
}

// caller finds the job's own code that called a frame.
func (t Thread) caller(f string) (string, bool) {
	at := slices.Index(t.Frames, f)
	for _, below := range t.Frames[at+1:] {
		if frame.Own(below) {
			return below, true
		}
	}
	return "", false
}

// place is the innermost frame that is not of the JDK, or else the innermost.
func (t Thread) place() string {
	for _, f := range t.Frames {
		if !frame.OfJDK(f) {
			return f
		}
	}
	if len(t.Frames) > 0 {
		return t.Frames[0]
	}
	return ""
}

func placeOf(f string) (place, bool) {
	for i := range places {
		p := &places[i]
		// Most prefixes begin alike, so that their ends tell sooner that they do not fit.
		if end := len(p.prefix) - 1; end < len(f) && f[end] == p.prefix[end] && strings.HasPrefix(f, p.prefix) {
			return *p, true
		}
	}
	return place{}, false
}
