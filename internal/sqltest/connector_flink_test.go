//go:build flink

package sqltest

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// The embedded jar is what its sources give, and they compile against both lines.
func TestConnectorIsBuilt(t *testing.T) {
	t.Parallel()
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		jar := filepath.Join(t.TempDir(), "connector.jar")
		build := filepath.Join("..", "..", "sdk", "java", "sqltest", "build")
		out, err := exec.CommandContext(t.Context(), build, flinktest.Home(t, line).Dir, jar).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
		built, err := os.ReadFile(jar)
		if err != nil {
			t.Fatal(err)
		}
		version, err := exec.CommandContext(t.Context(), "javac", "-version").CombinedOutput()
		same := err == nil && strings.HasPrefix(string(version), "javac 17.") && line == release.V1_20 // other compilers write other bytes
		if d := cmp.Diff(classes(t, built, same), classes(t, connectorJar, same)); d != "" {
			t.Errorf("%s: run sdk/java/sqltest/build (-built +embedded):\n%s", line, d)
		}
	}
}

// classes are the files of a jar, with their content where it can be compared.
func classes(t *testing.T, jar []byte, content bool) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(jar), int64(len(jar)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range r.File {
		files[f.Name] = ""
		if !content {
			continue
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}
