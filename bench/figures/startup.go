package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// startup compares `autostream --help` with a Go program that does nothing, run in turns.
func startup(ctx context.Context, program string, runs int) (figure, error) {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		return figure{}, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // systems clear their temporary folders
	empty, err := buildEmpty(ctx, dir)
	if err != nil {
		return figure{}, err
	}
	var base, ours []time.Duration
	for range runs {
		for _, run := range []struct {
			times   *[]time.Duration
			command *exec.Cmd
		}{
			{&base, exec.CommandContext(ctx, empty)},
			{&ours, exec.CommandContext(ctx, program, "--help")},
		} {
			started := time.Now()
			if err := run.command.Run(); err != nil {
				return figure{}, fmt.Errorf("running %s: %w", run.command, err)
			}
			*run.times = append(*run.times, time.Since(started))
		}
	}
	b, o := median(base), median(ours)
	return figure{
		"autostream --help against an empty program", float64(o) / float64(b), 3, "x",
		fmt.Sprintf("%s against %s, medians of %d runs in turns", o.Round(10*time.Microsecond), b.Round(10*time.Microsecond), runs),
	}, nil
}

// buildEmpty builds a program without a statement, in the way a release is built.
func buildEmpty(ctx context.Context, dir string) (string, error) {
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "empty")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building an empty program: %w\n%s", err, output)
	}
	return program, nil
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
