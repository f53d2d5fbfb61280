// Command yarn measures submission to YARN beside Flink's own client, in turns, and fails when a promise is broken:
//
//	make flinks build && eval "$(rigs/yarn/up.sh)" && cd bench && go run ./yarn [-rounds 5] ../bin/autostream
//
// The same job is submitted by the SQL client of Flink 2.2, which uploads a distribution each time, by autostream with an
// empty library in HDFS and an empty memory of hashes (cold), and with both of the time before (warm). All figures are
// ratios of medians, so that a slow or busy machine slows everybody.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"
)

// cost is what one submission took, from the start of the process.
type cost struct {
	accepted time.Duration // until the ResourceManager has the application
	running  time.Duration // until all tasks run
	cpu      time.Duration // of the process and its children
}

// way is one way to submit.
type way struct {
	name   string
	submit func(ctx context.Context, round int) (cost, error)
	costs  []cost
}

func (w *way) median(what func(cost) time.Duration) time.Duration {
	times := make([]time.Duration, len(w.costs))
	for i, c := range w.costs {
		times[i] = what(c)
	}
	slices.Sort(times)
	return times[len(times)/2]
}

func main() {
	rounds := flag.Int("rounds", 5, "submissions in each way")
	flag.Parse()
	if flag.NArg() != 1 || *rounds < 1 {
		fmt.Fprintln(os.Stderr, "usage: yarn [-rounds N] AUTOSTREAM")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	kept, err := measure(ctx, flag.Arg(0), *rounds)
	if err != nil {
		fmt.Fprintln(os.Stderr, "yarn:", err)
	}
	if err != nil || !kept {
		os.Exit(1)
	}
}

// measure submits in turns and judges.
func measure(ctx context.Context, program string, rounds int) (bool, error) {
	s, err := newSite(program)
	if err != nil {
		return false, err
	}
	defer s.close(context.WithoutCancel(ctx))
	client, cold, warm := &way{name: "Flink's client", submit: s.client}, &way{name: "cold", submit: s.cold}, &way{name: "warm", submit: s.warm}
	if _, err := s.warm(ctx, -1); err != nil { // fills the library
		return false, err
	}
	for round := range rounds {
		for _, w := range []*way{client, cold, warm} {
			c, err := w.submit(ctx, round)
			if err != nil {
				return false, fmt.Errorf("%s: %w", w.name, err)
			}
			w.costs = append(w.costs, c)
			fmt.Printf("%-14s  accepted %8s  running %8s  cpu %8s\n", w.name,
				c.accepted.Round(time.Millisecond), c.running.Round(time.Millisecond), c.cpu.Round(time.Millisecond))
		}
	}
	accepted := func(c cost) time.Duration { return c.accepted }
	running := func(c cost) time.Duration { return c.running }
	cpu := func(c cost) time.Duration { return c.cpu }
	kept := true
	for _, p := range []struct {
		name  string
		ours  *way
		of    func(cost) time.Duration
		least float64
	}{
		{"accepted, warm", warm, accepted, 20},
		{"cpu, warm", warm, cpu, 50},
		{"accepted, cold", cold, accepted, 4},
		{"all tasks running, warm", warm, running, 1},
	} {
		a, b := client.median(p.of), p.ours.median(p.of)
		ratio := float64(a) / float64(cmp.Or(b, 1))
		verdict := "kept"
		if ratio < p.least {
			verdict, kept = "BROKEN", false
		}
		fmt.Printf("%-24s %6.1f of at least %2.0f x  %s  (%s against %s, medians of %d in turns)\n", p.name, ratio, p.least, verdict,
			b.Round(time.Millisecond), a.Round(time.Millisecond), rounds)
	}
	return kept, nil
}
