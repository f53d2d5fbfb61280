//go:build flink

package local_test

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/local"
	"github.com/autostream/autostream/internal/target/targettest"
)

// keeperFolder makes the test binary a keeper: its value is the folder to keep.
const keeperFolder = "AUTOSTREAM_TEST_KEEPER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(keeperFolder); dir != "" {
		keeper := local.Keeper{Dir: dir, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := keeper.Keep(ctx); err != nil {
			slog.Error("keeping", "err", err)
			os.Exit(1) //nolint:gocritic // nothing is deferred that matters then
		}
		return
	}
	flag.Func("line", "a release to run on, instead of 1.20 and 2.2", func(text string) error {
		r, err := release.Parse(text)
		lines = []release.Line{r.Line}
		return err
	})
	os.Exit(m.Run())
}

// lines are the releases that every test runs on.
var lines = []release.Line{release.V1_20, release.V2_2}

// options are those of a target in a folder of its own, whose cluster ends with the test.
func options(t *testing.T, line release.Line) local.Options {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a project") // blanks must not hurt
	return local.Options{
		Name: "local", State: filepath.Join(dir, ".autostream"), Project: dir, Line: line,
		Find: func(ctx context.Context) (local.Installation, error) { return install(ctx, t, line) },
		Keeper: func(dir string) *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), keeperFolder+"="+dir)
			return cmd
		},
		Note: func(text string) { t.Log(text) },
	}
}

// install provisions the release into the user's cache when it is not there.
func install(ctx context.Context, t *testing.T, line release.Line) (local.Installation, error) {
	t.Helper()
	r, _ := release.Of(line)
	dir, err := dist.DefaultDir(os.Getenv)
	if err != nil {
		return local.Installation{}, err
	}
	cache := &dist.Cache{Dir: dir}
	home, err := cache.Install(ctx, dist.Request{Version: r.Version, Source: dist.Registries{}})
	if err != nil {
		return local.Installation{}, err
	}
	java, err := dist.FindJava(ctx, r, os.Getenv)
	if err != nil {
		return local.Installation{}, err
	}
	return local.Installation{Home: home.Dir, Version: home.Release.Version, JavaHome: java.Home, JavaMajor: java.Major}, nil
}

// TestLocal runs on one cluster per release: the promises first, then one misfortune after the other.
func TestLocal(t *testing.T) {
	for _, line := range lines {
		t.Run(line.String(), func(t *testing.T) {
			o := options(t, line)
			one, two := local.New(o), local.New(o)
			t.Cleanup(func() { down(t, one) })
			startTogether(t, one, two)
			at, err := o.Find(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			c := targettest.Config{Target: one, Release: line.String()}
			program, library := targettest.Jars(t, at.Home, at.JavaHome)
			c.Jar, c.Library = &target.JarProgram{Path: program}, library
			t.Run("listens on the loopback only", func(t *testing.T) { listensOnLoopback(t, one) })
			t.Run("promises", func(t *testing.T) { targettest.Run(t, c) })
			m := &misfortunes{target: one, line: line}
			t.Run("snapshots", m.snapshots)
			t.Run("checkpoints", m.checkpoints)
			t.Run("TaskManager killed", m.taskManagerKilled)
			t.Run("gateway killed in a submit", m.gatewayKilled)
			t.Run("gateway's port taken", m.portTaken)
			t.Run("keeper killed", m.keeperKilled)
			t.Run("JobManager killed", func(t *testing.T) { m.jobManagerKilled(t, o) })
		})
	}
}

// startTogether starts the cluster from two commands at once: there must be one.
func startTogether(t *testing.T, targets ...*local.Target) {
	t.Helper()
	began := time.Now()
	var calls sync.WaitGroup
	failures := make([]error, len(targets))
	for i, one := range targets {
		calls.Go(func() { failures[i] = one.Up(t.Context()) })
	}
	calls.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Fatalf("Up: %v", err)
	}
	t.Logf("up in %s", time.Since(began).Round(10*time.Millisecond))
	first := look(t, targets[0])
	for _, one := range targets[1:] {
		if diff := cmp.Diff(first, look(t, one)); diff != "" {
			t.Fatalf("two clusters:\n%s", diff)
		}
	}
	if len(first.Processes) != 4 || first.Slots != local.DefaultSlots || first.Idle != local.DefaultIdle {
		t.Errorf("cluster = %+v", first)
	}
}

func look(t *testing.T, one *local.Target) target.Cluster {
	t.Helper()
	c, err := one.Cluster(t.Context())
	if err != nil {
		t.Fatalf("Cluster: %v", err)
	}
	return c
}

// down ends the cluster and makes sure that nothing of it is left.
func down(t *testing.T, one *local.Target) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := one.Down(ctx); err != nil {
		t.Errorf("Down: %v", err)
	}
	c, err := one.Cluster(ctx)
	if err != nil || c.Up || len(c.Processes) > 0 {
		t.Errorf("cluster after Down = %+v, %v", c, err)
	}
}
