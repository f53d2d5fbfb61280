//go:build flink

package preview_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/preview/previewtest"
)

// cluster is a real session cluster with a gateway, each a process of its own.
type cluster struct {
	previewtest.Reached
	home, dir           string
	gateway, jobManager string
}

// launch starts a cluster of a release for a test and ends it with the test.
func launch(t *testing.T, line release.Line) *cluster {
	t.Helper()
	home := flinktest.Home(t, line)
	java := flinktest.Java(t, home)
	c := &cluster{home: home.Dir, dir: t.TempDir()}
	ports := freePorts(t, 3)
	c.jobManager, c.gateway = fmt.Sprint("http://127.0.0.1:", ports[0]), fmt.Sprint("http://127.0.0.1:", ports[1])
	c.configure(t, line, ports)
	t.Setenv("JAVA_HOME", java.Home)
	t.Setenv("FLINK_CONF_DIR", filepath.Join(c.dir, "conf"))
	t.Setenv("FLINK_LOG_DIR", filepath.Join(c.dir, "log"))
	t.Setenv("FLINK_PID_DIR", filepath.Join(c.dir, "pid"))
	t.Cleanup(func() {
		for _, role := range []string{"sql-gateway", "taskexecutor", "standalonesession"} {
			c.kill(t, role)
		}
	})
	c.run(t, "jobmanager.sh", "start")
	c.run(t, "taskmanager.sh", "start")
	c.run(t, "sql-gateway.sh", "start")
	for _, address := range ports[:2] {
		previewtest.Eventually(t, 3*time.Minute, "the cluster answers", func() bool {
			connection, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", address))
			if err == nil {
				connection.Close()
			}
			return err == nil
		})
	}
	previewtest.Eventually(t, 3*time.Minute, "the cluster has slots", func() bool {
		c.Reached = previewtest.Reach(t, c.gateway, c.jobManager)
		return c.Slots(t) > 0
	})
	return c
}

func (c *cluster) configure(t *testing.T, line release.Line, ports []int) {
	t.Helper()
	for _, folder := range []string{"conf", "log", "pid", "tmp"} {
		if err := os.Mkdir(filepath.Join(c.dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	options := conf.Options{
		"jobmanager.rpc.address": "127.0.0.1", "jobmanager.bind-host": "127.0.0.1", "jobmanager.rpc.port": strconv.Itoa(ports[2]),
		"rest.address": "127.0.0.1", "rest.bind-address": "127.0.0.1", "rest.port": strconv.Itoa(ports[0]),
		"taskmanager.host": "127.0.0.1", "taskmanager.bind-host": "127.0.0.1", "taskmanager.numberOfTaskSlots": "4",
		"sql-gateway.endpoint.rest.address": "127.0.0.1", "sql-gateway.endpoint.rest.bind-address": "127.0.0.1",
		"sql-gateway.endpoint.rest.port": strconv.Itoa(ports[1]),
		"jobmanager.memory.process.size": "1000m", "taskmanager.memory.process.size": "1300m", "io.tmp.dirs": filepath.Join(c.dir, "tmp"),
		"cluster.registration.error-delay": "500", "heartbeat.interval": "2000", "heartbeat.timeout": "20000",
		// Checkpoints of the cluster must not hold rows back.
		"execution.checkpointing.interval": "3600000", "execution.checkpointing.dir": "file://" + filepath.Join(c.dir, "tmp"),
		"$internal.dispatcher.client-aliveness-check.interval": "2 s",
	}.WithJavaOptions(line)
	text, err := options.Render(line)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := release.Of(line)
	if err := os.WriteFile(filepath.Join(c.dir, "conf", r.ConfigFile), text, 0o644); err != nil {
		t.Fatal(err)
	}
	logging, err := os.ReadFile(filepath.Join(c.home, "conf", "log4j.properties"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "conf", "log4j.properties"), logging, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) run(t *testing.T, script string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), filepath.Join(c.home, "bin", script), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

// kill ends a process of the cluster the hard way; one that is gone already is gone.
func (c *cluster) kill(t *testing.T, role string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(c.dir, "pid", "*-"+role+".pid"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for word := range strings.FieldsSeq(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil && pid > 1 {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		_ = os.Remove(file)
	}
}

func freePorts(t *testing.T, n int) []int {
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
