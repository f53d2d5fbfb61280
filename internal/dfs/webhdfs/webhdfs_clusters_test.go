//go:build clusters

package webhdfs_test

import (
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/dfstest"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
	rig "github.com/autostream/autostream/rigs/yarn"
)

func TestHDFS(t *testing.T) {
	r := rig.Start(t)
	o := webhdfs.Options{Addresses: []string{"http://localhost:1", r.WebHDFS}, Name: r.DefaultFS, User: "root"} // one NameNode is away
	f := webhdfs.New(o)
	const dir = "/tmp/dfstest"
	clean := func() {
		if err := f.Delete(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
	}
	clean()
	defer clean()
	dfstest.Run(t, dfstest.Config{FS: f, Dir: dir})
	if err := f.Mkdir(t.Context(), dir+"/snapshots", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := f.AllowSnapshots(t.Context(), dir+"/snapshots"); err != nil {
		t.Fatal(err)
	}
	dfstest.RunSnapshots(t, f, dir+"/snapshots")

	// What a user may not do is refused as such.
	if err := f.Mkdir(t.Context(), dir+"/private", 0o700); err != nil {
		t.Fatal(err)
	}
	o.User = "somebody"
	other := webhdfs.New(o)
	if _, err := other.Stat(t.Context(), dir+"/private/x"); fault.KindOf(err) != fault.Denied {
		t.Errorf("looking into somebody else's folder: %v", err)
	}
	if _, err := other.Open(t.Context(), dir+"/private/x", dfs.Range{}); fault.KindOf(err) != fault.Denied {
		t.Errorf("reading somebody else's file: %v", err)
	}
}
