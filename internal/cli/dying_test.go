package cli_test

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/autostream/autostream/internal/app"
	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
)

// dieEnv makes dying-autostream kill itself around a call to its target: "before Submit", "after Stop".
const dieEnv = "AUTOSTREAM_TEST_DIE"

// mortal gives the program targets around whose calls it dies.
func mortal(d *deps.Deps) *deps.Deps {
	connect := d.Target
	d.Target = func(ctx context.Context, p *project.Project, t project.Target) (target.Target, error) {
		inner, err := connect(ctx, p, t)
		return dying{inner, os.Getenv(dieEnv)}, err
	}
	return d
}

// dying is a target that kills its caller.
type dying struct {
	target.Target
	moment string
}

func (d dying) die(when, method string) {
	if d.moment == when+" "+method {
		_ = proc.Self().Kill()
		select {} // until the signal arrives
	}
}

func (d dying) Submit(ctx context.Context, s target.Submission) (target.Submitted, error) {
	d.die("before", "Submit")
	got, err := d.Target.Submit(ctx, s)
	d.die("after", "Submit")
	return got, err
}

func (d dying) Stop(ctx context.Context, id target.JobID, o target.StopOptions) (target.Savepoint, error) {
	d.die("before", "Stop")
	if d.moment == "during Stop" {
		go func() { _, _ = d.Target.Stop(ctx, id, o) }()
		for { // until the savepoint is under way or done
			if st, err := d.Target.Status(ctx, id); err != nil || st.LastCheckpoint != "" || st.State != target.Running {
				d.die("during", "Stop")
			}
		}
	}
	got, err := d.Target.Stop(ctx, id, o)
	d.die("after", "Stop")
	return got, err
}

func (d dying) Cancel(ctx context.Context, id target.JobID) error {
	d.die("before", "Cancel")
	err := d.Target.Cancel(ctx, id)
	d.die("after", "Cancel")
	return err
}

// instances is `instances FOLDER TARGET N`: exactly N jobs run on a target of the project in the folder.
func instances(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: instances FOLDER TARGET N")
	}
	d := app.FromProcess()
	d.Dir = ts.MkAbs(args[0])
	d.Getenv = ts.Getenv
	p, _, err := d.Project()
	ts.Check(err)
	place, _ := p.Target(args[1])
	t, err := d.Target(context.Background(), p, place)
	ts.Check(err)
	all, err := t.List(context.Background())
	ts.Check(err)
	var running []string
	for _, st := range all {
		if !st.State.Terminal() {
			running = append(running, string(st.ID))
		}
	}
	if want, err := strconv.Atoi(args[2]); err != nil || len(running) != want {
		ts.Fatalf("%d jobs run, want %s: %s", len(running), args[2], strings.Join(running, ", "))
	}
}
