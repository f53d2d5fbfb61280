package dfstest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// Keeping is a file system that keeps folders as they were.
type Keeping interface {
	dfs.FS
	dfs.Renaming
	dfs.Snapshotting
}

// RunSnapshots checks the promises of a Snapshotting, in an empty folder that snapshots may be taken of.
func RunSnapshots(t *testing.T, f Keeping, dir string) {
	t.Helper()
	s := &suite{Config{FS: f, Dir: dir}}
	t.Run("snapshots", func(t *testing.T) {
		s.put(t, s.at("stays"), "")
		s.put(t, s.at("goes"), "")
		s.put(t, s.at("moves"), "old")
		if err := f.CreateSnapshot(t.Context(), dir, "one"); err != nil {
			t.Fatal(err)
		}
		wantKind(t, f.CreateSnapshot(t.Context(), dir, "one"), fault.Conflict)
		if err := f.Delete(t.Context(), s.at("goes")); err != nil {
			t.Fatal(err)
		}
		if err := f.Rename(t.Context(), s.at("moves"), s.at("moved")); err != nil {
			t.Fatal(err)
		}
		s.put(t, s.at("comes"), "")
		if err := f.CreateSnapshot(t.Context(), dir, "two"); err != nil {
			t.Fatal(err)
		}
		s.put(t, s.at("later"), "")
		if got := s.read(t, s.at(".snapshot/one/moves"), dfs.Range{}); got != "old" {
			t.Errorf("the snapshot holds %q", got)
		}
		between := []dfs.Change{
			{Kind: dfs.Created, Path: "comes"}, {Kind: dfs.Deleted, Path: "goes"}, {Kind: dfs.Modified},
			{Kind: dfs.Renamed, Path: "moves", NewPath: "moved"},
		}
		since := []dfs.Change{{Kind: dfs.Created, Path: "later"}, {Kind: dfs.Modified}}
		for _, test := range []struct {
			from, to string
			want     []dfs.Change
		}{{"one", "two", between}, {"two", "", since}} {
			got, err := f.Diff(t.Context(), dir, test.from, test.to)
			slices.SortFunc(got, func(a, b dfs.Change) int {
				return slices.Compare([]string{string(a.Kind), a.Path}, []string{string(b.Kind), b.Path})
			})
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("changes from %s to %q: %v\n%s", test.from, test.to, err, diff)
			}
		}
		for _, name := range []string{"one", "two", "two"} {
			if err := f.DeleteSnapshot(t.Context(), dir, name); err != nil {
				t.Errorf("DeleteSnapshot: %v", err)
			}
		}
	})
}
