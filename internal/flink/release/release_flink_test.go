//go:build flink

package release_test

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

var update = flag.Bool("update", false, "rewrite options.tsv from the real distributions")

// onEach runs a test on real distributions, one of 1.x and one of 2.x.
func onEach(t *testing.T, test func(t *testing.T, home dist.Home)) {
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) { test(t, flinktest.Home(t, line)) })
	}
}

// TestTableAgainstDistribution reads what the table says off the files of a distribution.
func TestTableAgainstDistribution(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, home dist.Home) {
		r := home.Release
		conf, err := os.ReadFile(filepath.Join(home.Dir, "conf", r.ConfigFile))
		if err != nil {
			t.Fatal(err)
		}
		var options []string
		for word := range strings.FieldsSeq(string(conf)) {
			if strings.HasPrefix(word, "--add-") {
				options = append(options, word)
			}
		}
		if diff := cmp.Diff(options, r.Line.JavaOptions()); diff != "" {
			t.Errorf("options for Java (-conf +table):\n%s", diff)
		}

		classes := jar(t, filepath.Join(home.Dir, "lib", "flink-dist-"+r.Version+".jar"))
		serializer := func(n int) string {
			return "org/apache/flink/runtime/checkpoint/metadata/MetadataV" + string(rune('0'+n)) + "Serializer.class"
		}
		if classes[serializer(r.Metadata)] == nil || classes[serializer(r.Metadata+1)] != nil {
			t.Errorf("version %d of _metadata is not the newest that it has", r.Metadata)
		}
		has := func(class string) bool { return classes["org/apache/flink/runtime/rest/"+class+".class"] != nil }
		for feature, class := range map[release.Feature]string{
			release.Profiler:             "messages/ProfilingInfo",
			release.ResourceRequirements: "messages/job/JobResourceRequirementsHeaders",
			release.OperatorMetrics:      "handler/job/metrics/JobManagerOperatorMetricsHandler",
			release.Applications:         "handler/application/ApplicationsOverviewHandler",
			release.Rescales:             "messages/job/rescales/JobRescaleConfigHeaders",
		} {
			if has(class) != r.Line.Has(feature) {
				t.Errorf("%s: the table says %v, the jar %v", feature, r.Line.Has(feature), has(class))
			}
		}

		runtime := jar(t, filepath.Join(home.Dir, "lib", "flink-table-runtime-"+r.Version+".jar"))
		if driver := runtime["org/apache/flink/table/runtime/application/SqlDriver.class"] != nil; driver != r.Line.Has(release.SQLDriver) {
			t.Errorf("SqlDriver is there: %v", driver)
		}
		gateway := jar(t, filepath.Join(home.Dir, "opt", "flink-sql-gateway-"+r.Version+".jar"))
		var versions []int
		for n := 1; n < 10; n++ { // constants of the enum stand in its class as text
			name := []byte{1, 0, 2, 'V', byte('0' + n)} // CONSTANT_Utf8, its length, its bytes
			if bytes.Contains(gateway["org/apache/flink/table/gateway/rest/util/SqlGatewayRestAPIVersion.class"], name) {
				versions = append(versions, n)
			}
		}
		if !slices.Equal(versions, r.Gateway) {
			t.Errorf("the SQL Gateway has versions %v, the table says %v", versions, r.Gateway)
		}
	})
}

// jar reads the classes of Flink in a jar that are looked at here.
func jar(t *testing.T, path string) map[string][]byte {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	classes := map[string][]byte{}
	for _, f := range r.File {
		if !strings.HasPrefix(f.Name, "org/apache/flink/runtime/") && !strings.HasPrefix(f.Name, "org/apache/flink/table/") {
			continue
		}
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if classes[f.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
	}
	return classes
}

// TestKeysAgainstDistribution asks the option classes of a distribution for every option that was ever renamed: the name
// that Key gives must be the option's own, not one that is deprecated or unknown.
func TestKeysAgainstDistribution(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, home dist.Home) {
		known, renamed := options(t, home)
		line := home.Release.Line
		for _, o := range release.Options() {
			if o.In(line) != (known[o.Name] || renamed[o.Name] != "") {
				t.Errorf("%s: options.tsv says %v", o.Name, o.In(line))
			}
		}
		for _, r := range release.Renames() {
			if strings.HasSuffix(r.Old, ".") {
				continue
			}
			for _, name := range []string{r.Old, r.New} {
				if key := line.Key(name); !known[key] {
					t.Errorf("%s becomes %s, which this release does not have (it has %q)", name, key, renamed[name])
				}
			}
			// Local recovery became two options; the table has the one that the other follows.
			if to := renamed[r.Old]; r.Since <= line && to != "" && line.Key(r.Old) != to && r.Old != "state.backend.local-recovery" {
				t.Errorf("%s is called %s here, the table says %s", r.Old, to, line.Key(r.Old))
			}
		}
	})
}

// TestOptionTable rewrites options.tsv from all releases, which installs those that are missing; without -update the
// releases of onEach are compared with it in TestKeysAgainstDistribution.
func TestOptionTable(t *testing.T) {
	t.Parallel()
	if !*update {
		return
	}
	first, last := map[string]release.Line{}, map[string]release.Line{}
	for _, r := range release.All() {
		known, renamed := options(t, flinktest.Home(t, r.Line))
		for name := range renamed {
			known[name] = true
		}
		for name := range known {
			last[name] = r.Line
			if first[name] == 0 {
				first[name] = r.Line
			}
		}
	}
	var text bytes.Buffer
	plain := regexp.MustCompile(`^[A-Za-z$][\w$-]*(\.[\w$-]+)+$`) // no placeholders, no options of tables
	for _, name := range slices.Sorted(maps.Keys(first)) {
		if plain.MatchString(name) {
			fmt.Fprintf(&text, "%s\t%s\t%s\n", name, first[name], last[name])
		}
	}
	if err := os.WriteFile("options.tsv", text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// options asks the classes of a distribution for its options: their names, and for each former name its present one.
func options(t *testing.T, home dist.Home) (known map[string]bool, renamed map[string]string) {
	t.Helper()
	java := filepath.Join(flinktest.Java(t, home).Home, "bin", "java")
	gateway := filepath.Join(home.Dir, "opt", "flink-sql-gateway-"+home.Release.Version+".jar")
	cmd := exec.CommandContext(t.Context(), java, "-cp", filepath.Join(home.Dir, "lib", "*")+string(os.PathListSeparator)+gateway,
		filepath.Join("testdata", "Options.java"), filepath.Join(home.Dir, "lib"))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	known, renamed = map[string]bool{}, map[string]string{}
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line)
		known[names[0]] = true
		for _, old := range names[1:] {
			renamed[old] = names[0]
		}
	}
	if len(known) < 500 {
		t.Fatalf("only %d options were read", len(known))
	}
	return known, renamed
}
