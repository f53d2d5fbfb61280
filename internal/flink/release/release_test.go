package release_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, line, version string }{
		{"2.2", "2.2", "2.2.1"},
		{"2.2.0", "2.2", "2.2.0"},
		{"v2.2.1", "2.2", "2.2.1"},
		{"v1_20", "1.20", "1.20.3"},
		{"1.17", "1.17", "1.17.2"},
		{"1.20.3-acme-2", "1.20", "1.20.3-acme-2"},
		{"2.3.0", "2.3", "2.3.0"},
	} {
		got, err := release.Parse(tc.text)
		if err != nil {
			t.Errorf("Parse(%q): %v", tc.text, err)
			continue
		}
		if got.Line.String() != tc.line || got.Version != tc.version {
			t.Errorf("Parse(%q) = %s %s, want %s %s", tc.text, got.Line, got.Version, tc.line, tc.version)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, message, fix string }{
		{"", `"" is not a Flink release`, "1.17, 1.18"},
		{"latest", `"latest" is not a Flink release`, "2.3"},
		{"2", `"2" is not a Flink release`, "2.3"},
		{"2.2.", `"2.2." is not a Flink release`, "2.3"},
		{"2.02", `"2.02" is not a Flink release`, "2.3"},
		{"2.2.1-../../x", "is not a Flink release", "2.3"},
		{"2.2.1/..", "is not a Flink release", "2.3"},
		{"1.16", "Flink 1.16 is not a release that AutoStream knows", "nearest is 1.17"},
		{"1.21.3", "Flink 1.21 is not", "nearest is 1.20"},
		{"3.0", "Flink 3.0 is not", "nearest is 2.3"},
	} {
		_, err := release.Parse(tc.text)
		if err == nil || fault.KindOf(err) != fault.Usage {
			t.Errorf("Parse(%q) = %v, want a usage fault", tc.text, err)
			continue
		}
		if !strings.Contains(err.Error(), tc.message) || !strings.Contains(fault.FixOf(err), tc.fix) {
			t.Errorf("Parse(%q): %v / %s, want %q / %q", tc.text, err, fault.FixOf(err), tc.message, tc.fix)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2.2.1")
	f.Add("v1_20")
	f.Add("1.20.3-acme")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := release.Parse(text)
		if err != nil {
			if f, ok := errors.AsType[*fault.Error](err); !ok || f.Fix == "" {
				t.Fatalf("Parse(%q): an error without a fix: %v", text, err)
			}
			return
		}
		if strings.ContainsAny(r.Version, "/\\ ") || strings.Contains(r.Version, "..") {
			t.Fatalf("Parse(%q) gives the unsafe version %q", text, r.Version)
		}
		again, err := release.Parse(r.Version)
		if err != nil || again.Version != r.Version {
			t.Fatalf("Parse(%q) = %q, which parses to %q, %v", text, r.Version, again.Version, err)
		}
	})
}

func TestTableIsInOrder(t *testing.T) {
	t.Parallel()
	var last release.Line
	for _, r := range release.All() {
		if r.Line <= last {
			t.Errorf("%s stands after %s", r.Line, last)
		}
		last = r.Line
		if !strings.HasPrefix(r.Version, r.Line.String()+".") {
			t.Errorf("%s provisions %s", r.Line, r.Version)
		}
		if r.Line.Has(release.LegacyConfig) == false && r.ConfigFile != "config.yaml" || !r.Line.Has(release.YAMLConfig) && r.ConfigFile == "config.yaml" {
			t.Errorf("%s: config file %s contradicts the features", r.Line, r.ConfigFile)
		}
		for _, name := range release.Connectors() {
			if jars, ok := r.Line.Connector(name); !ok || len(jars) == 0 {
				t.Errorf("%s has no connector %s", r.Line, name)
			}
		}
	}
	if _, ok := release.Of(release.Latest); !ok {
		t.Errorf("Latest, %s, is not in the table", release.Latest)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		line       release.Line
		name, want string
	}{
		{release.V1_19, release.KeyRestorePath, "execution.savepoint.path"},
		{release.V1_20, "execution.savepoint.path", "execution.state-recovery.path"},
		{release.V2_2, "execution.savepoint-restore-mode", "execution.state-recovery.claim-mode"},
		{release.V1_17, release.KeyCheckpointDir, "state.checkpoints.dir"},
		{release.V2_2, "state.backend.fs.checkpointdir", "execution.checkpointing.dir"},
		{release.V1_18, "state.backend.fs.checkpointdir", "state.checkpoints.dir"},
		{release.V1_17, "state.backend", "state.backend.type"},
		{release.V1_17, "pekko.ask.timeout", "akka.ask.timeout"},
		{release.V2_0, "akka.ask.timeout", "pekko.ask.timeout"},
		{release.V2_0, "akka.client.timeout", "client.timeout"},
		{release.V2_2, "jobstore.type", "jobstore.type"},
		{release.V2_3, "jobstore.type", "completed-application-store.type"},
		{release.V2_2, "my.own.option", "my.own.option"},
	} {
		if got := tc.line.Key(tc.name); got != tc.want {
			t.Errorf("%s: Key(%q) = %q, want %q", tc.line, tc.name, got, tc.want)
		}
	}
}

// TestKeyIsStable holds that asking twice changes nothing, and that every name of an option leads to the same one.
func TestKeyIsStable(t *testing.T) {
	t.Parallel()
	for _, r := range release.All() {
		for _, rename := range release.Renames() {
			once := r.Line.Key(rename.New)
			if twice := r.Line.Key(once); once != twice {
				t.Errorf("%s: %s becomes %s, then %s", r.Line, rename.New, once, twice)
			}
			if old := r.Line.Key(rename.Old); old != once {
				t.Errorf("%s: %s becomes %s but %s becomes %s", r.Line, rename.New, once, rename.Old, old)
			}
		}
	}
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	have := map[string]string{}
	for _, f := range release.Features() {
		var lines []string
		for _, r := range release.All() {
			if r.Line.Has(f) {
				lines = append(lines, r.Line.String())
			}
		}
		have[f.String()] = strings.Join(lines, " ")
	}
	for name, want := range map[string]string{
		"SQL scripts in application mode": "2.0 2.1 2.2 2.3",
		"per-job mode on YARN":            "1.17 1.18 1.19 1.20",
		"claim mode by that name":         "1.20 2.0 2.1 2.2 2.3",
		"applications over REST":          "2.3",
	} {
		if diff := cmp.Diff(want, have[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	options := release.Options()
	for i, o := range options {
		if o.First == 0 || o.First > o.Last || i > 0 && o.Name <= options[i-1].Name {
			t.Errorf("row %d of options.tsv is out of order or has no releases: %+v", i+1, o)
		}
	}
	for _, r := range release.Renames() {
		if o, ok := release.OptionNamed(r.New); !strings.HasSuffix(r.New, ".") && (!ok || !o.In(r.Since)) {
			t.Errorf("%s is not an option of %s: %+v", r.New, r.Since, o)
		}
	}
	if o, ok := release.OptionNamed("table.exec.state.ttl"); !ok || !o.In(release.V1_17) || !o.In(release.V2_3) {
		t.Errorf("table.exec.state.ttl: %+v, %v", o, ok)
	}
	if o, ok := release.OptionNamed("execution.checkpointing.dir"); !ok || o.In(release.V1_19) || !o.In(release.V1_20) {
		t.Errorf("execution.checkpointing.dir: %+v, %v", o, ok)
	}
}

func TestMeant(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"table.exec.state.tll":                  "table.exec.state.ttl",
		"table.exec.stat.ttl":                   "table.exec.state.ttl",
		"execution.checkpointing.intervall":     "execution.checkpointing.interval",
		"state.backend.incrementel":             "state.backend.incremental",
		"metrics.reporter.prom.port":            "",
		"s3.access-key":                         "",
		"my.own.option":                         "",
		"table.exec.hive.infer-source-parallel": "",
		"ttl":                                   "",
	} {
		if got, _ := release.V2_2.Meant(name); got != want {
			t.Errorf("Meant(%q) = %q, want %q", name, got, want)
		}
	}
}
