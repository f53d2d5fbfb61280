package kubernetes

import (
	"bufio"
	"context"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/local"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/target"
)

// Checkpoints that are left of jobs lie on a file system, or on a volume that only pods have.
var _ target.Retaining = (*Target)(nil)

// LatestCheckpoint implements target.Retaining. Savepoints count too. Of a job whose record went with its namespace, only
// the folder that the target names is known. Where nothing can be read from here, that is an error: there may be some.
func (t *Target) LatestCheckpoint(ctx context.Context, id target.JobID) (target.Savepoint, error) {
	r, err := t.read(ctx, id)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		r, err = record{ID: id, Checkpoints: checkpoints(t.Line, t.Settings)}, nil
	}
	if err != nil {
		return target.Savepoint{}, err
	}
	newest, err := t.retained(ctx, r)
	if err == nil && newest.Path == "" {
		err = fault.Errorf(fault.NotFound, "job %s left no checkpoint", id)
	}
	return newest, err
}

// retained is the newest complete checkpoint or savepoint of a job that is still there.
func (t *Target) retained(ctx context.Context, r record) (newest target.Savepoint, err error) {
	if r.Checkpoints == "" {
		return newest, fault.Errorf(fault.Failed, "where job %s has its checkpoints is not known", r.ID)
	}
	files, dir, err := t.open(r.Checkpoints + "/" + string(r.ID))
	if err != nil {
		return newest, err
	}
	if _, here := files.(local.FS); here { // Flink makes the folder of a job when it starts it
		if _, err := files.Stat(ctx, dir); err != nil {
			return newest, fault.Errorf(fault.Failed, "the checkpoints of job %s lie in nodes or volumes of the cluster, not here: %w", r.ID, err)
		}
	}
	found, err := snapshot.Newest(ctx, files, dir, snapshot.CheckpointPrefix)
	if err != nil {
		return newest, err
	}
	if found.Dir != "" {
		newest = target.Savepoint{Path: files.URI(found.Dir), Taken: found.Taken}
	}
	for _, sp := range r.Savepoints {
		if sp.Taken.After(newest.Taken) && t.left(ctx, sp.Path) {
			newest = target.Savepoint(sp)
		}
	}
	return newest, nil
}

// left says whether a savepoint is seen to be there.
func (t *Target) left(ctx context.Context, uri string) bool {
	files, dir, err := t.open(uri)
	if err == nil {
		_, err = files.Stat(ctx, path.Join(dir, snapshot.FileName))
	}
	return err == nil
}

// open is the file system of a URI, and the path in it.
func (t *Target) open(uri string) (dfs.FS, string, error) {
	l, err := dfs.ParseLocation(uri)
	if err != nil {
		return nil, "", err
	}
	if l.Scheme == "" || l.Scheme == "file" {
		return local.FS{}, l.Path, nil
	}
	if t.FileSystem != nil {
		if own, err := dfs.ParseLocation(t.FileSystem.URI("/")); err == nil && l.Scheme == own.Scheme && l.Authority == own.Authority {
			return t.FileSystem, l.Path, nil
		}
	}
	return nil, "", fault.Errorf(fault.Failed, "%s cannot be read from here", uri).
		WithFix("name its file system in the target: targets: {%s: {files: %s://%s}}", t.Name, l.Scheme, l.Authority)
}

// checkpoints is the folder in which each job has one for its checkpoints; "" when it is not known, or jobs share one.
func checkpoints(line release.Line, options conf.Options) string {
	named, err := options.For(line)
	if err != nil || named[line.Key(release.KeyCheckpointSubdir)] == "false" {
		return ""
	}
	return named[line.Key(release.KeyCheckpointDir)]
}

// glimpse is how long the storage of a job is looked at when its end is to be recorded.
const glimpse = 10 * time.Second

// withRetained adds the newest checkpoint to the status of a job whose JobManager ended without telling it.
func (t *Target) withRetained(ctx context.Context, r record, st target.Status) target.Status {
	ctx, cancel := context.WithTimeout(ctx, glimpse)
	defer cancel()
	newest, err := t.retained(ctx, r)
	if err != nil {
		newest.Path, err = t.inPod(ctx, r)
	}
	if err == nil && newest.Path != "" {
		st.LastCheckpoint = newest.Path
	}
	return st
}

// listing prints the metadata of the checkpoints in a folder.
const listing = `for file in "$1"/` + snapshot.CheckpointPrefix + `*/` + snapshot.FileName + `; do if [ -f "$file" ]; then echo "$file"; fi; done`

// inPod looks for the newest checkpoint of a job from its JobManager's pod, which has the volumes that the job has.
func (t *Target) inPod(ctx context.Context, r record) (newest string, err error) {
	l, err := dfs.ParseLocation(r.Checkpoints + "/" + string(r.ID))
	if err != nil || l.Scheme != "" && l.Scheme != "file" {
		return "", err
	}
	pod, err := t.manager(ctx, r.Cluster)
	if err != nil {
		return "", err
	}
	out, err := t.api.Exec(ctx, t.Namespace, pod, mainContainer, "bash", "-c", listing, "listing", l.Path)
	if err != nil {
		return "", err
	}
	defer out.Close()
	lines, most := bufio.NewScanner(out), int64(-1)
	for lines.Scan() {
		dir := path.Dir(lines.Text())
		n, err := strconv.ParseInt(strings.TrimPrefix(path.Base(dir), snapshot.CheckpointPrefix), 10, 64)
		if err == nil && n > most {
			newest, most = local.FS{}.URI(dir), n
		}
	}
	return newest, lines.Err()
}
