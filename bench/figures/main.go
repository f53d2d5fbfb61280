// Command figures measures what the project promises in numbers and fails when a promise is broken:
//
//	go run ./figures [-runs 200] [-deploys 9] [-tests 3] ../bin/autostream
//
// Where time is involved a figure is a ratio of two measurements taken in turns, so that a slow or busy machine slows both;
// the seconds that a large project takes are promised for two idle processors.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// figure is one promise with what was measured.
type figure struct {
	name     string
	measured float64
	limit    float64
	unit     string
	detail   string // how it was measured, with the absolute numbers
}

func (f figure) kept() bool { return f.measured <= f.limit }

func main() {
	runs := flag.Int("runs", 200, "runs of each program when starting is measured")
	deploys := flag.Int("deploys", 9, "reports on a job on a real Flink 2.2, and a third of the deploys there; 0 leaves these figures out")
	tests := flag.Int("tests", 3, "rounds of SQL tests on a real Flink 2.2; 0 leaves that figure out")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: figures [-runs N] [-deploys N] [-tests N] AUTOSTREAM")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	kept, err := measure(ctx, os.Stdout, flag.Arg(0), *runs, *deploys, *tests)
	if err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
	if !kept {
		os.Exit(1)
	}
}

// measure prints each figure as it is known and says whether all promises are kept.
func measure(ctx context.Context, out io.Writer, program string, runs, deploys, tests int) (bool, error) {
	one := func(f figure, err error) ([]figure, error) { return []figure{f}, err }
	take := []func() ([]figure, error){
		func() ([]figure, error) { return one(size(program)) },
		func() ([]figure, error) { return one(startup(ctx, program, runs)) },
		func() ([]figure, error) { return ofProject(ctx, program, 5) },
		func() ([]figure, error) { return ofDiagnosis(ctx, program, 15) },
	}
	if deploys > 0 {
		take = append(take, func() ([]figure, error) { return one(deployShare(ctx, program, 3*deploys)) })
		take = append(take, func() ([]figure, error) { return one(reportOverhead(ctx, program, deploys)) })
	}
	if tests > 0 {
		take = append(take, func() ([]figure, error) { return one(testRate(ctx, program, tests)) })
	}
	kept := true
	for _, next := range take {
		figures, err := next()
		if err != nil {
			return false, err
		}
		for _, f := range figures {
			verdict := "kept"
			if !f.kept() {
				verdict, kept = "BROKEN", false
			}
			fmt.Fprintf(out, "%-44s %6.2f of %6.2f %-3s %s  (%s)\n", f.name, f.measured, f.limit, f.unit, verdict, f.detail)
		}
	}
	return kept, nil
}

// size holds the stripped binary to what people are willing to download.
func size(program string) (figure, error) {
	stat, err := os.Stat(program)
	if err != nil {
		return figure{}, err
	}
	return figure{"size of the stripped binary", float64(stat.Size()) / 1e6, 35, "MB", fmt.Sprintf("%d bytes", stat.Size())}, nil
}
