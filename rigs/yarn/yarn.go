// Package yarn gives tests with the build tag clusters a real HDFS and YARN: this rig, which is left as
// it was found, running or not.
package yarn

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Rig is one HDFS and one YARN on this machine.
type Rig struct {
	WebHDFS         string // "http://localhost:9870"
	ResourceManager string // "http://localhost:8088"
	NodeManager     string // "http://localhost:8042"
	DefaultFS       string // "hdfs://localhost:8020"
	HadoopConf      string // HADOOP_CONF_DIR for Flink's own client
	HadoopClasspath string // HADOOP_CLASSPATH for it

	// With RIG_HA=1: the second NameNode and the second ResourceManager, which stand by at first.
	WebHDFS2         string
	ResourceManager2 string

	// With RIG_KERBEROS=1: configuration of the realm, tickets and keytab of the user root.
	Realm   string
	Tickets string
	Keytab  string

	scripts string
	env     []string
}

// Start returns the rig and starts it when it does not run; then it is stopped, and its data removed, when the test ends.
// settings are variables of rigs/yarn/README.md, such as "RIG_NAME=b": a rig of another name is another cluster.
func Start(t testing.TB, settings ...string) *Rig {
	t.Helper()
	r := &Rig{scripts: scripts(t), env: append(os.Environ(), settings...)}
	if !slices.ContainsFunc(r.env, func(v string) bool { return strings.HasPrefix(v, "RIG_HEARTBEAT_MS=") }) {
		r.env = append(r.env, "RIG_HEARTBEAT_MS=200") // containers start on a heartbeat
	}
	found := r.run(t, "up.sh", "RIG_SERVICES=")
	root := filepath.Dir(exports(found)["HADOOP_CONF_DIR"])
	pids, err := filepath.Glob(filepath.Join(root, "run", "*.pid"))
	if err != nil {
		t.Fatal(err)
	}
	r.Up(t)
	if len(pids) == 0 {
		t.Cleanup(func() { r.run(t, "down.sh", "RIG_WIPE=1") })
	}
	return r
}

// Up starts what does not run: all of it, or the services named, such as "datanode", and waits until it can be used.
func (r *Rig) Up(t testing.TB, services ...string) {
	t.Helper()
	var set []string
	if len(services) > 0 {
		set = []string{"RIG_SERVICES=" + strings.Join(services, " ")}
	}
	vars := exports(r.run(t, "up.sh", set...))
	r.WebHDFS, r.ResourceManager, r.NodeManager = vars["RIG_WEBHDFS"], vars["RIG_RM"], vars["RIG_NM"]
	r.WebHDFS2, r.ResourceManager2 = vars["RIG_WEBHDFS2"], vars["RIG_RM2"]
	r.Realm, r.Tickets, r.Keytab = vars["KRB5_CONFIG"], strings.TrimPrefix(vars["KRB5CCNAME"], "FILE:"), vars["RIG_KEYTAB"]
	r.DefaultFS, r.HadoopConf, r.HadoopClasspath = vars["RIG_DEFAULT_FS"], vars["HADOOP_CONF_DIR"], vars["HADOOP_CLASSPATH"]
}

// Kill ends a service at once: namenode, datanode, resourcemanager or nodemanager. Up starts it again.
func (r *Rig) Kill(t testing.TB, service string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(r.HadoopConf), "run", service+".pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatalf("killing the %s: %v", service, err)
	}
}

// HDFS runs a command of HDFS's own tools, such as "dfsadmin", "-safemode", "enter".
func (r *Rig) HDFS(t testing.TB, command ...string) {
	t.Helper()
	class := map[string]string{"dfsadmin": "org.apache.hadoop.hdfs.tools.DFSAdmin"}[command[0]]
	server := filepath.Join(filepath.Dir(filepath.Dir(r.HadoopClasspath)), "server", "*")
	args := append([]string{"-cp", r.HadoopConf + ":" + server, class}, command[1:]...)
	if out, err := exec.CommandContext(t.Context(), "java", args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
}

// Activate makes the second NameNode and the second ResourceManager of a rig with RIG_HA=1 the active ones, whatever became
// of the first.
func (r *Rig) Activate(t testing.TB) {
	t.Helper()
	r.run(t, "ha.sh haadmin -transitionToActive --forceactive nn2")
	r.run(t, "ha.sh rmadmin -transitionToActive --forceactive rm2")
}

// run runs a script of the rig and returns what it printed.
func (r *Rig) run(t testing.TB, script string, settings ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Minute) // the first start fetches the jars
	defer cancel()
	words := strings.Fields(script)
	cmd := exec.CommandContext(ctx, filepath.Join(r.scripts, words[0]), words[1:]...)
	cmd.Env = append(slices.Clone(r.env), settings...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("the YARN rig: %s: %v\n%s\nIt needs bash, curl, Maven and a JDK.", script, err, said.String())
	}
	return out.String()
}

// exports reads the lines "export NAME='value'".
func exports(text string) map[string]string {
	vars := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "="); ok {
			vars[name] = strings.Trim(value, "'")
		}
	}
	return vars
}

// scripts finds rigs/yarn above the folder of the test.
func scripts(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if found := filepath.Join(dir, "rigs", "yarn"); exists(filepath.Join(found, "up.sh")) {
			return found
		}
	}
	t.Fatal("no folder rigs/yarn above the test")
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
