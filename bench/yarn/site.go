package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/rest"
)

// script is the job: a source, a stateful query, a sink that takes all.
const script = `CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20', 'fields.id.min' = '1', 'fields.id.max' = '9');
CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id;
`

// settings make the processes fit the rig.
var settings = [][2]string{
	{"jobmanager.memory.process.size", "900m"}, {"taskmanager.memory.process.size", "1000m"},
	{"taskmanager.memory.managed.fraction", "0.1"}, {"taskmanager.numberOfTaskSlots", "1"}, {"parallelism.default", "1"},
}

// site is the rig, and where the programs that are compared find things.
type site struct {
	program, dir           string
	home                   dist.Home
	resourceManager, files string
}

func newSite(program string) (*site, error) {
	s := &site{resourceManager: os.Getenv("RIG_RM"), files: os.Getenv("RIG_WEBHDFS")}
	if s.resourceManager == "" || s.files == "" {
		return nil, errors.New(`no rig: eval "$(rigs/yarn/up.sh)"`)
	}
	cache, err := dist.DefaultDir(os.Getenv)
	if err != nil {
		return nil, err
	}
	wanted, _ := release.Of(release.V2_2)
	if s.home, err = (&dist.Cache{Dir: cache}).Find(wanted, "", os.Getenv); err != nil {
		return nil, err
	}
	if s.program, err = filepath.Abs(program); err != nil {
		return nil, err
	}
	s.dir, err = os.MkdirTemp("", "yarn-figures")
	return s, err
}

// folder is a folder of HDFS.
func folder(name string) string { return "/tmp/figures/" + name }

func (s *site) close(ctx context.Context) {
	if err := errors.Join(os.RemoveAll(s.dir), s.remove(ctx, folder(""))); err != nil {
		fmt.Fprintln(os.Stderr, "yarn: cleaning up:", err)
	}
}

// client submits with Flink's SQL client in application mode, which returns when the JobManager runs.
func (s *site) client(ctx context.Context, round int) (cost, error) {
	dir := filepath.Join(s.dir, fmt.Sprintf("client-%d", round))
	sql := filepath.Join(dir, "job.sql")
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(sql, []byte(script), 0o600)); err != nil {
		return cost{}, err
	}
	args := []string{"-f", sql, "-Dexecution.target=yarn-application", "-Dyarn.application.name=figures"}
	for _, pair := range settings {
		args = append(args, "-D"+pair[0]+"="+pair[1])
	}
	command := exec.CommandContext(ctx, filepath.Join(s.home.Dir, "bin", "sql-client.sh"), args...)
	command.Env = append(os.Environ(), "FLINK_LOG_DIR="+dir)
	return s.measured(ctx, command)
}

func (s *site) cold(ctx context.Context, round int) (cost, error) {
	return s.deploy(ctx, fmt.Sprintf("cold-%d", round), fmt.Sprintf("cold-%d", round))
}

func (s *site) warm(ctx context.Context, round int) (cost, error) {
	return s.deploy(ctx, "warm", fmt.Sprintf("warm-%d", round))
}

// deploy submits with autostream. memory names the library in HDFS and the memory of hashes.
func (s *site) deploy(ctx context.Context, memory, project string) (cost, error) {
	var options strings.Builder
	for _, pair := range settings {
		fmt.Fprintf(&options, "      %s: %q\n", pair[0], pair[1])
	}
	dir := filepath.Join(s.dir, project)
	file := fmt.Sprintf("version: 1\nname: figures\nflink: \"2.2\"\ntargets:\n  rig:\n    kind: yarn\n    resourceManager: [%q]\n    files: %q\n    options:\n%sjobs:\n  job: {sql: job.sql, target: rig}\n",
		s.resourceManager, strings.Replace(s.files, "http://", "webhdfs://", 1)+folder(memory), &options)
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "job.sql"), []byte(script), 0o600),
		os.WriteFile(filepath.Join(dir, "autostream.yaml"), []byte(file), 0o600)); err != nil {
		return cost{}, err
	}
	command := exec.CommandContext(ctx, s.program, "-C", dir, "deploy", "rig", "job", "--yes", "--wait=false")
	command.Env = append(os.Environ(), "HADOOP_USER_NAME=root", "FLINK_HOME="+s.home.Dir, "AUTOSTREAM_CACHE="+filepath.Join(s.dir, "memory", memory))
	return s.measured(ctx, command)
}

// measured runs a command, watches its application until all tasks run, and ends that.
func (s *site) measured(ctx context.Context, command *exec.Cmd) (cost, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	before, err := s.applications(ctx)
	if err != nil {
		return cost{}, err
	}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	began := time.Now()
	if err := command.Start(); err != nil {
		return cost{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	var c cost
	c.accepted, c.running, err = s.watch(ctx, began, before)
	if failure := errors.Join(err, <-ended); failure != nil {
		return c, fmt.Errorf("%w\n%s", failure, &said)
	}
	c.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return c, s.end(ctx, before)
}

// watch waits for a new application, and until all tasks of its job run.
func (s *site) watch(ctx context.Context, began time.Time, before []application) (accepted, running time.Duration, err error) {
	for {
		now, err := s.applications(ctx)
		if err != nil {
			return 0, 0, err
		}
		i := slices.IndexFunc(now, func(a application) bool {
			return a.State != "NEW" && a.State != "NEW_SAVING" && a.State != "SUBMITTED" && !has(before, a.ID)
		})
		switch {
		case i < 0:
		case now[i].over():
			return 0, 0, fmt.Errorf("%s is %s", now[i].ID, now[i].State)
		default:
			if accepted == 0 {
				accepted = time.Since(began)
			}
			if now[i].up(ctx) {
				return accepted, time.Since(began), nil
			}
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return 0, 0, err
		}
	}
}

// application is what the ResourceManager says of one.
type application struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Address string `json:"amRPCAddress"`
}

func (a application) over() bool {
	return a.State == "FINISHED" || a.State == "FAILED" || a.State == "KILLED"
}

// up says whether all tasks of its job run.
func (a application) up(ctx context.Context) bool {
	if a.State != "RUNNING" || a.Address == "" {
		return false
	}
	jobs, err := rest.New("http://"+a.Address, nil).Jobs(ctx)
	return err == nil && len(jobs) == 1 && jobs[0].State == "RUNNING" && jobs[0].Tasks.Running == jobs[0].Tasks.Total
}

func (s *site) applications(ctx context.Context) ([]application, error) {
	var answer struct {
		Apps struct{ App []application }
	}
	err := s.call(ctx, http.MethodGet, s.resourceManager+"/ws/v1/cluster/apps", nil, &answer)
	return answer.Apps.App, err
}

// end ends what runs besides the applications of before, so that the next submission has the rig for itself.
func (s *site) end(ctx context.Context, before []application) error {
	for {
		now, err := s.applications(ctx)
		if err != nil {
			return err
		}
		now = slices.DeleteFunc(now, func(a application) bool { return has(before, a.ID) })
		alive := 0
		for _, a := range now {
			if !a.over() {
				alive++
				err = s.call(ctx, http.MethodPut, s.resourceManager+"/ws/v1/cluster/apps/"+a.ID+"/state?user.name=root", map[string]string{"state": "KILLED"}, nil)
			} else { // one that was killed leaves its files
				err = s.remove(ctx, "/user/root/.flink/"+a.ID)
			}
			if err != nil {
				return err
			}
		}
		if alive == 0 {
			return pause(ctx, 2*time.Second) // its processes go
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

func has(all []application, id string) bool {
	return slices.ContainsFunc(all, func(a application) bool { return a.ID == id })
}

// remove removes a folder of HDFS.
func (s *site) remove(ctx context.Context, dir string) error {
	return s.call(ctx, http.MethodDelete, s.files+"/webhdfs/v1"+dir+"?op=DELETE&recursive=true&user.name=root", nil, nil)
}

// call sends in as JSON and reads the answer into out, where these are not nil.
func (s *site) call(ctx context.Context, method, to string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %s", method, to, response.Status, text)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
