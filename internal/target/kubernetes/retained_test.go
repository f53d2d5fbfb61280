package kubernetes_test

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs/local"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

// bucket is a folder of this machine that is called an object store.
type bucket struct{ local.FS }

func (bucket) URI(name string) string { return "s3://streams" + path.Clean(name) }

// complete makes a checkpoint in the folder of a job.
func complete(t *testing.T, folder string, id target.JobID, name string, age time.Duration) {
	t.Helper()
	metadata := filepath.Join(folder, string(id), name, "_metadata")
	if err := os.MkdirAll(filepath.Dir(metadata), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(metadata, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(metadata, time.Time{}, time.Now().Add(-age)); err != nil {
		t.Fatal(err)
	}
}

// The checkpoints of a job are found when its cluster is gone, and when its record went with the namespace. What cannot
// be looked at is not taken for empty.
func TestLatestCheckpoint(t *testing.T) {
	t.Parallel()
	folder := filepath.ToSlash(t.TempDir())
	f := kubetest.NewFake(t)
	k := to(t, f)
	k.FileSystem = bucket{}
	started := func(dir string) target.JobID {
		s := submission("pv_uv")
		s.Name += string(s.ID)[:4]
		s.Options = map[string]string{"state.checkpoints.dir": dir}
		if _, err := k.Submit(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		f.Take("apis/apps/v1/namespaces/streams/deployments/" + deployments(f)[0])
		return s.ID
	}
	finds := func(id target.JobID, want string) {
		t.Helper()
		if got, err := k.LatestCheckpoint(t.Context(), id); err != nil || got.Path != want || got.Taken.IsZero() {
			t.Errorf("LatestCheckpoint = %+v, %v; want %s", got, err, want)
		}
	}
	fails := func(id target.JobID, kind fault.Kind) {
		t.Helper()
		if got, err := k.LatestCheckpoint(t.Context(), id); err == nil || fault.KindOf(err) != kind {
			t.Errorf("LatestCheckpoint = %+v, %v; want one of kind %s", got, err, kind)
		}
	}

	here := started("file://" + folder)
	fails(here, fault.Failed) // the folder may be another machine's
	complete(t, folder, here, "chk-3", time.Hour)
	complete(t, folder, here, "chk-4", time.Minute)
	finds(here, "file:"+folder+"/"+string(here)+"/chk-4")

	stored := started("s3://streams" + folder)
	fails(stored, fault.NotFound)
	complete(t, folder, stored, "chk-1", 0)
	finds(stored, "s3://streams"+folder+"/"+string(stored)+"/chk-1")

	fails(started("s3://others"+folder), fault.Failed)
	fails(started(""), fault.Failed)

	k.Settings = map[string]string{"execution.checkpointing.dir": "file://" + folder}
	forgotten := target.NewJobID() // its record is gone
	complete(t, folder, forgotten, "chk-7", 0)
	finds(forgotten, "file:"+folder+"/"+string(forgotten)+"/chk-7")
}

// Checkpoints on a volume that only pods have are looked for from the JobManager's pod, when the job ends without telling them.
func TestCheckpointsOnAVolume(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k, s := to(t, f), submission("pv_uv")
	const folder = "/no/folder/of/this/machine"
	s.Options = map[string]string{"state.checkpoints.dir": "file://" + folder}
	if _, err := k.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	f.Exec = kubetest.Prints(strings.ReplaceAll("DIR/chk-9/_metadata\nDIR/chk-10/_metadata\n", "DIR", folder+"/"+string(s.ID)))
	cluster := "pv-uv-" + string(s.ID[:10])
	made := f.Get("apis/apps/v1/namespaces/streams/deployments/" + cluster)
	owner, err := json.Marshal(made["metadata"])
	if err != nil {
		t.Fatal(err)
	}
	f.Lay("api/v1/namespaces/streams/pods/x", `{"metadata": {"name": "x", "ownerReferences": [`+string(owner)+`],
		"labels": {"app": "`+cluster+`", "type": "flink-native-kubernetes", "component": "jobmanager"}}, "status": {"phase": "Running"}}`)
	f.Job(string(s.ID), map[string]any{"jid": "another"}) // it has lost this one
	if err := k.Cancel(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	if st, err := k.Status(t.Context(), s.ID); err != nil || st.State != target.Canceled || st.LastCheckpoint != "file:"+folder+"/"+string(s.ID)+"/chk-10" {
		t.Errorf("status %+v, %v", st, err)
	}
}
