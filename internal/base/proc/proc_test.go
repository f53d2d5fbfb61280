package proc_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/proc"
)

// TestMain lets the test binary be the process that the tests end.
func TestMain(m *testing.M) {
	if os.Getenv("PROC_TEST_WAIT") != "" {
		time.Sleep(time.Minute)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func start(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "PROC_TEST_WAIT=1")
	proc.Detach(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

func TestSelf(t *testing.T) {
	t.Parallel()
	if id := proc.Self(); !id.Alive() || id.PID != os.Getpid() || id.Started == "" {
		t.Errorf("Self = %+v, alive %v", id, id.Alive())
	}
}

func TestAnotherProcessWithTheSameNumber(t *testing.T) {
	t.Parallel()
	id := proc.Self()
	id.Started += "0"
	if id.Alive() {
		t.Error("a process that started at another time counts as this one")
	}
	if err := id.Kill(); err != nil {
		t.Errorf("Kill of a process that is gone: %v", err) // and this test still runs
	}
	if (proc.ID{}).Alive() {
		t.Error("the zero ID is alive")
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	one, two := start(t), start(t)
	first, second := proc.Of(one.Process.Pid), proc.Of(two.Process.Pid)
	if !first.Alive() || !second.Alive() {
		t.Fatal("started processes are not alive")
	}
	// Nobody waits for the children: they stay behind as zombies, which must count as ended.
	if err := proc.End(t.Context(), 5*time.Second, first, second); err != nil {
		t.Fatal(err)
	}
	if first.Alive() || second.Alive() {
		t.Error("End returned before they ended")
	}
}
