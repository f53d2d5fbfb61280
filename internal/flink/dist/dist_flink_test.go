//go:build flink

package dist

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

var update = flag.Bool("update", false, "rewrite the lists of files in testdata from what the registries have")

// TestInstallFromRegistries assembles real distributions through the real pip and Maven, holds them to what the fakes are
// held to, and compares them file by file with what is known of these releases.
func TestInstallFromRegistries(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.20.3", "2.2.1"} {
		t.Run(version, func(t *testing.T) {
			cache := &Cache{Dir: t.TempDir()}
			var downloaded, total int64
			home, err := cache.Install(t.Context(), Request{Version: version, Source: Registries{}, Events: func(e Event) {
				if e.Step == StepDownload {
					downloaded, total = max(downloaded, e.Done), max(total, e.Total)
				}
			}})
			if err != nil {
				t.Fatalf("%v\n%s", err, fault.FixOf(err))
			}
			checkDistribution(t, cache, home)
			if total < 200_000_000 || downloaded == 0 {
				t.Errorf("progress went to %d of %d bytes: is pip's output still what it was?", downloaded, total)
			}
			checkFiles(t, home)
			if left := leftovers(t, cache.Dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			used := folderSize(cache.Dir)
			if need := (Registries{}).need(version); used+total > need {
				t.Errorf("installing took %d bytes at most, need says %d", used+total, need)
			}
		})
	}
}

// checkFiles compares the files of a distribution with its list in testdata.
func checkFiles(t *testing.T, home Home) {
	t.Helper()
	m, err := readManifest(home.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range m.Files {
		got = append(got, f.Path)
	}
	slices.Sort(got)
	golden := filepath.Join("testdata", "files-"+home.Release.Version+".txt")
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Fields(string(want)), got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestRealPrograms holds the real pip and Maven to what the fakes do with a version that is not there, and Maven to what
// they do with a jar.
func TestRealPrograms(t *testing.T) {
	t.Parallel()
	cache := &Cache{Dir: t.TempDir()}
	_, err := cache.Install(t.Context(), Request{Version: "2.2.99", Source: Registries{}})
	if err == nil || !strings.Contains(fault.FixOf(err), "2.2.1 is complete in the registries") {
		t.Errorf("a version that is not there: %v\n%s", err, fault.FixOf(err))
	}
	missing := release.Coordinates{Group: "org.apache.flink", Artifact: "flink-json", Version: "2.2.99"}
	_, err = cache.Fetch(t.Context(), []release.Coordinates{missing}, func(release.Coordinates) {})
	if err == nil || !strings.Contains(fault.FixOf(err), "Could not find artifact") {
		t.Errorf("a jar that is not there: %v\n%s", err, fault.FixOf(err))
	}
	jars, _ := release.V2_2.Connector("jdbc")
	paths, err := cache.Fetch(t.Context(), jars, func(release.Coordinates) {})
	if err != nil || len(paths) != len(jars) || sizeOf(paths[0]) < 10_000 {
		t.Errorf("fetching %v: %v, %v\n%s", jars, paths, err, fault.FixOf(err))
	}
}
