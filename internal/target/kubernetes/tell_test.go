package kubernetes

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTelling leaves options where an agent takes them, and where none does.
func TestTelling(t *testing.T) {
	t.Parallel()
	tell := func(folder, options string) (string, error) {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(telling, controlFolder, folder), "one", options).CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	const options = "set:com.acme=DEBUG@1;set:a$b=WARN@2"
	folder := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		answer(ctx, folder)
	}()
	if said, err := tell(folder, options); err != nil || said != "told "+options {
		t.Errorf("an agent listens: %v, %s", err, said)
	}
	stop()
	<-answered
	if said, err := tell(folder, options); err == nil || said != "no agent listens" {
		t.Errorf("none listens: %v, %s", err, said)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := tell(filepath.Join(folder, "none"), options); err == nil {
		t.Error("a pod without the folder takes options")
	}
}

// answer does as the agent: it takes what is asked, and tells what that was.
func answer(ctx context.Context, folder string) {
	for ; ctx.Err() == nil; time.Sleep(time.Millisecond) {
		asked := filepath.Join(folder, "one.ask")
		options, err := os.ReadFile(asked)
		if err != nil {
			continue
		}
		if os.Remove(asked) == nil && os.WriteFile(filepath.Join(folder, "one.being"), append([]byte("told "), options...), 0o600) == nil {
			_ = os.Rename(filepath.Join(folder, "one.being"), filepath.Join(folder, "one.told")) // the test sees it
		}
	}
}
