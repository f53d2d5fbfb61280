package agent_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/sdk/java/agent"
	"github.com/autostream/autostream/sdk/java/source"
)

// TestJarIsCurrent finds a jar that was made from other sources, without a Java compiler.
func TestJarIsCurrent(t *testing.T) {
	t.Parallel()
	recorded, err := source.Of(agent.Jar())
	if err != nil {
		t.Fatal(err)
	}
	want, err := source.Hash("src")
	if err != nil {
		t.Fatal(err)
	}
	if recorded != want {
		t.Error("agent.jar is made from other sources: make gen")
	}
	if n := len(agent.Jar()); n > 20<<10 {
		t.Errorf("the jar has %d bytes, it is to stay below 20 KB", n)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	until := time.UnixMilli(1763849000123)
	levels := []agent.Level{{Logger: agent.Root, Level: "DEBUG", Until: until}, {Logger: "com.acme", Level: "WARN", Until: until}}
	if got, want := agent.Set(levels), "set:root=DEBUG@1763849000123;set:com.acme=WARN@1763849000123"; got != want {
		t.Errorf("Set = %s, want %s", got, want)
	}
	if got, want := agent.Reset([]string{agent.All, "com.acme"}), "reset:*;reset:com.acme"; got != want {
		t.Errorf("Reset = %s, want %s", got, want)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	got := agent.Parse("#Sun Nov 22 21:49:13 UTC 2026\n" + `autostream.agent.problem=a\: b
user.name=flink
autostream.log-level.org.apache.flink=DEBUG INFO 1763849000123 2
autostream.log-level.com.acme=TRACE  1763849000123 0
autostream.log-level.broken=TRACE
`)
	until := time.UnixMilli(1763849000123)
	want := agent.State{Loaded: true, Problem: "a: b", Changes: []agent.Changed{
		{Level: agent.Level{Logger: "com.acme", Level: "TRACE", Until: until}},
		{Level: agent.Level{Logger: "org.apache.flink", Level: "DEBUG", Until: until}, Was: "INFO", Places: 2},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

func TestParseThreads(t *testing.T) {
	t.Parallel()
	got := agent.ParseThreads(`"main" prio=5 Id=1 RUNNABLE

"autostream-levels-read" daemon prio=5 Id=40 TIMED_WAITING

"autostream-log-levels com.acme=TRACE  1763849000123 0; root=DEBUG INFO 1763849000123 2;" daemon prio=5 Id=41 TIMED_WAITING
`)
	until := time.UnixMilli(1763849000123)
	want := agent.State{Loaded: true, Changes: []agent.Changed{
		{Level: agent.Level{Logger: "com.acme", Level: "TRACE", Until: until}},
		{Level: agent.Level{Logger: agent.Root, Level: "DEBUG", Until: until}, Was: "INFO", Places: 2},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseThreads (-want +got):\n%s", diff)
	}
	if none := agent.ParseThreads(`"main" prio=5 Id=1 RUNNABLE`); none.Loaded || len(none.Changes) > 0 {
		t.Errorf("without its thread: %+v", none)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("autostream.log-level.a\\=b=DEBUG INFO 1 2\n\\")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range append(agent.Parse(text).Changes, agent.ParseThreads(text).Changes...) {
			if c.Until.IsZero() {
				t.Errorf("%+v", c)
			}
		}
	})
}
