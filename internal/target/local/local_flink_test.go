//go:build flink

package local_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
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
	os.Exit(m.Run())
}

// lines are the releases that every test runs on.
var lines = []release.Line{release.V1_20, release.V2_2}

// options are those of a target in a folder of its own, whose cluster ends with the test.
func options(t *testing.T, line release.Line) local.Options {
	t.Helper()
	dir := t.TempDir()
	return local.Options{
		Name: "local", State: filepath.Join(dir, ".autostream"), Project: dir, Line: line,
		Find: func(ctx context.Context) (local.Installation, error) { return install(ctx, t, line) },
		Keeper: func(dir string) *exec.Cmd {
			cmd := exec.Command(os.Args[0]) //nolint:noctx // outlives the test when it is killed
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

// up returns a target whose cluster is ended after the test.
func up(t *testing.T, o local.Options) *local.Target {
	t.Helper()
	target := local.New(o)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := target.Down(ctx); err != nil {
			t.Errorf("Down: %v", err)
		}
	})
	began := time.Now()
	if err := target.Up(t.Context()); err != nil {
		t.Fatalf("Up: %v", err)
	}
	t.Logf("up in %s", time.Since(began).Round(10*time.Millisecond))
	return target
}

func TestLocalKeepsThePromises(t *testing.T) {
	for _, line := range lines {
		t.Run(line.String(), func(t *testing.T) {
			targettest.Run(t, targettest.Config{Target: up(t, options(t, line)), Release: line.String()})
		})
	}
}
