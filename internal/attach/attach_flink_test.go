//go:build flink

package attach_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// waiting starts a JVM that waits for its input to end, and returns its process id.
func waiting(t *testing.T, options ...string) int {
	t.Helper()
	source := filepath.Join(t.TempDir(), "Wait.java")
	if err := os.WriteFile(source, []byte(`class Wait { public static void main(String[] a) throws Exception { System.out.println("up"); System.in.read(); } }`), 0o600); err != nil {
		t.Fatal(err)
	}
	java := filepath.Join(flinktest.Java(t, flinktest.Home(t, release.V2_2)).Home, "bin", "java")
	cmd := exec.CommandContext(t.Context(), java, append(options, source)...)
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
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	if _, err := out.Read(make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

func TestJVM(t *testing.T) {
	t.Parallel()
	pid := waiting(t)
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
		answer, err := attach.Run(t.Context(), pid, test.command, test.args...)
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
	if _, err := attach.Run(t.Context(), pid, "nonsense"); err == nil || !strings.Contains(err.Error(), "refuses nonsense") {
		t.Errorf("an unknown command: %v", err)
	}
}

// TestUnwilling attaches to a JVM that was told to refuse, and, where the test may become another user, as somebody else.
func TestUnwilling(t *testing.T) {
	t.Parallel()
	_, err := attach.Run(t.Context(), waiting(t, "-XX:+DisableAttachMechanism"), "threaddump")
	if fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "DisableAttachMechanism") {
		t.Errorf("attach is disabled: %v", err)
	}
	if os.Getuid() != 0 {
		return
	}
	text, err := os.ReadFile(os.Args[0]) // which others may not run where it is
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "stranger") //nolint:usetesting // nobody else may look into t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	self := filepath.Join(dir, "self")
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(self, text, 0o755)); err != nil {
		t.Fatal(err)
	}
	stranger := exec.CommandContext(t.Context(), self, "-test.run", "^TestAsStranger$", "-test.v")
	stranger.Env = append(os.Environ(), fmt.Sprintf("AUTOSTREAM_ATTACH_TO=%d", waiting(t)))
	stranger.Dir = "/"
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := stranger.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestAsStranger") {
		t.Errorf("as another user: %v\n%s", err, out)
	}
}

// TestAsStranger is a part of TestUnwilling, in a process of its own.
func TestAsStranger(t *testing.T) {
	t.Parallel()
	pid, err := strconv.Atoi(os.Getenv("AUTOSTREAM_ATTACH_TO"))
	if err != nil {
		return
	}
	if _, err = attach.Run(t.Context(), pid, "threaddump"); fault.KindOf(err) != fault.Denied || !strings.Contains(fault.FixOf(err), "as the user of the JVM") {
		t.Errorf("attaching as another user: %v", err)
	}
}
