//go:build clusters

package yarn_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/target"
)

// asAsked submits with what users may ask for, and looks at what YARN has of it and at the processes on this machine.
func (m *misfortunes) asAsked(t *testing.T) {
	s := m.job(t)
	s.Name = "as asked"
	s.Labels = map[string]string{"team": "Streams"}
	s.Environment = map[string]string{"GREETING": "hello, world"}
	s.Options["yarn.application.queue"] = "default"
	s.Options["yarn.application.type"] = "Asked For"
	s.Options["yarn.application-attempts"] = "1"
	s.Options["yarn.tags"] = "nightly, Costs"
	m.up(t, s)
	var answer struct {
		App struct{ ID, Name, Queue, User, ApplicationType, ApplicationTags string }
	}
	m.rm(t, http.MethodGet, "/ws/v1/cluster/apps/"+m.apps(t, s.ID)[0], nil, &answer)
	app := answer.App
	if app.Name != s.Name || !strings.HasSuffix(app.Queue, "default") || // Hadoop 3.4 tells the whole path
		app.User != "root" || app.ApplicationType != "Asked For" {
		t.Errorf("the application: %+v", app)
	}
	for _, tag := range []string{"team=streams", "nightly", "costs", "autostream-job-" + string(s.ID)} {
		if !slices.Contains(strings.Split(app.ApplicationTags, ","), tag) {
			t.Errorf("tags %s, without %s", app.ApplicationTags, tag)
		}
	}
	processes := javas(t, app.ID)
	if len(processes) != 2 {
		t.Errorf("%d processes, want a JobManager and a TaskManager", len(processes))
	}
	for _, dir := range processes {
		for _, name := range []string{"log4j.properties", "plugins/metrics-jmx", "lib"} {
			if _, err := os.Stat(filepath.Join(dir, "cwd", name)); err != nil {
				t.Errorf("a container without %s: %v", name, err)
			}
		}
		if text, err := os.ReadFile(filepath.Join(dir, "environ")); err != nil || !strings.Contains(string(text), "\x00GREETING=hello, world\x00") {
			t.Errorf("a container without the variable: %v", err)
		}
	}
	if _, err := m.target.Stop(t.Context(), s.ID, target.StopOptions{Trigger: target.NewTrigger()}); err != nil {
		t.Error(err)
	}
	m.noStaging(t)
}

// javas finds the JVMs in the containers of an application on this machine: folders of /proc.
func javas(t *testing.T, application string) (dirs []string) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	// container_1795_0001_01_000002, and behind a restart of the ResourceManager container_e01_1795_0001_01_000002
	container := strings.TrimPrefix(application, "application") + "_"
	for _, dir := range all {
		name, err := os.ReadFile(filepath.Join(dir, "comm"))
		if err != nil || strings.TrimSpace(string(name)) != "java" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "environ"))
		if _, id, found := strings.Cut(string(text), "CONTAINER_ID="); err == nil && found && strings.Contains(strings.SplitN(id, "\x00", 2)[0], container) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
