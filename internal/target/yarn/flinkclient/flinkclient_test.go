//go:build unix

package flinkclient_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target/yarn"
	"github.com/autostream/autostream/internal/target/yarn/flinkclient"
)

// client is one whose bin/flink is a script that writes what it sees into the folder seen, and then does what it is told.
func client(t *testing.T, then string) (c *flinkclient.Client, seen string) {
	t.Helper()
	home, seen := t.TempDir(), t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("bin/flink", "#!/bin/sh\nenv > "+seen+"/env\necho \"$@\" > "+seen+"/args\npwd > "+seen+"/folder\ncp -r . "+seen+"/all\n"+strings.ReplaceAll(then, "SEEN", seen)+"\n", 0o755)
	write("conf/log4j.properties", "", 0o644)
	write("conf/log4j-cli.properties", "", 0o644)
	r, ok := release.Of(release.V1_20)
	if !ok {
		t.Fatal("no release")
	}
	return &flinkclient.Client{
		Home: dist.Home{Dir: home, Release: r}, JavaHome: "/java", HadoopConf: "/conf", HadoopClasspath: "/jars/*", Path: os.Getenv("PATH"), User: "alice", Limit: time.Minute,
	}, seen
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	c, seen := client(t, "")
	c.Tickets = filepath.Join(t.TempDir(), "cc")
	if err := os.WriteFile(c.Tickets, []byte("tickets"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := c.Submit(t.Context(), yarn.Program{
		Mode: yarn.Application, MainJar: []byte("jar"), MainName: "runner.jar", Class: "a.Main", Args: []string{"statements.sql"},
		Files: map[string][]byte{"statements.sql": []byte("SELECT 'secret'")}, Options: conf.Options{"yarn.tags": "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	folder := strings.TrimSpace(read(t, seen, "folder"))
	if got, want := strings.TrimSpace(read(t, seen, "args")), "run-application -t yarn-application -d -c a.Main "+folder+"/runner.jar statements.sql"; got != want {
		t.Errorf("arguments %q, want %q", got, want)
	}
	var names []string
	for line := range strings.Lines(read(t, seen, "env")) {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains([]string{"_", "PWD", "SHLVL", "OLDPWD"}, name) }) // the shell's
	want := []string{
		"FLINK_CONF_DIR", "FLINK_LOG_DIR", "HADOOP_CLASSPATH", "HADOOP_CONF_DIR", "HADOOP_USER_NAME", "HOME", "JAVA_HOME", "KRB5CCNAME", "LANG",
		"PATH", "YARN_CONF_DIR",
	}
	if !slices.Equal(names, want) {
		t.Errorf("environment %v, want %v", names, want)
	}
	if got := read(t, seen, "all", "tickets"); got != "tickets" {
		t.Errorf("tickets: %q", got)
	}
	config := read(t, seen, "all", "config.yaml")
	for _, want := range []string{"yarn.tags", folder + "/statements.sql"} {
		if !strings.Contains(config, want) {
			t.Errorf("no %s in\n%s", want, config)
		}
	}
	if strings.Contains(config+read(t, seen, "env")+read(t, seen, "args"), "secret") {
		t.Error("a statement is where others see it")
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("left behind: %s", folder)
	}
}

func TestSubmitThatFails(t *testing.T) {
	t.Parallel()
	for then, want := range map[string]string{
		"echo nonsense >&2; exit 1": "Flink's client: nonsense",
		`printf '%s\n' '---' ' The program finished with the following exception:' '' 'org.apache.flink.X: could not deploy' \
'	at a.B.c(B.java:1)' 'Caused by: java.io.IOException: no room' '	at a.B.d(B.java:2)'; exit 1`: "Flink's client: no room",
	} {
		c, _ := client(t, then)
		if err := c.Submit(t.Context(), yarn.Program{Mode: yarn.PerJob, Main: "a.jar"}); err == nil || err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// One that is given up is ended with what it started.
func TestSubmitThatHangs(t *testing.T) {
	t.Parallel()
	c, seen := client(t, "(while true; do sleep 1; done) & echo $! > SEEN/new && mv SEEN/new SEEN/child; wait")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Submit(ctx, yarn.Program{Mode: yarn.Application, Main: "a.jar"}) }()
	var child proc.ID
	for deadline := time.Now().Add(time.Minute); child.PID == 0; time.Sleep(10 * time.Millisecond) {
		if text, err := os.ReadFile(filepath.Join(seen, "child")); err == nil {
			pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			child = proc.Of(pid)
		} else if time.Now().After(deadline) {
			t.Fatal("the client never started")
		}
	}
	cancel()
	if err := <-done; err == nil {
		t.Error("no error")
	}
	for deadline := time.Now().Add(time.Minute); child.Alive(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("what the client started lives on")
		}
	}
}
