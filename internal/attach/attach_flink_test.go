//go:build flink

package attach_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// TestJVM talks to a JVM that waits for its input to end.
func TestJVM(t *testing.T) {
	t.Parallel()
	source := filepath.Join(t.TempDir(), "Wait.java")
	if err := os.WriteFile(source, []byte(`class Wait { public static void main(String[] a) throws Exception { System.out.println("up"); System.in.read(); } }`), 0o600); err != nil {
		t.Fatal(err)
	}
	java := filepath.Join(flinktest.Java(t, flinktest.Home(t, release.V2_2)).Home, "bin", "java")
	cmd := exec.CommandContext(t.Context(), java, source)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close(); _ = cmd.Wait() }()
	if _, err := out.Read(make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		command string
		args    []string
		want    string
	}{
		{"threaddump", nil, `"main" #`},
		{"threaddump", []string{"-l"}, "Locked ownable synchronizers"}, // the socket is open already
		{"inspectheap", []string{"-all"}, "java.lang.String"},
		{"jcmd", []string{"VM.version"}, "JDK"},
	} {
		answer, err := attach.Run(t.Context(), cmd.Process.Pid, test.command, test.args...)
		if err != nil {
			t.Fatalf("%s: %v", test.command, err)
		}
		text, err := io.ReadAll(answer)
		if err != nil || !strings.Contains(string(text), test.want) {
			t.Errorf("%s: no %q in %d bytes: %v", test.command, test.want, len(text), err)
		}
		if err := answer.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := attach.Run(t.Context(), cmd.Process.Pid, "nonsense"); err == nil || !strings.Contains(err.Error(), "refuses nonsense") {
		t.Errorf("an unknown command: %v", err)
	}
}
