package cli_test

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/autostream/autostream/internal/preview/previewtest"
)

// gateways holds the made-up Flink of each script that has one.
type gateways struct {
	mu sync.Mutex
	of map[*testscript.TestScript]*previewtest.Flink
}

// command is
//
//	gateway start           starts a made-up Flink; its address is the variable FLINK of projects
//	[!] gateway ran TEXT    whether a statement with the text was executed
//	gateway jobs STATE      every job, at least one, is in the state
//	gateway await STATE     the same, before long
func (g *gateways) command(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 1 && args[0] == "start" && !neg {
		g.start(ts)
		return
	}
	g.mu.Lock()
	flink := g.of[ts]
	g.mu.Unlock()
	if len(args) != 2 || flink == nil {
		ts.Fatalf("usage: gateway start, then [!] gateway ran TEXT, gateway jobs STATE")
	}
	switch args[0] {
	case "ran":
		ran := slices.ContainsFunc(flink.Statements(), func(s string) bool { return strings.Contains(s, args[1]) })
		if ran == neg {
			ts.Fatalf("the statements were\n%s", strings.Join(flink.Statements(), "\n"))
		}
	case "jobs":
		if !allIn(flink, args[1]) {
			ts.Fatalf("the jobs are\n%s", strings.Join(flink.Jobs(), "\n"))
		}
	case "await":
		for deadline := time.Now().Add(time.Minute); !allIn(flink, args[1]); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				ts.Fatalf("the jobs are\n%s", strings.Join(flink.Jobs(), "\n"))
			}
		}
	default:
		ts.Fatalf("unknown: gateway %s", args[0])
	}
}

// allIn says whether there are jobs and all are in a state.
func allIn(flink *previewtest.Flink, state string) bool {
	jobs := flink.Jobs()
	return len(jobs) > 0 && !slices.ContainsFunc(jobs, func(s string) bool { return !strings.HasSuffix(s, " "+state) })
}

func (g *gateways) start(ts *testscript.TestScript) {
	flink := previewtest.NewFlink()
	g.mu.Lock()
	g.of[ts] = flink
	g.mu.Unlock()
	ts.Setenv("AUTOSTREAM_VAR_FLINK", flink.URL())
	ts.Defer(flink.Close)
}
