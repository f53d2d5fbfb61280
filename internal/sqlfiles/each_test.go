package sqlfiles_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sqlfiles"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// many writes scripts that stand alone.
func many(t *testing.T, n int) []sqlfiles.Source {
	t.Helper()
	dir := t.TempDir()
	p, err := project.Bare(dir, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var sources []sqlfiles.Source
	for i := range n {
		path := filepath.Join(dir, fmt.Sprintf("%03d.sql", i))
		if err := os.WriteFile(path, fmt.Appendf(nil, "SELECT %d AS n", i), 0o600); err != nil {
			t.Fatal(err)
		}
		sources = append(sources, sqlfiles.Source{Project: p, Path: path})
	}
	return sources
}

// Scripts are judged beside each other and come in their order.
func TestEachInOrder(t *testing.T) {
	t.Parallel()
	sources := many(t, 60)
	reader, err := sqlfiles.NewReader("")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := reader.Each(t.Context(), sources, func(s *sqlfiles.Script) { got = append(got, s.Path) }); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(sources) || !slices.IsSorted(got) {
		t.Errorf("%d scripts, in order: %t", len(got), slices.IsSorted(got))
	}
}

// A file that cannot be read and a cancelled context end everything that was begun.
func TestEachEnds(t *testing.T) {
	t.Parallel()
	sources := many(t, 60)
	reader, err := sqlfiles.NewReader("")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(sources[7].Path); err != nil {
		t.Fatal(err)
	}
	seen := 0
	if err := reader.Each(t.Context(), sources, func(*sqlfiles.Script) { seen++ }); err == nil || seen != 7 {
		t.Errorf("%d scripts before the error %v", seen, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	seen = 0
	err = reader.Each(ctx, sources[8:], func(*sqlfiles.Script) {
		seen++
		cancel()
	})
	if err == nil || seen == len(sources[8:]) {
		t.Errorf("%d scripts after cancelling, error %v", seen, err)
	}
}
