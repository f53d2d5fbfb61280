//go:build flink

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// releases are the Flinks that every script in flink/ runs on: the last of the 1.x line and a current 2.x.
var releases = []string{"1.20", "2.2"}

// TestScriptsOnFlink runs the scripts that need a cluster, one after the other: each starts Flink processes, and two of
// those at once leave no room for anything else on a small machine.
func TestScriptsOnFlink(t *testing.T) {
	t.Parallel()
	files := scriptsIn(t, filepath.Join(scripts, "flink"))
	for _, release := range releases {
		ok := t.Run(release, func(t *testing.T) {
			testscript.RunT(oneByOne{t}, params(files, onFlink(release)))
		})
		if !ok {
			return
		}
	}
}

// onFlink lets a script use the Flinks of the user's cache, which is found through HOME on some systems; $FLINK is the
// release under test.
func onFlink(release string) func(*testscript.Env) error {
	return func(env *testscript.Env) error {
		if err := atHome(env); err != nil {
			return err
		}
		cache, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		env.Setenv("HOME", os.Getenv("HOME"))
		env.Setenv("XDG_CACHE_HOME", cache)
		env.Setenv("JAVA_HOME", os.Getenv("JAVA_HOME"))
		env.Setenv("FLINK", release)
		shop, err := filepath.Abs(filepath.Join("..", "sqltest", "testdata", "shop"))
		if err != nil {
			return err
		}
		env.Setenv("SHOP", shop)
		env.Defer(func() { endClusters(env) })
		return nil
	}
}

// endClusters stops the local clusters that a script left behind, whatever became of the script.
func endClusters(env *testscript.Env) {
	projects, err := filepath.Glob(filepath.Join(env.WorkDir, "*", "autostream.yaml"))
	if err != nil {
		env.T().Fatal(err)
	}
	for _, project := range append(projects, filepath.Join(env.WorkDir, "autostream.yaml")) {
		if _, err := os.Stat(project); err != nil {
			continue
		}
		down := exec.Command("autostream", "-C", filepath.Dir(project), "target", "down", "local", "--yes")
		down.Env = env.Vars
		if output, err := down.CombinedOutput(); err != nil {
			env.T().Log(string(output))
		}
	}
}

// oneByOne is a test whose scripts do not run beside each other.
type oneByOne struct{ *testing.T }

func (t oneByOne) Run(name string, run func(testscript.T)) {
	t.T.Run(name, func(t *testing.T) { run(oneByOne{t}) })
}
func (oneByOne) Parallel()     {}
func (oneByOne) Verbose() bool { return testing.Verbose() }
