// The pipelines of examples/ci: as far as they can be run without the services that they are for.

package cli_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/autostream/autostream/internal/app"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/cli"
)

// steps are the shell texts of a pipeline, wherever they stand in it.
func steps(value any) []string {
	var out []string
	switch value := value.(type) {
	case map[string]any:
		for key, v := range value {
			text, isText := v.(string)
			list, isList := v.([]any)
			switch {
			case key == "run" && isText:
				out = append(out, text)
			case (key == "script" || key == "before_script") && isList:
				for _, line := range list {
					if text, ok := line.(string); ok {
						out = append(out, text)
					}
				}
			default:
				out = append(out, steps(v)...)
			}
		}
	case []any:
		for _, v := range value {
			out = append(out, steps(v)...)
		}
	}
	return out
}

// pipeline is `pipeline NAME`: every step of a pipeline of examples/ci that runs autostream is run as a shell would, in the
// order of the file; those that install it or need a Flink are left out. The first that fails ends it.
func pipeline(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: [!] pipeline NAME")
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "ci", args[0]))
	ts.Check(err)
	asJSON, err := yaml.ToJSON(text)
	ts.Check(err)
	var document any
	ts.Check(json.Unmarshal(asJSON, &document))
	for _, step := range steps(document) {
		if !strings.HasPrefix(step, "autostream ") || strings.HasPrefix(step, "autostream test") {
			continue
		}
		if err := ts.Exec("bash", "-e", "-c", step); err != nil {
			if !neg {
				ts.Fatalf("%s: %v", step, err)
			}
			return
		}
	}
	if neg {
		ts.Fatalf("no step failed")
	}
}

func TestPipelines(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"github.yml", "gitlab.yml"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("..", "..", "examples", "ci", name))
			if err != nil {
				t.Fatal(err)
			}
			asJSON, err := yaml.ToJSON(text)
			if err != nil {
				t.Fatal(err)
			}
			var pipeline any
			if err := json.Unmarshal(asJSON, &pipeline); err != nil {
				t.Fatal(err)
			}
			commands := 0
			for _, step := range steps(pipeline) {
				if out, err := exec.CommandContext(t.Context(), "bash", "-n", "-c", step).CombinedOutput(); err != nil {
					t.Errorf("bash does not take %q: %s", step, out)
				}
				for line := range strings.Lines(step) {
					if words := strings.Fields(line); len(words) > 1 && words[0] == "autostream" {
						commands++
						understood(t, words[1:])
					}
				}
			}
			if commands < 4 {
				t.Errorf("only %d commands of autostream", commands)
			}
		})
	}
}

// understood checks that a command and its flags are there. Words of the shell behind them are left out.
func understood(t *testing.T, words []string) {
	t.Helper()
	for i, w := range words {
		if strings.HasPrefix(w, ">") {
			words = words[:i]
			break
		}
	}
	command, rest, err := cli.NewRoot(app.FromProcess()).Find(words)
	if err != nil || !command.Runnable() {
		t.Errorf("autostream %s: %v", strings.Join(words, " "), err)
		return
	}
	if err := command.ParseFlags(rest); err != nil {
		t.Errorf("autostream %s: %v", strings.Join(words, " "), err)
	}
}
