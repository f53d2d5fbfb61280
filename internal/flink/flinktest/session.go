// A session cluster that a test has for itself.

package flinktest

import (
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/rest"
)

// Session is a real session cluster of one TaskManager, with a SQL Gateway.
type Session struct {
	Home       dist.Home
	Java       dist.Java
	Dir        string // of configuration, logs and temporary files
	Gateway    string // address, "http://127.0.0.1:8083"
	JobManager string
}

// starting is how long a cluster may take to answer on a loaded machine.
const starting = 5 * time.Minute

// Start starts a session cluster for a test, with options of its own and each part in a process of its own, and ends it with
// the test. When the test failed the ends of the logs are printed.
func Start(t testing.TB, line release.Line, options conf.Options) *Session {
	t.Helper()
	s := configured(t, line, options)
	s.Run(t, "jobmanager.sh", "start")
	s.Run(t, "taskmanager.sh", "start")
	s.Run(t, "sql-gateway.sh", "start")
	s.ready(t)
	return s
}

// configured prepares a cluster that is not yet started.
func configured(t testing.TB, line release.Line, options conf.Options) *Session {
	t.Helper()
	home := Home(t, line)
	s := &Session{Home: home, Java: Java(t, home), Dir: t.TempDir()}
	ports := FreePorts(t, 3)
	s.JobManager, s.Gateway = fmt.Sprint("http://127.0.0.1:", ports[0]), fmt.Sprint("http://127.0.0.1:", ports[1])
	s.configure(t, line, ports, options)
	t.Cleanup(func() {
		if t.Failed() {
			s.showLogs(t)
		}
		s.Stop(t)
	})
	return s
}

// ready waits until the cluster takes jobs.
func (s *Session) ready(t testing.TB) {
	t.Helper()
	await(t, "the SQL Gateway listens", func() bool {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.Gateway, "http://"))
		if err == nil {
			connection.Close()
		}
		return err == nil
	})
	jobs := rest.New(s.JobManager, nil)
	await(t, "the cluster has slots", func() bool {
		overview, err := jobs.Overview(t.Context())
		return err == nil && overview.SlotsTotal > 0
	})
}

func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(starting); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s", what, starting)
		}
	}
}

func (s *Session) configure(t testing.TB, line release.Line, ports []int, more conf.Options) {
	t.Helper()
	for _, folder := range []string{"conf", "log", "pid", "tmp"} {
		if err := os.Mkdir(filepath.Join(s.Dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	options := conf.Options{
		"jobmanager.rpc.address": "127.0.0.1", "jobmanager.bind-host": "127.0.0.1", "jobmanager.rpc.port": strconv.Itoa(ports[2]),
		"rest.address": "127.0.0.1", "rest.bind-address": "127.0.0.1", "rest.port": strconv.Itoa(ports[0]),
		"taskmanager.host": "127.0.0.1", "taskmanager.bind-host": "127.0.0.1", "taskmanager.numberOfTaskSlots": "4",
		"sql-gateway.endpoint.rest.address": "127.0.0.1", "sql-gateway.endpoint.rest.bind-address": "127.0.0.1",
		"sql-gateway.endpoint.rest.port": strconv.Itoa(ports[1]),
		"jobmanager.memory.process.size": "1000m", "taskmanager.memory.process.size": "1300m", "io.tmp.dirs": filepath.Join(s.Dir, "tmp"),
	}
	maps.Copy(options, more)
	text, err := options.WithJavaOptions(line).Render(line)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := release.Of(line)
	if err := os.WriteFile(filepath.Join(s.Dir, "conf", r.ConfigFile), text, 0o600); err != nil {
		t.Fatal(err)
	}
	logging, err := os.ReadFile(filepath.Join(s.Home.Dir, "conf", "log4j.properties"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "conf", "log4j.properties"), logging, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Run runs a script of the distribution under the configuration of the cluster.
func (s *Session) Run(t testing.TB, script string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(s.Home.Dir, "bin", script), args...)
	cmd.Env = append(os.Environ(), "JAVA_HOME="+s.Java.Home, "FLINK_CONF_DIR="+filepath.Join(s.Dir, "conf"),
		"FLINK_LOG_DIR="+filepath.Join(s.Dir, "log"), "FLINK_PID_DIR="+filepath.Join(s.Dir, "pid"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

// Stop ends the cluster before the test does, whatever runs there.
func (s *Session) Stop(t testing.TB) {
	t.Helper()
	for _, role := range []string{"sql-gateway", "taskexecutor", "standalonesession", "mini"} {
		s.Kill(t, role)
	}
}

// Kill ends a process of the cluster the hard way; one that is gone already is gone. The roles are those of Flink's
// scripts: standalonesession, taskexecutor, sql-gateway.
func (s *Session) Kill(t testing.TB, role string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(s.Dir, "pid", "*-"+role+".pid"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for word := range strings.FieldsSeq(string(text)) {
			pid, err := strconv.Atoi(word)
			if err != nil {
				continue
			}
			if process, err := os.FindProcess(pid); err == nil {
				_ = process.Kill()
			}
		}
		_ = os.Remove(file)
	}
}

// showLogs prints the last lines of every log.
func (s *Session) showLogs(t testing.TB) {
	const most = 4 << 10
	root := os.DirFS(filepath.Join(s.Dir, "log"))
	files, _ := fs.Glob(root, "*.log")
	for _, name := range files {
		text, err := fs.ReadFile(root, name)
		if err != nil {
			t.Log(err)
			continue
		}
		t.Logf("end of %s:\n%s", name, text[max(0, len(text)-most):])
	}
}

// FreePorts finds ports on the loopback interface on which nobody listens.
func FreePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}
