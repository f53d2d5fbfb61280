// The feed is a process of its own, so that clicks go on when `autostream demo up` has ended. It is found again by what
// it is called, not by a bare number, and ends by itself after a time.

package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/proc"
)

// feedFile is where the feed's process is written down.
func feedFile(dir string) string { return filepath.Join(dir, ".autostream", "feed.json") }

// StartFeed starts a command that feeds the demo in a folder, unless one runs already.
func StartFeed(dir string, command *exec.Cmd) error {
	if id, err := feed(dir); err != nil || id.Alive() {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(feedFile(dir)), 0o755); err != nil {
		return fmt.Errorf("starting the feed: %w", err)
	}
	proc.Detach(command)
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting the feed: %w", err)
	}
	id := proc.Of(command.Process.Pid)
	text, err := json.Marshal(id)
	if err == nil {
		err = atomicfile.Write(feedFile(dir), text, 0o644)
	}
	if err != nil {
		return errors.Join(err, id.Kill())
	}
	return command.Process.Release()
}

// StopFeed ends the feed of a demo. It is no error when there is none.
func StopFeed(ctx context.Context, dir string) error {
	id, err := feed(dir)
	if err != nil || !id.Alive() {
		return err
	}
	return proc.End(ctx, 3*time.Second, id)
}

// feed returns the process that was started last; the zero ID when there never was one.
func feed(dir string) (proc.ID, error) {
	var id proc.ID
	text, err := os.ReadFile(feedFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return id, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &id)
	}
	if err != nil {
		return id, fmt.Errorf("looking for the feed: %w", err)
	}
	return id, nil
}
