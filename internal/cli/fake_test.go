package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

// fakeEnv names a folder of fake targets, one folder a target. The test binary takes them instead of real ones.
const fakeEnv = "AUTOSTREAM_TEST_TARGETS"

func fakeTargets(env *testscript.Env) error {
	env.Setenv(fakeEnv, filepath.Join(env.WorkDir, ".targets"))
	return nil
}

// withFakes gives the program fake targets where the script has them.
func withFakes(d *deps.Deps) *deps.Deps {
	if dir := os.Getenv(fakeEnv); dir != "" {
		d.Target = func(_ context.Context, _ *project.Project, t project.Target) (target.Target, error) {
			return openFake(dir, t.Name)
		}
	}
	return d
}

func openFake(dir, name string) (*fake.Target, error) {
	dir = filepath.Join(dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return fake.Open(dir), nil
}

// fakeCommand is what happens to a fake target besides what autostream does to it:
//
//	fake TARGET disconnect | reconnect | kill-cluster
//	fake TARGET fail REASON              every job that runs fails
//	fake TARGET plan METHOD TEXT         the next call of the method fails with TEXT, without an effect
//	fake TARGET lose METHOD              the next call of the method has its effect and loses its answer
//	fake TARGET hang METHOD              the next call of the method has its effect and never returns
//	fake TARGET hangs METHOD             waits until that has happened
//	fake TARGET running N                exactly N jobs run
func fakeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fake TARGET WHAT…")
	}
	t, err := openFake(ts.Getenv(fakeEnv), args[0])
	ts.Check(err)
	switch rest := args[2:]; args[1] {
	case "disconnect":
		t.Disconnect()
	case "reconnect":
		t.Reconnect()
	case "kill-cluster":
		t.KillCluster()
	case "fail":
		for _, id := range t.Running() {
			t.FailJob(id, strings.Join(rest, " "))
		}
	case "plan":
		t.Plan(fake.Method(rest[0]), fake.Fault{Err: strings.Join(rest[1:], " "), Kind: fault.Failed})
	case "lose":
		t.Plan(fake.Method(rest[0]), fake.LostAnswer)
	case "hang":
		t.Plan(fake.Method(rest[0]), fake.Fault{Hang: true, Lost: true})
	case "hangs":
		for deadline := time.Now().Add(time.Minute); !slices.Contains(t.Hanging(), rest[0]); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				ts.Fatalf("no call of %s hangs after a minute", rest[0])
			}
		}
	case "running":
		n, err := strconv.Atoi(rest[0])
		ts.Check(err)
		if got := t.Running(); len(got) != n {
			ts.Fatalf("%d jobs run, want %d: %v", len(got), n, got)
		}
	default:
		ts.Fatalf("unknown: %s", args[1])
	}
}
