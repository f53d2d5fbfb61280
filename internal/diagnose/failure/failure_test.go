package failure_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/diagnose/failure"
)

func TestBuiltInRules(t *testing.T) {
	t.Parallel()
	rules := failure.BuiltIn()
	tested := map[string]bool{}
	for _, test := range rules.Tests() {
		tested[test.First] = true
		if got := rules.Run(test); got != test.First {
			t.Errorf("%s:%d: found %q, want %q, in %q", test.At.File.Name, test.At.File.Position(test.At.Span.Start).Line, got, test.First, test.Log)
		}
	}
	for _, r := range rules.List() {
		if !tested[r.ID] {
			t.Errorf("%s has no example", r.ID)
		}
		if r.Explain == "" || r.Fix == "" || !strings.HasPrefix(r.Doc, "https://") {
			t.Errorf("%s lacks an explanation, a fix or a page", r.ID)
		}
		if strings.Contains(r.Title, ".") && strings.HasSuffix(r.Title, ".") {
			t.Errorf("%s: a title has no full stop", r.ID)
		}
	}
	if n := len(rules.List()); n < 80 {
		t.Errorf("%d rules, want 80 at least", n)
	}
}

func read(t *testing.T, name string) failure.Report {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g := failure.BuiltIn().NewGroups(nil)
	if err := g.Read("jobmanager", f); err != nil {
		t.Fatal(err)
	}
	return g.Report()
}

func TestLogs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		log, first, title string
		groups            int
	}{
		// The job fails on a record, is restarted, and loses its connection to Kafka later: an effect of nothing, but later.
		{"loop.log", "json-dirty", "a record is not the JSON that the table says", 3},
		{"usercode.log", failure.UserCode, "the job's own code throws IllegalStateException: no price for SKU 17", 1},
		{"undated.log", "heap-exhausted", "the Java heap is full", 1},
	} {
		t.Run(test.log, func(t *testing.T) {
			t.Parallel()
			r := read(t, test.log)
			if r.First == nil || r.First.Rule != test.first || r.First.Title != test.title {
				t.Fatalf("first fault is %+v", r.First)
			}
			if len(r.Groups) != test.groups {
				for _, g := range r.Groups {
					t.Logf("%s %s %q", g.Level, g.Rule, g.Message)
				}
				t.Errorf("%d groups, want %d", len(r.Groups), test.groups)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	first := read(t, "loop.log").First
	if first.Entries != 5 || first.Times != 2 {
		t.Errorf("%d entries at %d times, want 5 at 2", first.Entries, first.Times)
	}
	if want := time.Date(2026, 11, 22, 18, 29, 15, 123e6, time.UTC); !first.First.Equal(want) {
		t.Errorf("first seen %s, want %s", first.First, want)
	}
	if got, want := strings.Join(first.Tasks, "; "), "Source: clicks[1] -> Calc[2] (1/2)"; got != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
}

// TestInitialization has a job fail before it has tasks: its log says so in an entry of level INFO, and Flink again.
func TestInitialization(t *testing.T) {
	t.Parallel()
	const stack = "org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.\n\tat org.apache.flink.runtime.jobmaster.JobMaster.start(JobMaster.java:1)\n" +
		"Caused by: java.util.concurrent.CompletionException: com.acme.Refused: no such tariff\nCaused by: com.acme.Refused: no such tariff\n\tat org.apache.flink.runtime.jobmaster.JobMaster.start(JobMaster.java:2)\n"
	log := "2026-11-23 03:00:00,000 INFO  org.apache.flink.runtime.dispatcher.StandaloneDispatcher     [] - Job 0a1b REACHED.\n" + stack
	event := failure.Event{Source: "flink", Time: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC), Level: "ERROR", Text: "a failure\n" + stack}
	for _, said := range []string{"reached terminal state FAILED", "is worth nothing"} {
		groups := failure.BuiltIn().NewGroups(time.UTC)
		if err := groups.Read("jobmanager", strings.NewReader(strings.ReplaceAll(log, "REACHED", said))); err != nil {
			t.Fatal(err)
		}
		if err := groups.Close(); err != nil {
			t.Fatal(err)
		}
		if said == "is worth nothing" {
			groups.Add(event)
		}
		if first := groups.Report().First; first == nil || !strings.Contains(first.Message, "no such tariff") {
			t.Errorf("%s: %+v", said, first)
		}
	}
}

// TestThrownBy has the same exceptions come from the query and from the job's own code.
func TestThrownBy(t *testing.T) {
	t.Parallel()
	const (
		jdk   = "\tat java.base/java.lang.Integer.parseInt(Integer.java:652)\n"
		flink = "\tat org.apache.flink.table.data.binary.BinaryStringDataUtil.toInt(BinaryStringDataUtil.java:1)\n\tat StreamExecCalc$12.processElement(Unknown Source)\n"
		own   = "\tat com.acme.Udf.eval(Udf.java:7)\n\tat StreamExecCalc$12.processElement(Unknown Source)\n"
	)
	for _, test := range []struct{ stack, rule, at string }{
		{"java.lang.NumberFormatException: For input string: \"x\"\n" + jdk + flink, "cast-failed", ""},
		{"java.lang.NumberFormatException: For input string: \"x\"\n" + jdk + own, failure.UserCode, "com.acme.Udf.eval(Udf.java:7)"},
		{"java.lang.ArithmeticException: / by zero\n" + flink, "divided-by-zero", ""},
		{"java.lang.ArithmeticException: / by zero\n" + own, failure.UserCode, "com.acme.Udf.eval(Udf.java:7)"},
		{"java.net.ConnectException: Connection refused\n\tat java.base/java.net.Socket.connect(Socket.java:1)\n" + own, "connection-refused", "com.acme.Udf.eval(Udf.java:7)"},
		{"com.fasterxml.jackson.core.JsonParseException: Unexpected character\n\tat com.fasterxml.jackson.core.JsonParser.fail(JsonParser.java:1)\n" + own, failure.UserCode, "com.acme.Udf.eval(Udf.java:7)"},
	} {
		groups := failure.BuiltIn().NewGroups(time.UTC)
		groups.Add(failure.Event{Level: "ERROR", Text: "a failure\n" + test.stack})
		if first := groups.Report().First; first == nil || first.Rule != test.rule || first.At != test.at {
			t.Errorf("%q: %+v", test.stack, first)
		}
	}
}

// TestGenerated has code that Flink generated throw what no rule knows.
func TestGenerated(t *testing.T) {
	t.Parallel()
	m := failure.BuiltIn().Judge("java.lang.NullPointerException\n\tat java.base/java.util.Objects.requireNonNull(Objects.java:1)\n\tat StreamExecCalc$12.processElement(Unknown Source)\n")
	if m.Level != failure.Unknown || m.Title != "NullPointerException in StreamExecCalc$12.processElement(Unknown Source)" || !strings.Contains(m.Fix, "COALESCE") {
		t.Errorf("%+v", m)
	}
}

func TestLabelledLogs(t *testing.T) {
	t.Parallel()
	g := failure.BuiltIn().NewGroups(nil)
	text := "jobmanager | 2026-11-22 18:29:15,123 INFO  a.B [] - Job x switched from state RUNNING to FAILED.\n" +
		"taskmanager | 2026-11-22 18:29:15,100 WARN  a.B [] - Source: a (1/1)#0 (e_0_0) switched from RUNNING to FAILED with failure cause:\n" +
		"jobmanager | java.lang.Exception: x\njobmanager | Caused by: java.io.IOException: No space left on device\n" +
		"taskmanager | java.io.IOException: No space left on device\ntaskmanager | \tat java.io.FileOutputStream.write(FileOutputStream.java:1)"
	for i := 0; i < len(text); i += 7 { // writes need not end with a line
		if _, err := g.Write([]byte(text[i:min(i+7, len(text))])); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	r := g.Report()
	if r.First == nil || r.First.Rule != "disk-full" || len(r.First.Sources) != 2 || len(r.Groups) != 1 {
		t.Errorf("got %+v", r.First)
	}
}

func TestHugeAndBroken(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"binary":      string(bytes.Repeat([]byte{0, 1, 255, '\n', 254}, 1000)),
		"one line":    strings.Repeat("x", 3<<20),
		"half a line": "2026-11-22 18:29:15,1",
		"half a char": "2026-11-22 18:29:15,123 ERROR x - No space left on device \xe4\xb8",
		"empty":       "",
	} {
		g := failure.BuiltIn().NewGroups(nil)
		if err := g.Read("", strings.NewReader(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r := g.Report(); r.Bytes != int64(len(text)) {
			t.Errorf("%s: %d bytes of %d read", name, r.Bytes, len(text))
		}
	}
}

func TestOwnRules(t *testing.T) {
	t.Parallel()
	own := source.New("own.yaml", `version: 1
rules:
  - id: acme-token
    title: the token of {system} has ended
    level: cause
    pattern: 'ACME-401 (?P<system>\w+)'
    examples: ['com.acme.Denied: ACME-401 billing']
tests:
  - log: nothing of interest
  - log: |
      java.lang.RuntimeException: Could not forward element to next operator
      Caused by: com.acme.Denied: ACME-401 billing
    first: acme-token
`)
	rules, findings := failure.Load([]*source.File{own})
	if len(findings) > 0 {
		t.Fatal(findings[0].Message)
	}
	if n := len(rules.Tests()); n != 3 {
		t.Errorf("%d tests, want the 3 of the file", n)
	}
	for _, test := range rules.Tests() {
		if got := rules.Run(test); got != test.First {
			t.Errorf("found %q, want %q in %q", got, test.First, test.Log)
		}
	}
	if got := rules.Judge("com.acme.Denied: ACME-401 billing").Title; got != "the token of billing has ended" {
		t.Errorf("title %q", got)
	}
}

func TestMistakesInRules(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"version: 1\nrules: [{id: a, title: b, level: cause, pattern: '.*'}]":                   "fixed text",
		"version: 1\nrules: [{id: a, title: b, level: cause, pattern: 'x('}]":                   "missing closing",
		"version: 1\nrules: [{id: disk-full, title: b, level: cause, pattern: 'something'}]":    "a rule disk-full already",
		"version: 1\nrules: [{id: a, title: b, level: bad, pattern: 'something'}]":              `cannot be "bad"`,
		"version: 1\nrules: [{id: a, title: b, levl: cause, pattern: 'something'}]":             `unknown key "levl"`,
		"version: 1\nrules: [{id: a, title: b, level: cause, pattern: 'something', since: 9}]":  "since",
		"version: 1\nrules: [{id: A b, title: b, level: cause, pattern: 'something'}]\ntests: ": "cannot be",
	} {
		_, findings := failure.Load([]*source.File{source.New("own.yaml", text)})
		found := false
		for _, f := range findings {
			found = found || strings.Contains(f.Message, want)
		}
		if !found {
			t.Errorf("%s: no finding says %q: %+v", text, want, findings)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"loop.log", "usercode.log", "undated.log"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("jobmanager | 2026-11-22 18:29:15,123 ERROR a - b\n\tat c.D.e(D.java:1)"))
	rules := failure.BuiltIn()
	f.Fuzz(func(t *testing.T, log []byte) {
		if len(log) > 10<<10 {
			return
		}
		g := rules.NewGroups(nil)
		if err := g.Read("x", bytes.NewReader(log)); err != nil {
			t.Fatal(err)
		}
		_, _ = g.Write(log)
		_ = g.Close()
		r := g.Report()
		if (r.First == nil) != (len(r.Groups) == 0) {
			t.Errorf("%d groups, first fault %v", len(r.Groups), r.First)
		}
		for _, group := range r.Groups {
			if group.Entries == 0 || group.Times == 0 || strings.Contains(group.Message, "\n") {
				t.Errorf("group %+v", group)
			}
		}
	})
}

func FuzzRules(f *testing.F) {
	f.Add("version: 1\nrules: [{id: a, title: b, level: cause, pattern: 'some(thing|body)+'}]", "something")
	f.Fuzz(func(_ *testing.T, rules, log string) {
		if len(rules)+len(log) > 10<<10 {
			return
		}
		loaded, _ := failure.Load([]*source.File{source.New("own.yaml", rules)})
		loaded.Judge(log)
	})
}

// BenchmarkRead reads a log as a busy job writes it: mostly INFO lines, and a failure with its stack now and then.
func BenchmarkRead(b *testing.B) {
	var log bytes.Buffer
	loop, err := os.ReadFile("testdata/loop.log")
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; log.Len() < 20<<20; i++ {
		fmt.Fprintf(&log, "2026-11-22 18:%02d:15,123 INFO  org.apache.flink.runtime.checkpoint.CheckpointCoordinator                   [] - "+
			"Completed checkpoint %d for job 5d6f0b2a9f5cf8c2a4c4f5e0c3f0a111 (1234 bytes, checkpointDuration=12 ms, finalizationTime=1 ms).\n", i%60, i)
		if i%500 == 0 {
			log.Write(loop)
		}
	}
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		g := failure.BuiltIn().NewGroups(nil)
		if err := g.Read("jobmanager", bytes.NewReader(log.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}
