package local

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
)

// clusterIDKey is an option of our own in the JobManager's configuration: who answers on a port is known by it.
const clusterIDKey = "autostream.cluster.id"

// refresh is how old an answer about one job may be (ExecutionGraphCache), and how often Flink's web page asks. The
// default of 3 s makes a status lag behind the list.
const refresh = 300 * time.Millisecond

// role is one of the JVMs of a cluster.
type role struct {
	name  string // of its log files, and in front of their lines
	class string
	opt   string // pattern of jars of opt/ that it needs besides lib/
	jvm   []string
	args  []string
}

// The heaps are what a developer's jobs need, not what the machine has. The JobManager and the gateway live on short
// bursts of work, which the first compiler serves best: it halves the time to the first answer on two cores. The
// TaskManager runs the user's code and gets both.
func (f folder) jobManager() role {
	return role{
		name: "jobmanager", class: "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
		jvm:  []string{"-Xms128m", "-Xmx512m", "-XX:MaxMetaspaceSize=384m", "-XX:TieredStopAtLevel=1"},
		args: []string{"--configDir", f.conf()},
	}
}

func (f folder) taskManager() role {
	return role{
		name: "taskmanager", class: "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
		jvm:  []string{"-Xms256m", "-Xmx768m", "-XX:MaxDirectMemorySize=512m", "-XX:MaxMetaspaceSize=512m"},
		args: []string{"--configDir", f.conf()},
	}
}

func (f folder) sqlGateway() role {
	return role{
		name: "gateway", class: "org.apache.flink.table.gateway.SqlGateway", opt: "flink-sql-gateway-*.jar",
		jvm: []string{"-Xms128m", "-Xmx512m", "-XX:MaxMetaspaceSize=512m", "-XX:TieredStopAtLevel=1"},
	}
}

// options are the developer's settings of the cluster.
func (f folder) options(s spec, r record) conf.Options {
	const loopback = "127.0.0.1"
	port := strconv.Itoa
	return conf.Options{
		clusterIDKey: r.ID,

		"jobmanager.rpc.address":                     loopback,
		"jobmanager.rpc.port":                        port(r.RPCPort),
		"jobmanager.bind-host":                       loopback,
		"rest.address":                               loopback,
		"rest.bind-address":                          loopback,
		"rest.port":                                  port(r.RESTPort),
		"taskmanager.host":                           loopback,
		"taskmanager.bind-host":                      loopback,
		"sql-gateway.endpoint.rest.address":          loopback,
		"sql-gateway.endpoint.rest.bind-address":     loopback,
		"sql-gateway.endpoint.rest.port":             port(r.GatewayPort),
		"taskmanager.numberOfTaskSlots":              port(s.Slots),
		"parallelism.default":                        "1",
		"taskmanager.cpu.cores":                      port(s.Slots) + ".0",
		"taskmanager.memory.framework.heap.size":     "128m",
		"taskmanager.memory.framework.off-heap.size": "128m",
		"taskmanager.memory.task.heap.size":          "640m",
		"taskmanager.memory.task.off-heap.size":      "128m",
		"taskmanager.memory.network.min":             "192m",
		"taskmanager.memory.network.max":             "192m",
		"taskmanager.memory.managed.size":            "512m",
		"taskmanager.memory.jvm-metaspace.size":      "512m",
		"taskmanager.memory.jvm-overhead.min":        "192m",
		"taskmanager.memory.jvm-overhead.max":        "192m",
		"jobmanager.memory.process.size":             "1g",

		release.KeyCheckpointDir: flinkPath(f.shared("checkpoints")),
		release.KeySavepointDir:  flinkPath(f.shared("savepoints")),
		// A checkpoint that outlives its job is something to start from after a mistake.
		"execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
		"io.tmp.dirs":            f.tmp(),
		"web.tmpdir":             f.tmp(),
		"blob.storage.directory": f.tmp(),

		"rest.flamegraph.enabled": "true",
		"rest.profiling.enabled":  "true", // since 1.19
		// Times in milliseconds without a unit, which 1.x demands and 2.x takes. A TaskManager that starts beside the
		// JobManager finds it half a second after it is there, not ten; one that is killed is missed after four, not fifty.
		"cluster.registration.error-delay": "500",
		"heartbeat.interval":               "2000",
		// How often the JobManager looks for jobs whose client is gone, such as that of a preview that was killed.
		"$internal.dispatcher.client-aliveness-check.interval": "5 s",
		// What happened to a savepoint and to an ended job can be asked for as long as a developer may be away.
		"rest.async.store-duration": "7 d",
		"jobstore.expiration-time":  "604800",
		"web.refresh-interval":      port(int(refresh.Milliseconds())),
	}
}

// configure writes conf/: the configuration of the cluster, and the logging of the distribution.
func (f folder) configure(s spec, r record) error {
	text, err := f.options(s, r).WithJavaOptions(s.Line).Render(s.Line)
	if err != nil {
		return fmt.Errorf("rendering the configuration of the cluster: %w", err)
	}
	of, ok := release.Of(s.Line)
	if !ok {
		return fmt.Errorf("no release %s", s.Line)
	}
	logging, err := os.ReadFile(filepath.Join(s.Home, "conf", "log4j.properties"))
	if err != nil {
		return fmt.Errorf("reading the logging configuration of Flink: %w", err)
	}
	for _, dir := range []string{f.conf(), f.log(), f.tmp(), f.shared("checkpoints"), f.shared("savepoints")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(f.conf(), of.ConfigFile), text, 0o600),
		os.WriteFile(filepath.Join(f.conf(), "log4j.properties"), logging, 0o600),
	)
}

// launch starts one JVM. It goes on when this process ends.
func (f folder) launch(s spec, r role) (proc.ID, error) {
	out, err := os.OpenFile(f.output(r), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return proc.ID{}, err
	}
	defer out.Close()
	classpath, err := classPath(s.Home, r.opt)
	if err != nil {
		return proc.ID{}, err
	}
	jvm := slices.Concat(r.jvm, []string{
		"-XX:+UseSerialGC", "-XX:-UsePerfData", // no files of the JVM's own in the system's temporary folder
		"-Djava.io.tmpdir=" + f.tmp(),
		"-Dlog.file=" + filepath.Join(f.log(), r.name+".log"),
		"-Dlog4j.configurationFile=" + fileURL(filepath.Join(f.conf(), "log4j.properties")),
	})
	if s.JavaMajor >= 9 {
		jvm = append(jvm, s.Line.JavaOptions()...)
	}
	jvm = append(jvm, f.leveled(time.Now())...)
	cmd := exec.Command(filepath.Join(s.JavaHome, "bin", "java"), //nolint:noctx // it outlives this process
		slices.Concat(jvm, []string{"-cp", classpath, r.class}, r.args)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = string(f), out, out
	cmd.Env = append(os.Environ(),
		"FLINK_HOME="+s.Home, "FLINK_CONF_DIR="+f.conf(), "FLINK_LOG_DIR="+f.log(),
		"FLINK_LIB_DIR="+filepath.Join(s.Home, "lib"),
		"FLINK_OPT_DIR="+filepath.Join(s.Home, "opt"),
		"FLINK_PLUGINS_DIR="+filepath.Join(s.Home, "plugins"),
	)
	proc.Detach(cmd)
	if err := cmd.Start(); err != nil {
		return proc.ID{}, fmt.Errorf("starting the %s: %w", r.name, err)
	}
	id := proc.Of(cmd.Process.Pid)
	go func() { _ = cmd.Wait() }() // its end is seen by its id; this only buries it
	return id, nil
}

// classPath is what Flink's scripts put together: lib with flink-dist last, then what the class needs of opt.
func classPath(home, opt string) (string, error) {
	jars, err := filepath.Glob(filepath.Join(home, "lib", "*.jar"))
	if err != nil {
		return "", err
	}
	if len(jars) == 0 {
		return "", fmt.Errorf("%s is no complete Flink: no jars in lib", home)
	}
	slices.SortStableFunc(jars, func(a, b string) int { return distLast(a) - distLast(b) })
	if opt != "" {
		more, err := filepath.Glob(filepath.Join(home, "opt", opt))
		if err != nil || len(more) == 0 {
			return "", fmt.Errorf("%s is no complete Flink: no opt/%s", home, opt)
		}
		jars = append(jars, more...)
	}
	if hadoop := os.Getenv("HADOOP_CLASSPATH"); hadoop != "" { //nolint:forbidigo // the processes it is for inherit the environment
		jars = append(jars, hadoop)
	}
	return strings.Join(jars, string(os.PathListSeparator)), nil
}

func distLast(jar string) int {
	if strings.HasPrefix(filepath.Base(jar), "flink-dist") {
		return 1
	}
	return 0
}

// fileURL writes an absolute path as Java's URL class takes it.
func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Path: strings.TrimPrefix(flinkPath(path), "file://")}).String()
}

// flinkPath writes an absolute path as Flink takes it (org.apache.flink.core.fs.Path): nothing in it is escaped, a blank
// is a blank.
func flinkPath(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	return "file://" + path
}

// freePorts finds ports that nobody listens on. Somebody may take one before Flink does; the keeper then tries others.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp4", "127.0.0.1:0") //nolint:noctx // does not wait
		if err != nil {
			return nil, fmt.Errorf("finding a free port: %w", err)
		}
		defer l.Close() // held until all are found, so that none is found twice
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
