package rest_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/flink/wire/cassette"
)

// The conversations were recorded on an empty cluster of 8 slots with
//
//	go test ./internal/flink/rest -record http://127.0.0.1:8081 -gateway http://127.0.0.1:8083 -jar endless.jar -release 2.2.1
var (
	record  = flag.String("record", "", "address of a JobManager to record the conversations with")
	sql     = flag.String("gateway", "", "address of the SQL Gateway beside it, which starts the jobs")
	jar     = flag.String("jar", "", "a jar whose main class starts a job that runs on, or fails when the argument is fail")
	release = flag.String("release", "", "release of that cluster; names the folder of the cassettes")
)

const (
	running  = "00000000000000000000000000000001"
	finished = "00000000000000000000000000000002"
	failed   = "00000000000000000000000000000003"
	stopped  = "00000000000000000000000000000004"
	fromJar  = "00000000000000000000000000000005"
	unknown  = "ffffffffffffffffffffffffffffffff"
)

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}

// each runs a test on the recorded conversation with every release, or on the real JobManager while recording.
func each(t *testing.T, name string, test func(t *testing.T, c *rest.Client)) {
	if *record != "" {
		test(t, rest.New(cassette.Open(t, filepath.Join("testdata", *release, name+".calls"), *record), nil))
		return
	}
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*", name+".calls"))
	if err != nil || len(files) < 2 {
		t.Fatalf("recorded conversations: %v, %v; want two releases", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			test(t, rest.New(cassette.Open(t, file, ""), nil))
		})
	}
}

// start starts a job while recording and gives it time; a cassette needs neither.
func start(t *testing.T, id, query string, options map[string]string) {
	t.Helper()
	if *record == "" {
		return
	}
	client, err := gateway.Dial(t.Context(), *sql, nil)
	if err != nil {
		t.Fatal(err)
	}
	session, err := client.Open(t.Context(), "", options)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '5')",
		"CREATE TABLE three (id INT) WITH ('connector' = 'datagen', 'number-of-rows' = '3')",
		"CREATE TABLE out_rows (id INT) WITH ('connector' = 'blackhole')",
		"INSERT INTO out_rows " + query,
	} {
		op, err := session.Execute(t.Context(), statement, map[string]string{"$internal.pipeline.job-id": id})
		for err == nil {
			var page gateway.Page
			if page, err = op.Next(t.Context()); page.State == gateway.End {
				break
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	pause(8 * time.Second)
}

func pause(d time.Duration) {
	if *record != "" {
		time.Sleep(d)
	}
}

func TestCluster(t *testing.T) {
	each(t, "cluster", func(t *testing.T, c *rest.Client) {
		o, err := c.Overview(t.Context())
		if err != nil || o.TaskManagers != 1 || o.SlotsTotal != 8 || !strings.Contains(o.FlinkVersion, ".") {
			t.Errorf("Overview = %+v, %v", o, err)
		}
		tms, err := c.TaskManagers(t.Context())
		if err != nil || len(tms) != 1 || tms[0].Slots != 8 || tms[0].ID == "" {
			t.Errorf("TaskManagers = %+v, %v", tms, err)
		}
	})
}

func TestJobs(t *testing.T) {
	start(t, running, "SELECT id FROM events", map[string]string{"pipeline.name": "runs", "execution.checkpointing.interval": "1 s"})
	start(t, finished, "SELECT id FROM three", nil)
	start(t, failed, "SELECT 10 / (id - id) FROM events", nil)
	each(t, "jobs", func(t *testing.T, c *rest.Client) {
		jobs, err := c.Jobs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, j := range jobs {
			got[j.ID] = j.State
			if j.ID == running && (j.Name != "runs" || j.Tasks.Total == 0 || j.Tasks.Running != j.Tasks.Total ||
				j.Start.Time().IsZero() || !j.End.Time().IsZero()) {
				t.Errorf("running job = %+v", j)
			}
		}
		if diff := cmp.Diff(map[string]string{running: "RUNNING", finished: "FINISHED", failed: "FAILED"}, got); diff != "" {
			t.Errorf("states differ (-want +got):\n%s", diff)
		}
		if _, ok, err := c.LastFailure(t.Context(), running); ok || err != nil {
			t.Errorf("LastFailure of a healthy job: %v, %v", ok, err)
		}
		f, ok, err := c.LastFailure(t.Context(), failed)
		if !ok || err != nil || f.Time.IsZero() || !strings.Contains(f.Stacktrace, "/ by zero") {
			t.Errorf("LastFailure = %+v, %v, %v", f, ok, err)
		}
		path, err := c.LatestCheckpoint(t.Context(), running)
		if err != nil || !strings.HasPrefix(path, "file:") {
			t.Errorf("LatestCheckpoint = %q, %v", path, err)
		}
		if path, err := c.LatestCheckpoint(t.Context(), failed); path != "" || err != nil {
			t.Errorf("LatestCheckpoint of a job without = %q, %v", path, err)
		}
		if n, err := c.Restarts(t.Context(), running); n != 0 || err != nil {
			t.Errorf("Restarts = %d, %v", n, err)
		}
		if err := c.Cancel(t.Context(), running); err != nil {
			t.Errorf("Cancel: %v", err)
		}
		if err := c.Cancel(t.Context(), finished); !wire.Is(err, 409) {
			t.Errorf("Cancel of a finished job: %v", err)
		}
		if err := c.Cancel(t.Context(), unknown); !wire.Is(err, 404) {
			t.Errorf("Cancel of an unknown job: %v", err)
		}
		if _, _, err := c.LastFailure(t.Context(), unknown); !wire.Is(err, 404) {
			t.Errorf("LastFailure of an unknown job: %v", err)
		}
	})
}

func TestSavepoints(t *testing.T) {
	const first, second, third = unknown, "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "dddddddddddddddddddddddddddddddd"
	start(t, stopped, "SELECT id FROM events", nil)
	each(t, "savepoints", func(t *testing.T, c *rest.Client) {
		if _, err := c.SavepointStatus(t.Context(), stopped, first); !wire.Is(err, 404) {
			t.Errorf("status of an unknown trigger: %v", err)
		}
		for range 2 { // the second request is the same operation
			if err := c.Savepoint(t.Context(), stopped, rest.SavepointRequest{Trigger: first, Format: rest.Native}); err != nil {
				t.Fatal(err)
			}
		}
		pause(2 * time.Second)
		taken, err := c.SavepointStatus(t.Context(), stopped, first)
		if err != nil || !taken.Done || !strings.HasPrefix(taken.Location, "file:") || taken.Failure != nil {
			t.Fatalf("SavepointStatus = %+v, %v", taken, err)
		}
		if err := c.Stop(t.Context(), stopped, rest.StopRequest{Trigger: second, Directory: "nosuchscheme://x"}); err != nil {
			t.Fatal(err)
		}
		pause(2 * time.Second)
		o, err := c.SavepointStatus(t.Context(), stopped, second)
		if err != nil || !o.Done || o.Failure == nil || !strings.Contains(o.Failure.Root(), "nosuchscheme") {
			t.Errorf("SavepointStatus of a failed one = %+v, %v", o, err)
		}
		if err := c.Stop(t.Context(), stopped, rest.StopRequest{Trigger: third}); err != nil {
			t.Fatal(err)
		}
		pause(3 * time.Second)
		if o, err := c.SavepointStatus(t.Context(), stopped, third); err != nil || !o.Done || o.Location == "" {
			t.Errorf("SavepointStatus after Stop = %+v, %v", o, err)
		}
		for _, want := range []string{"", "FileNotFoundException"} {
			trigger, err := c.DisposeSavepoint(t.Context(), taken.Location)
			if err != nil {
				t.Fatal(err)
			}
			pause(2 * time.Second)
			o, err := c.DisposalStatus(t.Context(), trigger)
			if err != nil || !o.Done || (want == "") != (o.Failure == nil) || want != "" && !o.Failure.Has(want) {
				t.Errorf("DisposalStatus = %+v, %v, want %q", o, err, want)
			}
		}
	})
}

func TestJars(t *testing.T) {
	each(t, "jars", func(t *testing.T, c *rest.Client) {
		file := *jar
		if file == "" {
			file = filepath.Join(t.TempDir(), "endless.jar")
			if err := os.WriteFile(file, []byte("any"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		id, err := c.UploadJar(t.Context(), file)
		if err != nil || !strings.HasSuffix(id, "_endless.jar") {
			t.Fatalf("UploadJar = %q, %v", id, err)
		}
		request := rest.RunRequest{JobID: fromJar, Parallelism: 1, Config: map[string]string{"pipeline.name": "from a jar"}}
		if job, err := c.RunJar(t.Context(), id, request); err != nil || job != fromJar {
			t.Errorf("RunJar = %q, %v", job, err)
		}
		_, err = c.RunJar(t.Context(), id, request)
		if refusal, ok := wire.Refused(err); !ok || !refusal.Chain.Has("DuplicateJobSubmissionException") {
			t.Errorf("second RunJar: %v", err)
		}
		if _, err = c.RunJar(t.Context(), id, rest.RunRequest{Args: []string{"fail"}}); err == nil || err.Error() != "no window given" {
			t.Errorf("RunJar of a main method that throws: %v", err)
		}
		if err := c.DeleteJar(t.Context(), id); err != nil {
			t.Errorf("DeleteJar: %v", err)
		}
		if err := c.Cancel(t.Context(), fromJar); err != nil {
			t.Errorf("Cancel: %v", err)
		}
	})
}
