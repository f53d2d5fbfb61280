package demo_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/demo"
	"github.com/autostream/autostream/internal/project"
)

func TestUnpack(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "demo")
	for _, line := range []string{"1.20", "2.2"} { // the second time over the first
		if err := demo.Unpack(dir, line); err != nil {
			t.Fatal(err)
		}
		p, findings, err := project.Load(dir, project.Options{})
		if err != nil || len(findings) > 0 || p.Release != line || len(p.Jobs) != 2 {
			diag.WriteText(t.Output(), findings, diag.Style{})
			t.Fatalf("project %+v, error %v", p, err)
		}
		for _, job := range p.Jobs {
			if _, findings, err := p.Scripts(job); err != nil || len(findings) > 0 {
				t.Errorf("scripts of %s: %v, %v", job.Name, findings, err)
			}
		}
	}
	if err := demo.Remove(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after Remove: %v", err)
	}
}

func TestForeignFoldersAreSafe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := demo.Unpack(dir, "2.2"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Unpack: %v", err)
	}
	if err := demo.Remove(dir); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Remove: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("the folder changed: %v", entries)
	}
}

func TestFeedIsStartedOnceAndStopped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := demo.Unpack(dir, "2.2"); err != nil {
		t.Fatal(err)
	}
	first := exec.CommandContext(t.Context(), "sleep", "60")
	if err := demo.StartFeed(dir, first); err != nil {
		t.Fatal(err)
	}
	second := exec.CommandContext(t.Context(), "sleep", "60")
	if err := demo.StartFeed(dir, second); err != nil || second.Process != nil {
		t.Errorf("a second feed was started: %v, %v", second.Process, err)
	}
	for range 2 {
		if err := demo.StopFeed(t.Context(), dir); err != nil {
			t.Error(err)
		}
	}
	third := exec.CommandContext(t.Context(), "sleep", "60")
	if err := demo.StartFeed(dir, third); err != nil || third.Process == nil {
		t.Errorf("no feed after the first was stopped: %v", err)
	}
	if err := demo.StopFeed(t.Context(), dir); err != nil {
		t.Error(err)
	}
}
