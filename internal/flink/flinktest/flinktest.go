// Package flinktest gives tests with the build tag flink the real distributions.
package flinktest

import (
	"os"
	"testing"

	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
)

// Home returns the distribution of a line, at the patch level of the table or another, from FLINK_HOME or the cache of the
// user who runs the tests; one that is missing is installed there first.
func Home(t testing.TB, line release.Line) dist.Home {
	t.Helper()
	dir, err := dist.DefaultDir(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := release.Of(line)
	if !ok {
		t.Fatalf("no release of line %s", line)
	}
	cache := &dist.Cache{Dir: dir}
	home, err := cache.Find(r, "", os.Getenv)
	if err != nil {
		home, err = cache.Install(t.Context(), dist.Request{Version: r.Version, Source: dist.Registries{}})
	}
	if err != nil {
		t.Fatalf("installing Flink %s: %v", r.Version, err)
	}
	return home
}

// Java returns a Java that the distribution runs on.
func Java(t testing.TB, home dist.Home) dist.Java {
	t.Helper()
	java, err := dist.FindJava(t.Context(), home.Release, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	return java
}
