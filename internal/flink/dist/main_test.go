package dist

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/flink/dist/disttest"
)

// roleVariable makes the test program play another one: a client of the registries that a test puts on the PATH, or a
// second autostream.
const roleVariable = "DIST_TEST_ROLE"

func TestMain(m *testing.M) {
	// As python3 or mvn the program is called through a link of that name.
	switch filepath.Base(os.Args[0]) {
	case "python3":
		os.Exit(disttest.Python(os.Args[1:], os.Stdout, os.Stderr))
	case "mvn":
		os.Exit(disttest.Maven(os.Args[1:], os.Stdout, os.Stderr))
	}
	if os.Getenv(roleVariable) == "install" {
		os.Exit(installRole())
	}
	goleak.VerifyTestMain(m)
}

// installation is what the second process is told to do, as JSON in its first argument.
type installation struct {
	Cache   string
	Version string
	From    string // a folder; "" for the registries
	DieAt   Step   // kills itself at the first event of this step
	WaitAt  Step   // says so at the first event of this step and goes on when its standard input ends
}

// installRole installs as told, prints each new step, and then the home.
func installRole() int {
	var in installation
	if err := json.Unmarshal([]byte(os.Args[1]), &in); err != nil {
		fmt.Fprintln(os.Stdout, err)
		return 2
	}
	var source Source = Registries{}
	if in.From != "" {
		source = Directory{Path: in.From}
	}
	seen := map[Step]bool{}
	events := func(e Event) {
		if seen[e.Step] {
			return
		}
		seen[e.Step] = true
		fmt.Fprintln(os.Stdout, "step", e.Step)
		if e.Step == in.DieAt {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {}
		}
		if e.Step == in.WaitAt {
			_, _ = os.Stdin.Read(make([]byte, 1))
		}
	}
	cache := &Cache{Dir: in.Cache}
	home, err := cache.Install(context.Background(), Request{Version: in.Version, Source: source, Events: events})
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		return 1
	}
	fmt.Fprintln(os.Stdout, "home", home.Dir)
	return 0
}

// process prepares a second autostream that does the installation.
func (in installation) process(t *testing.T) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, string(text))
	cmd.Env = append(os.Environ(), roleVariable+"=install")
	return cmd
}

// fakePath puts fake clients of the registries first on the PATH of the test.
func fakePath(t *testing.T, names ...string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range names {
		if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// leftovers lists what an installation should not leave in the cache.
func leftovers(t *testing.T, cache string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(cache, "flink"))
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && e.Name() != ".lock" && e.Name() != ".holder" {
			left = append(left, e.Name())
		}
	}
	return left
}
