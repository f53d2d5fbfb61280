//go:build evolve

package evolve_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// lab is a cluster of one release on which pairs run.
type lab struct {
	line     release.Line
	kafka    string // bootstrap servers
	dir      string
	sources  string // of the Java that jobs need
	session  *flinktest.Session
	gateways *gateway.Client
	jobs     *rest.Client
}

// patience is how long anything may take on a loaded machine.
const patience = 5 * time.Minute

// enough is how many checkpoints a job completes before we believe that it runs: by then its operators have seen rows.
const enough = 3

func (l *lab) reach(t *testing.T) {
	t.Helper()
	client, err := gateway.Dial(t.Context(), l.session.Gateway, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.gateways, l.jobs = client, rest.New(l.session.JobManager, nil)
}

// files is the folder that is ${DIR} in the scripts of a pair.
func (l *lab) files(p recorded) string { return filepath.Join(filepath.Dir(l.dir), "files", p.name) }

// refusal is what Flink has against a job.
type refusal string

// Error implements error.
func (r refusal) Error() string { return string(r) }

// pair runs the jobs of a pair and says what became of the state, and where the new job's own savepoint is. from is a
// savepoint of an earlier release, "" without one.
func (l *lab) pair(t *testing.T, p recorded, from string) (outcomes, string) {
	t.Helper()
	for name, text := range p.files {
		path := filepath.Join(l.files(p), name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Error(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	var out outcomes
	err := l.fill(t, p)
	if err != nil {
		t.Errorf("%s on %s: %v", p.name, l.line, err)
		return out, ""
	}
	out.saved, err = l.savepoint(t, p, p.before)
	if why, refused := l.refused(t, p, err); refused {
		out.same = record{outcome: "failed-other", why: "the old job: " + why}
	} else {
		out.same = l.restore(t, p, out.saved)
	}
	if from == "" {
		out.upgraded = record{outcome: "failed-other", why: "no savepoint of the release before"}
	} else {
		out.upgraded = l.restore(t, p, from)
	}
	if out.same.sure() && out.upgraded.sure() {
		return out, "" // that the new job runs is known, and its states do not count
	}
	fresh, err := l.savepoint(t, p, p.after)
	if why, refused := l.refused(t, p, err); refused {
		for _, r := range []*record{&out.same, &out.upgraded} {
			*r = record{outcome: "failed-other", why: "the new job: " + why}
		}
	}
	return out, fresh
}

// fill runs what writes the rows that the jobs of a pair read.
func (l *lab) fill(t *testing.T, p recorded) error {
	t.Helper()
	if p.seed == "" {
		return nil
	}
	id, err := l.submit(t, p, p.seed, conf.Options{})
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		job, err := l.jobs.Job(t.Context(), id)
		switch {
		case err != nil:
			return err
		case job.State == "FINISHED":
			return nil
		case !job.End.IsZero():
			return fmt.Errorf("seed.sql has ended as %s", job.State)
		}
	}
	return errors.New("seed.sql does not end")
}

// refused separates what Flink has against a job from everything that ends the test.
func (l *lab) refused(t *testing.T, p recorded, err error) (string, bool) {
	t.Helper()
	if err == nil {
		return "", false
	}
	why, ok := errors.AsType[refusal](err)
	if !ok {
		t.Errorf("%s on %s: %v", p.name, l.line, err)
	}
	return string(why), true
}

// restore starts the new job from a savepoint, and with leave to drop state if it does not start without.
func (l *lab) restore(t *testing.T, p recorded, savepoint string) record {
	t.Helper()
	options := conf.Options{"execution.state-recovery.path": "file://" + savepoint}
	id, err := l.start(t, p, p.after, options)
	l.cancel(t, id)
	why, refused := l.refused(t, p, err)
	if !refused {
		return record{outcome: "restored"}
	}
	options["execution.state-recovery.ignore-unclaimed-state"] = "true"
	id, err = l.start(t, p, p.after, options)
	l.cancel(t, id)
	if again, refused := l.refused(t, p, err); refused {
		return record{outcome: "refused", why: again}
	}
	return record{outcome: "lost-with-flag", why: why}
}

// savepoint runs a job from nothing and stops it with a savepoint, whose folder it returns.
func (l *lab) savepoint(t *testing.T, p recorded, script string) (string, error) {
	t.Helper()
	id, err := l.start(t, p, script, conf.Options{})
	if err != nil {
		l.cancel(t, id)
		return "", err
	}
	trigger := make([]byte, 16)
	_, _ = rand.Read(trigger)
	request := rest.StopRequest{Trigger: hex.EncodeToString(trigger), Directory: "file://" + filepath.Join(l.dir, "savepoints"), Format: rest.Canonical}
	if err := l.jobs.Stop(t.Context(), id, request); err != nil {
		return "", err
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		o, err := l.jobs.SavepointStatus(t.Context(), id, request.Trigger)
		switch {
		case err != nil:
			return "", err
		case o.Failure != nil:
			return "", refusal(o.Failure.Root())
		case o.Done:
			folder, _ := snapshot.LocalPath(o.Location)
			return folder, nil
		}
	}
	return "", errors.New("no savepoint in time")
}

// start submits a job and waits until it runs, or fails, which is a refusal.
func (l *lab) start(t *testing.T, p recorded, script string, options conf.Options) (string, error) {
	t.Helper()
	id, err := l.submit(t, p, script, options)
	if err != nil {
		return "", err
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		job, err := l.jobs.Job(t.Context(), id)
		if err != nil {
			return id, err
		}
		switch job.State {
		case "FAILED":
			failure, _, err := l.jobs.LastFailure(t.Context(), id)
			if err != nil {
				return id, err
			}
			return id, refusal(l.short(cause(throwable.Parse(failure.Stacktrace))))
		case "FINISHED", "CANCELED":
			return id, errors.New("the job has ended by itself: no savepoint can be taken")
		}
		if checkpoints, err := l.jobs.Checkpoints(t.Context(), id); err == nil && job.State == "RUNNING" && checkpoints.Completed >= enough {
			return id, nil
		}
	}
	return id, errors.New("the job neither runs nor fails")
}

func (l *lab) cancel(t *testing.T, id string) {
	t.Helper()
	if id == "" {
		return
	}
	if err := l.jobs.Cancel(t.Context(), id); err != nil {
		if _, ok := wire.Refused(err); !ok {
			t.Error(err)
		}
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if job, err := l.jobs.Job(t.Context(), id); err != nil || !job.End.IsZero() {
			return
		}
	}
	t.Errorf("job %s does not end", id)
}

// submit runs a script in a session of its own and returns the job that it starts.
func (l *lab) submit(t *testing.T, p recorded, script string, options conf.Options) (string, error) {
	t.Helper()
	own := conf.Options{"pipeline.name": p.name, "parallelism.default": "1"}
	maps.Copy(own, options)
	properties, err := own.For(l.line)
	if err != nil {
		return "", err
	}
	session, err := l.gateways.Open(t.Context(), p.name, properties)
	if err != nil {
		return "", err
	}
	defer func() {
		if err := session.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	script = strings.NewReplacer("${KAFKA}", l.kafka, "${NAME}", p.name,
		"${DIR}", l.files(p)).Replace(script)
	tree, found := parser.Parse(source.New(p.name, script), parser.Options{Release: token.Default})
	if len(found) > 0 {
		return "", errors.New(found[0].Message)
	}
	var statements []string
	for _, s := range tree.Statements {
		statements = append(statements, tree.Text(s))
	}
	id := ""
	for _, s := range statements {
		if id, err = l.execute(t, session, s); err != nil {
			return "", err
		}
	}
	return id, nil
}

func (l *lab) execute(t *testing.T, session *gateway.Session, statement string) (string, error) {
	t.Helper()
	operation, err := session.Execute(t.Context(), statement, nil)
	if err != nil {
		return "", l.said(err)
	}
	id := ""
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		page, err := operation.Next(t.Context())
		if err != nil {
			return "", l.said(err)
		}
		if page.JobID != "" {
			id = page.JobID
		}
		if page.State == gateway.End {
			return id, operation.Close(t.Context())
		}
	}
	return "", errors.New("the gateway does not get ready with a statement")
}

// said turns an answer of Flink into a refusal.
func (l *lab) said(err error) error {
	if answer, ok := wire.Refused(err); ok {
		return refusal(l.short(answer.Error()))
	}
	return err
}

// cause is what the innermost throwable says, or where it was thrown when it says nothing.
func cause(chain throwable.Chain) string {
	if len(chain) == 0 {
		return ""
	}
	inner := chain[len(chain)-1]
	if inner.Message != "" || len(inner.Frames) == 0 {
		return chain.Root()
	}
	return inner.Class + " at " + inner.Frames[0]
}

// short is a reason without the folders of this run.
func (l *lab) short(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, l.dir, "DIR")), " ")
	const most = 300
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}
