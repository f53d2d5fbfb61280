package conf_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
)

func TestRender(t *testing.T) {
	t.Parallel()
	options := conf.Options{
		"taskmanager.numberOfTaskSlots": "8",
		release.KeyCheckpointDir:        "file:///home/a user/ckpt",
		"rest.bind-port":                "8081-8090",
		"rest.flamegraph.enabled":       "true",
		"pipeline.name":                 "no",
		"env.x":                         "010",
		"pipeline.jars":                 "",
	}
	got, err := options.Render(release.V2_2)
	if err != nil {
		t.Fatal(err)
	}
	want := `env.x: "010"
execution.checkpointing.dir: "file:///home/a user/ckpt"
pipeline.jars: ""
pipeline.name: "no"
rest.bind-port: "8081-8090"
rest.flamegraph.enabled: true
taskmanager.numberOfTaskSlots: 8
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("config.yaml (-want +got):\n%s", diff)
	}

	delete(options, "pipeline.jars")
	if got, err = options.Render(release.V1_18); err != nil {
		t.Fatal(err)
	}
	want = `env.x: 010
pipeline.name: no
rest.bind-port: 8081-8090
rest.flamegraph.enabled: true
state.checkpoints.dir: file:///home/a user/ckpt
taskmanager.numberOfTaskSlots: 8
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("flink-conf.yaml (-want +got):\n%s", diff)
	}
}

func TestRenderRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		line    release.Line
		options conf.Options
		want    string
	}{
		{"two names", release.V2_2, conf.Options{"state.checkpoints.dir": "a", "execution.checkpointing.dir": "b"}, "under its other name"},
		{"hash", release.V1_17, conf.Options{"a.b": "c#d"}, "cannot hold the value"},
		{"line break", release.V1_18, conf.Options{"a.b": "c\nd.e: f"}, "cannot hold the value"},
		{"key with colon", release.V2_2, conf.Options{"a: b\nc": "d"}, "not a name of a Flink option"},
		{"empty key", release.V2_2, conf.Options{"": "d"}, "not a name of a Flink option"},
	} {
		_, err := tc.options.Render(tc.line)
		if err == nil || fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want a usage fault with %q", tc.name, err, tc.want)
		}
	}
	if _, err := (conf.Options{"state.checkpoints.dir": "a", "execution.checkpointing.dir": "a"}).Render(release.V2_2); err != nil {
		t.Errorf("the same value under two names: %v", err)
	}
}

func TestWithJavaOptions(t *testing.T) {
	t.Parallel()
	mine := conf.Options{conf.JavaOptionsKey: "-Dx=1 --add-opens=java.base/java.lang=ALL-UNNAMED"}
	got := mine.WithJavaOptions(release.V2_2)[conf.JavaOptionsKey]
	if !strings.HasSuffix(got, "java.util.concurrent.locks=ALL-UNNAMED -Dx=1") || strings.Count(got, "java.base/java.lang=") != 1 {
		t.Errorf("got %s", got)
	}
	if mine[conf.JavaOptionsKey] != "-Dx=1 --add-opens=java.base/java.lang=ALL-UNNAMED" {
		t.Error("the receiver was changed")
	}
	if conf.Options(nil).WithJavaOptions(release.V1_20)[conf.JavaOptionsKey] == "" {
		t.Error("nothing for no options")
	}
}

// FuzzLegacyRoundTrip holds that what Render writes for old releases is what they read.
func FuzzLegacyRoundTrip(f *testing.F) {
	f.Add("state.checkpoints.dir", "file:///tmp/x")
	f.Add("a", ": ")
	f.Fuzz(func(t *testing.T, key, value string) {
		options := conf.Options{release.V1_18.Key(key): value}
		text, err := options.Render(release.V1_18)
		if err != nil {
			return
		}
		if diff := cmp.Diff(options, parseLegacy(string(text))); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", text, diff)
		}
	})
}

// parseLegacy reads a flink-conf.yaml the way Flink 1.17 and 1.18 do (GlobalConfiguration.loadYAMLResource). Lines without ": " are skipped, as Flink skips them;
// the last of two lines with one key wins.
func parseLegacy(text string) conf.Options {
	out := conf.Options{}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(javaTrim(line), ": ")
		key, value = javaTrim(key), javaTrim(value)
		if ok && key != "" && value != "" {
			out[key] = value
		}
	}
	return out
}

// javaTrim cuts what Java's String.trim cuts: everything up to the blank, and no other white space.
func javaTrim(text string) string {
	return strings.TrimFunc(text, func(c rune) bool { return c <= ' ' })
}

// odd are values that YAML would read as something else if they stood there without quotes.
var odd = []string{
	"010", "0x10", "0o7", "1e3", ".5", "+1", "-1", "1_000", "12:30:45", "2026-01-01", "yes", "No", "True", "true", "null", "~", "",
	"a: b", "x # y", " lead", "trail ", "[a, b]", "{a: b}", "*x", "&x", "!x", "@x", "`x`", "%x", "- x", "? x", "| x", "> x", "-", "---",
	"tab\there", "line\nbreak", "carriage\rreturn", `quote"s`, `it's`, `back\slash`, "é 日本 \U0001f600", "\x00\x01\x7f\u0085\u0089\u00a0\u2028\ufeff\ufffe\U0010ffff", "10 s", "a;b", "k1:v1,k2:v2",
	"--add-opens=java.base/java.lang=ALL-UNNAMED -Dx=1", "file:///tmp/a b", "hdfs://nn:9870/x", `${VAR}`,
}

func TestYAMLRoundTrip(t *testing.T) {
	t.Parallel()
	for _, value := range odd {
		checkYAML(t, value)
	}
}

// FuzzYAMLRoundTrip holds that what Render writes for new releases reads back as the same text.
func FuzzYAMLRoundTrip(f *testing.F) {
	for _, value := range odd {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) { checkYAML(t, value) })
}

func checkYAML(t *testing.T, value string) {
	t.Helper()
	text, err := conf.Options{"a.b": value}.Render(release.V2_2)
	if err != nil {
		return
	}
	root, findings := yaml.Parse(source.New("config.yaml", string(text)))
	if len(findings) > 0 {
		t.Fatalf("%q: %s", text, findings[0].Message)
	}
	if got := root.Get("a.b").Text(); got != value {
		t.Fatalf("%q reads back as %q, not %q", text, got, value)
	}
}
