package demo

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/demo"
	"github.com/autostream/autostream/internal/flink/release"
)

// commands notes command lines; stop says what becomes of one.
type commands struct {
	ran  []string
	stop func(line string) error
}

func (c *commands) run(_ context.Context, _ string, args ...string) error {
	line := strings.Join(args, " ")
	c.ran = append(c.ran, line)
	if c.stop != nil {
		return c.stop(line)
	}
	return nil
}

func TestDownStopsBeforeItRemoves(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	if err := demo.Unpack(dir, "1.20"); err != nil {
		t.Fatal(err)
	}
	broken := &commands{stop: func(string) error { return fault.Errorf(fault.Failed, "no answer") }}
	var said bytes.Buffer
	options := &DownOptions{IO: &term.IO{Err: &said}, Dir: dir, Run: broken.run}
	if err := down(t.Context(), options); err == nil || !demo.Is(dir) {
		t.Errorf("a cluster that did not stop: error %v, folder there: %v", err, demo.Is(dir))
	}
	works := &commands{}
	options.Run = works.run
	if err := down(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"target down local --yes"}, works.ran); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder is still there")
	}
	if err := down(t.Context(), options); err != nil || !strings.Contains(said.String(), "there is no demo") {
		t.Errorf("a second time: %v, %s", err, said.String())
	}
}

// TestUpThatIsStoppedLeavesNothing interrupts the demo before each of its commands.
func TestUpThatIsStoppedLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"flink install"} { // the feed, started after it, is this program; scripts test it
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "demo")
			c := &commands{stop: func(line string) error {
				if strings.HasPrefix(line, at) {
					return context.Canceled
				}
				return nil
			}}
			err := up(t.Context(), &UpOptions{
				IO: &term.IO{Err: &bytes.Buffer{}}, Dir: dir, Flink: release.V1_20, Watch: time.Second, Feed: time.Second, Run: c.run,
			})
			if fault.KindOf(err) != fault.Interrupted {
				t.Errorf("error %v", err)
			}
			if last := c.ran[len(c.ran)-1]; last != "target down local --yes" {
				t.Errorf("the last command was %s", last)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("the folder is still there")
			}
		})
	}
}
