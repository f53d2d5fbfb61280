package cli_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/autostream/autostream/internal/app"
	"github.com/autostream/autostream/internal/cli"
	"github.com/autostream/autostream/internal/flink/dist/disttest"
	"github.com/autostream/autostream/internal/preview/previewtest"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts that ran")

// scripts is where the behaviour of the command line is written down, one *.txtar a behaviour.
const scripts = "../../testdata/script"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		// Under names of their own, because the scripts on real Flink use the real ones.
		"fake-python3":     func() { os.Exit(disttest.Python(os.Args[1:], os.Stdout, os.Stderr)) },
		"fake-mvn":         func() { os.Exit(disttest.Maven(os.Args[1:], os.Stdout, os.Stderr)) },
		"autostream":       func() { os.Exit(cli.Main(os.Args[1:], withFakes(app.FromProcess()))) },
		"dying-autostream": func() { os.Exit(cli.Main(os.Args[1:], mortal(app.FromProcess()))) },
	})
}

// TestScripts runs every script but those in flink/, which need a cluster and run with the build tag of that name.
func TestScripts(t *testing.T) {
	t.Parallel()
	files := slices.DeleteFunc(scriptsIn(t, scripts), func(name string) bool {
		return strings.HasPrefix(name, filepath.Join(scripts, "flink")+string(filepath.Separator))
	})
	testscript.Run(t, params(files, func(env *testscript.Env) error { return errors.Join(atHome(env), fakeTargets(env)) }))
}

// scriptsIn finds the scripts below a folder by listing it, so that none is forgotten.
func scriptsIn(t *testing.T, root string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(name) == ".txtar" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// condition knows what scripts may ask for beside testscript's own conditions:
//
//	[hangups]  a closed terminal ends programs: not on Windows, and not below nohup
func condition(name string) (bool, error) {
	if name != "hangups" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return runtime.GOOS != "windows" && !signal.Ignored(syscall.SIGHUP), nil
}

func params(files []string, setup func(*testscript.Env) error) testscript.Params {
	return testscript.Params{
		Files:               files,
		Setup:               setup,
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition:           condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"fake":      fakeCommand,
			"instances": instances,
			"gateway":   (&gateways{of: map[*testscript.TestScript]*previewtest.Flink{}}).command,
			"field":     field,
			"pipeline":  pipeline,
			"until":     until,

			"example":   example,
			"taxjar":    taxJar,
			"final":     final,
			"pageviews": pageViews,
			"printed":   printed,
		},
	}
}

// atHome gives a script a home of its own, so that nothing of the user's is read or written.
func atHome(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, ".home")
	env.Setenv("HOME", home)
	env.Setenv("XDG_CACHE_HOME", filepath.Join(home, ".cache"))
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
	env.Setenv("NO_COLOR", "1")
	jar, err := filepath.Abs("../sql/udf/testdata/shop.jar")
	if err != nil {
		return err
	}
	env.Setenv("FUNCTIONS", jar) // functions of users, compiled
	return os.MkdirAll(home, 0o755)
}

// exits is `exits CODE COMMAND…`: the command ends with that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("starting %s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s ended with exit code %d, not %d", args[1], got, want)
	}
}

// field is `field PATH VALUE`: the JSON on stdout has that value there. A path is names and indexes: jobs.0.state.
func field(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] field PATH VALUE")
	}
	var document any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &document); err != nil {
		ts.Fatalf("stdout is not JSON: %v", err)
	}
	got, err := at(document, strings.Split(args[0], "."))
	switch {
	case err != nil && !neg:
		ts.Fatalf("%s: %v", args[0], err)
	case (err == nil && got == args[1]) == neg:
		ts.Fatalf("%s is %q", args[0], got)
	}
}

// at walks into a JSON document and prints what it finds.
func at(document any, path []string) (string, error) {
	for _, step := range path {
		switch node := document.(type) {
		case map[string]any:
			value, ok := node[step]
			if !ok {
				return "", fmt.Errorf("no field %q", step)
			}
			document = value
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(node) {
				return "", fmt.Errorf("no element %q of %d", step, len(node))
			}
			document = node[i]
		default:
			return "", fmt.Errorf("nothing below %q", step)
		}
	}
	if text, ok := document.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(document)
	return string(text), err
}

// until is `until PERIOD TEXT COMMAND…`: the command is run again until its output holds the text.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: until PERIOD TEXT COMMAND…")
	}
	period, err := time.ParseDuration(args[0])
	ts.Check(err)
	for deadline := time.Now().Add(period); ; time.Sleep(200 * time.Millisecond) {
		err := ts.Exec(args[2], args[3:]...)
		if strings.Contains(ts.ReadFile("stdout"), args[1]) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("after %s the output has no %q (last error: %v)", period, args[1], err)
		}
	}
}
