//go:build clusters

package move_test

import (
	"testing"

	rig "github.com/autostream/autostream/rigs/yarn"
)

// steps are those of a move, as it tells them.
var steps = []string{"stopping", "copying its state", "submitting", "waiting until it runs", "waiting for its first checkpoint"}

func TestMoveBetweenYARNs(t *testing.T) {
	w := newWorld(t, map[string]place{
		"one": onYARN(rig.Start(t)), "two": onYARN(rig.Start(t, "RIG_NAME=b", "RIG_PORT_OFFSET=200")),
	})
	w.run(t, "deploy", "one", "counts", "--yes")
	t.Run("dry run", func(t *testing.T) {
		w.run(t, "move", "one/counts", "--to", "two", "--dry-run")
		w.runsOn(t, "one")
	})
	t.Run("there", func(t *testing.T) { w.there(t, "one", "two") })
	t.Run("back fails", func(t *testing.T) { w.stays(t, "two", "one") })
	from, to := "two", "one"
	for _, step := range steps {
		t.Run("killed while "+step, func(t *testing.T) { w.carriedOn(t, step, from, to) })
		from, to = to, from
	}
}

// TestMoveBetweenKinds moves from a YARN with HDFS to a namespace of a Kubernetes with a bucket of an object store, to another
// with another bucket, and back to YARN. What runs in one place cannot read the state of any other.
func TestMoveBetweenKinds(t *testing.T) {
	yarn := onYARN(rig.Start(t))
	k := startKubernetes(t)
	w := newWorld(t, map[string]place{"one": yarn, "two": k.namespace(t, "two"), "three": k.namespace(t, "three")}, k.env...)
	w.write(t, "pod.yaml", k.pod())
	for _, name := range []string{"two", "three"} {
		if out, err := w.command(t.Context(), "target", "setup", name, "--apply", "--yes").CombinedOutput(); err != nil {
			t.Fatalf("setting up %s: %v\n%s", name, err, out)
		}
	}
	w.run(t, "deploy", "one", "counts", "--yes")
	for _, leg := range [][2]string{{"one", "two"}, {"two", "three"}, {"three", "one"}} {
		from, to := leg[0], leg[1]
		t.Run(from+" to "+to+" fails", func(t *testing.T) { w.stays(t, from, to) })
		t.Run(from+" to "+to, func(t *testing.T) { w.there(t, from, to) })
	}
	from, to := "one", "two"
	for _, step := range steps {
		t.Run("killed while "+step, func(t *testing.T) { w.carriedOn(t, step, from, to) })
		from, to = to, from
	}
}
