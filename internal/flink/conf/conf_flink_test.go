//go:build flink

package conf_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// TestFlinkReadsWhatIsRendered lets Flink's own reader load a file with every odd value.
func TestFlinkReadsWhatIsRendered(t *testing.T) {
	t.Parallel()
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) {
			home := flinktest.Home(t, line)
			want := conf.Options{}.WithJavaOptions(line)
			for i, value := range odd {
				want[fmt.Sprintf("odd.value-%d", i)] = value
			}
			text, err := want.Render(line)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, home.Release.ConfigFile), text, 0o644); err != nil {
				t.Fatal(err)
			}
			java := filepath.Join(flinktest.Java(t, home).Home, "bin", "java")
			cmd := exec.CommandContext(t.Context(), java, "-cp", filepath.Join(home.Dir, "lib", "*"), filepath.Join("testdata", "Print.java"), dir)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			got := conf.Options{}
			for row := range strings.Lines(string(out)) {
				key, value, ok := strings.Cut(strings.TrimSuffix(row, "\n"), " ")
				if ok {
					got[decode(t, key)] = decode(t, value)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what Flink read (-rendered +read):\n%s", diff)
			}
		})
	}
}

func decode(t *testing.T, text string) string {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return string(plain)
}
