// Package app is the composition root: it turns settings into drivers and drivers into services, and is the only place
// that names drivers.
package app

import (
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
)

// FromProcess returns what commands depend on, taken from the running process. It opens nothing.
func FromProcess() *deps.Deps {
	level := new(slog.LevelVar)
	level.Set(slog.LevelWarn)
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	d := &deps.Deps{
		IO:       term.System(os.Getenv),
		Log:      slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
		LogLevel: level,
		Now:      time.Now,
		Getenv:   os.Getenv,
		Dir:      dir,
		Version:  version,
	}
	d.Project = loader(d)
	d.Target = connect(d)
	d.KeepCluster = keepCluster(d)
	d.Jobs = jobs(d)
	d.SessionCluster = sessions(d)
	return d
}

// version reads what the Go linker recorded, so that `go install` and release builds need no flags of their own.
func version() deps.Version {
	v := deps.Version{Number: "dev"}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if build.Main.Version != "" && build.Main.Version != "(devel)" {
		v.Number = build.Main.Version
	}
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value[:min(12, len(s.Value))]
		case "vcs.time":
			v.Date = s.Value
		}
	}
	return v
}
