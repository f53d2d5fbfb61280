package yarn

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"strconv"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// Client submits applications in another way than this package does: Flink's own client. It chooses the application's
// id itself, so that the application is found by the tag of its job.
type Client interface {
	// Submit returns when YARN has the application. An error does not say that it has not.
	Submit(ctx context.Context, p Program) error
}

// Program is what a Client submits.
type Program struct {
	Options  conf.Options // of the whole configuration, by the names of the release
	Mode     string       // Application or PerJob
	Main     string       // path of the jar with the main class
	MainJar  []byte       // its content, where it is on no disk; then MainName is its name
	MainName string
	Class    string
	Args     []string
	Jars     []string          // other jars of the user
	Files    map[string][]byte // for the working folder of the JobManager; may hold secrets
}

// The modes of a submission: deployment targets of Flink.
const (
	Application = "yarn-application"
	PerJob      = "yarn-per-job" // main runs in the client; gone with 2.0
)

// clientTime is how long whoever submits with a Client may take. Then somebody else may try.
const clientTime = 5 * time.Minute

// reserveByClient settles which application a job is, with whoever else submits it now or did so before, where a Client
// chooses its id: one of all submits, the others wait until there is an application with the job's tag.
func (t *Target) reserveByClient(ctx context.Context, c *cluster, s target.Submission) (r run, err error) {
	mine := target.NewTrigger()
	for n := 1; ; {
		if found, err := c.records().read(ctx, s.ID, recordApplication, &r); err != nil || found {
			return r, err
		}
		if found, err := t.adopt(ctx, c, s, &r); err != nil || found {
			return r, err
		}
		claim := struct {
			By string    `json:"by"`
			At time.Time `json:"at"`
		}{mine, time.Now().UTC()}
		if err := c.records().keep(ctx, s.ID, recordClient+strconv.Itoa(n), &claim); err != nil {
			return r, err
		}
		switch {
		case claim.By == mine:
			refused := t.submitByClient(ctx, s)
			found, err := t.adopt(ctx, c, s, &r)
			if err == nil && !found {
				// Whoever tries again may do so at once.
				if refused == nil {
					refused = fault.Errorf(fault.Failed, "Flink's client says that it is done, but YARN has no such application")
				}
				err = errors.Join(refused, c.fs.Delete(context.WithoutCancel(ctx), c.records().path(s.ID, recordClient+strconv.Itoa(n))))
			}
			return r, err
		case time.Since(claim.At) > clientTime:
			n++
		default:
			if err := pause(ctx); err != nil {
				return r, err
			}
		}
	}
}

// recordClient with a number behind it says who submits with a Client, and since when.
const recordClient = "client-"

func pause(ctx context.Context) error {
	if !wait(ctx, 500*time.Millisecond) {
		return ctx.Err()
	}
	return nil
}

// adopt records the application with the tag of a job, if there is one.
func (t *Target) adopt(ctx context.Context, c *cluster, s target.Submission, r *run) (bool, error) {
	tagged, err := t.rm.apps(ctx, url.Values{"applicationTags": {jobTag(s.ID)}})
	if err != nil || len(tagged) == 0 {
		return false, err
	}
	if *r, err = t.runOf(c, s, tagged[0].ID); err != nil {
		return false, err
	}
	at := time.Now().UTC()
	return true, errors.Join(c.records().keep(ctx, s.ID, recordApplication, r), c.records().keep(ctx, s.ID, recordSubmitted, &at))
}

func (t *Target) submitByClient(ctx context.Context, s target.Submission) error {
	c, err := t.ask(ctx)
	if err != nil {
		return err
	}
	at := c.place(s, "")
	at.levels = "" // Flink's client ships no agent
	o, err := settings(s, t.Line, at)
	if err != nil {
		return err
	}
	t.identify(o)
	p := Program{Options: maps.Clone(o), Mode: Application, Jars: s.Jars}
	if s.Options["execution.target"] == PerJob {
		p.Mode = PerJob
	}
	for _, key := range []string{ // the client's own business
		"$internal.application.main", "$internal.application.program-args", "pipeline.jars", "execution.target",
		"internal.cluster.execution-mode", "execution.attached", "execution.shutdown-on-attached-exit", "high-availability.cluster-id",
		"rest.address",
	} {
		delete(p.Options, key)
	}
	if s.Jar != nil {
		p.Main, p.Class, p.Args = s.Jar.Path, s.Jar.Class, s.Jar.Args
	} else {
		script, err := sqlrunner.Script(s.SQL.Statements)
		if err != nil {
			return err
		}
		p.MainJar, p.MainName, p.Class, p.Args = sqlrunner.Jar(), runnerName, sqlrunner.Main, []string{scriptName}
		p.Files = map[string][]byte{scriptName: script}
	}
	t.Note("submitting with Flink's own client")
	return t.Client.Submit(ctx, p)
}
