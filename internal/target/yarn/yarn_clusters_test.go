//go:build clusters

package yarn_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest"
	"github.com/autostream/autostream/internal/target/yarn"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// options are those of a target on a rig.
func options(t *testing.T, r *rig.Rig, line release.Line) yarn.Options {
	t.Helper()
	home := flinktest.Home(t, line)
	return yarn.Options{
		Name: "rig", ResourceManagers: []string{r.ResourceManager}, User: "root", Line: line,
		Open: func(name, user string) (dfs.FS, error) {
			return webhdfs.New(webhdfs.Options{Addresses: []string{r.WebHDFS}, Name: name, User: user}), nil
		},
		Flink: func(context.Context) (dist.Home, error) { return home, nil },
		State: filepath.Join(t.TempDir(), "hashes.json"),
		Note:  func(text string) { t.Log(text) },
	}
}

// small makes processes that fit the rig.
func small(s *target.Submission) {
	s.Resources.JobManager.Memory = 900 << 20
	s.Resources.TaskManager.Memory = 1000 << 20
	s.Options["taskmanager.memory.managed.fraction"] = "0.1"
}

func TestYARN(t *testing.T) {
	r := rig.Start(t)
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) {
			home := flinktest.Home(t, line)
			program, library := targettest.Jars(t, home.Dir, flinktest.Java(t, home).Home)
			targettest.Run(t, targettest.Config{
				Target: yarn.New(options(t, r, line)), Release: line.String(), Shape: small, Wait: 4 * time.Minute,
				Jar:     &target.JarProgram{Path: program},
				Library: library,
			})
		})
	}
}
