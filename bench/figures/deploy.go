package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/rest"
)

// statements are a small but whole job: a source, a sink, a stateful query.
var statements = []string{
	`CREATE TABLE visits (page INT, seen AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '5', 'fields.page.max' = '9')`,
	`CREATE TABLE counts (page INT, n BIGINT, PRIMARY KEY (page) NOT ENFORCED) WITH ('connector' = 'blackhole')`,
	`INSERT INTO counts SELECT page, COUNT(*) FROM visits GROUP BY page`,
}

const projectFile = `version: 1
name: figures
flink: "2.2"
targets:
  local: {kind: local}
defaults: {target: local}
jobs:
  counts: {sql: counts.sql}
`

// deployment is a project with a cluster that is up.
type deployment struct {
	program, dir string
	gateway      *gateway.Client
	rest         *rest.Client
}

// warmUp is how many rounds of deploys are not counted.
const warmUp = 8

// turn is one side of a round.
type turn struct {
	run   func(context.Context) (time.Duration, error)
	times *[]time.Duration
}

// deployShare measures how much of the wall time of a deploy to a warm local cluster is AutoStream's. The same statements
// are given to the SQL Gateway by hand, in turns; what a deploy takes longer than that is ours. Starting the process,
// reading the project and recording every step count. The cluster gets faster for dozens of jobs, so the one that goes first
// changes with every round.
func deployShare(ctx context.Context, program string, rounds int) (f figure, err error) {
	d, err := newDeployment(ctx, program)
	if err != nil {
		return figure{}, err
	}
	defer func() {
		if _, downErr := d.run(context.WithoutCancel(ctx), "target", "down", "local", "--yes"); err == nil {
			err = downErr
		}
		os.RemoveAll(d.dir) //nolint:errcheck // systems clear their temporary folders
	}()
	var ours, theirs []time.Duration
	for round := range warmUp + rounds {
		turns := []turn{{d.deploy, &ours}, {d.submit, &theirs}}
		if round%2 == 1 {
			slices.Reverse(turns)
		}
		for _, t := range turns {
			took, err := t.run(ctx)
			if err != nil {
				return figure{}, err
			}
			if round >= warmUp {
				*t.times = append(*t.times, took)
			}
		}
	}
	o, t := median(ours), median(theirs)
	return figure{
		"AutoStream's share of a warm deploy", 100 * float64(o-t) / float64(o), 10, "%",
		fmt.Sprintf("%s, by hand %s, medians of %d in turns", o.Round(time.Millisecond), t.Round(time.Millisecond), rounds),
	}, nil
}

// newDeployment writes the project and starts its cluster.
func newDeployment(ctx context.Context, program string) (*deployment, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		return nil, err
	}
	d := &deployment{program: program, dir: dir}
	for name, text := range map[string]string{"autostream.yaml": projectFile, "counts.sql": strings.Join(statements, ";\n\n") + ";\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	if _, err := d.run(ctx, "target", "up", "local"); err != nil {
		return nil, err
	}
	output, err := d.run(ctx, "target", "status", "--format", "json")
	if err != nil {
		return nil, err
	}
	var status struct {
		Targets []struct{ URL, Gateway string }
	}
	if err := json.Unmarshal(output, &status); err != nil || len(status.Targets) != 1 {
		return nil, fmt.Errorf("reading the status of the target: %w\n%s", err, output)
	}
	d.rest = rest.New(status.Targets[0].URL, nil)
	d.gateway, err = gateway.Dial(ctx, status.Targets[0].Gateway, nil)
	return d, err
}

// run runs autostream on the project and returns its results.
func (d *deployment) run(ctx context.Context, args ...string) ([]byte, error) {
	var progress strings.Builder
	command := exec.CommandContext(ctx, d.program, append([]string{"-C", d.dir}, args...)...)
	command.Stderr = &progress
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("autostream %s: %w\n%s", strings.Join(args, " "), err, progress.String())
	}
	return output, nil
}

// deploy times `autostream deploy` until the job runs, and ends the job.
func (d *deployment) deploy(ctx context.Context) (time.Duration, error) {
	started := time.Now()
	if _, err := d.run(ctx, "deploy", "--fresh", "--force", "--yes"); err != nil {
		return 0, err
	}
	took := time.Since(started)
	_, err := d.run(ctx, "stop", "counts", "--cancel", "--yes")
	return took, err
}

// submit times the same by hand: a session, the statements, until all tasks run.
func (d *deployment) submit(ctx context.Context) (time.Duration, error) {
	started := time.Now()
	session, err := d.gateway.Open(ctx, "by-hand", nil)
	if err != nil {
		return 0, err
	}
	job := ""
	for _, statement := range statements {
		if job, err = execute(ctx, session, statement); err != nil {
			return 0, err
		}
	}
	if err := session.Close(ctx); err != nil {
		return 0, err
	}
	if err := d.await(ctx, job, func(j rest.Job) bool { return j.State == "RUNNING" && j.Tasks.Running == j.Tasks.Total }); err != nil {
		return 0, err
	}
	took := time.Since(started)
	if err := d.rest.Cancel(ctx, job); err != nil {
		return 0, err
	}
	return took, d.await(ctx, job, func(j rest.Job) bool { return j.State == "CANCELED" })
}

// execute runs a statement to its end and returns the id of the job that it started, or "".
func execute(ctx context.Context, session *gateway.Session, statement string) (string, error) {
	op, err := session.Execute(ctx, statement, nil)
	if err != nil {
		return "", err
	}
	for {
		page, err := op.Next(ctx)
		if err != nil {
			return "", fmt.Errorf("running %s: %w", statement, err)
		}
		if page.JobID != "" || page.State == gateway.End {
			return page.JobID, nil
		}
		if err := pause(ctx); err != nil {
			return "", err
		}
	}
}

func (d *deployment) await(ctx context.Context, id string, enough func(rest.Job) bool) error {
	for {
		jobs, err := d.rest.Jobs(ctx)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if j.ID == id && enough(j) {
				return nil
			}
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// pause waits a moment between two questions.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(5 * time.Millisecond):
		return nil
	}
}
