// Command parsers compares our SQL parser with the two fastest of Go, in one run and one process:
//
//	go run . [-rounds 12]
//
// Each parser gets the statements it accepts as one script, round after round in turns, and is judged by its best round in
// CPU time of the process, garbage collection included, so that a busy machine slows all of them alike. The command exits
// with 1 when a ratio is below what the project promises.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/cloudspannerecosystem/memefish"
	tidb "github.com/pingcap/tidb/pkg/parser"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // TiDB's parser needs some implementation of its literals

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// contestant is a parser and the statements it accepts.
type contestant struct {
	name       string
	parse      func(sql string) bool
	statements []string
	script     string
	best       time.Duration // CPU time of one pass over its statements
	allocs     uint64        // of one pass
}

func contestants() []*contestant {
	tp := tidb.New()
	return []*contestant{
		{name: "ours", parse: func(sql string) bool {
			_, findings := parser.Parse(source.New("", sql), parser.Options{Release: token.Default})
			return len(findings) == 0
		}},
		{name: "our lexer", parse: func(sql string) bool {
			l := token.NewLexer(sql)
			for l.Next().Kind != token.EOF {
			}
			return true
		}},
		{name: "memefish", parse: func(sql string) bool {
			_, err := memefish.ParseStatements("", sql)
			return err == nil
		}},
		{name: "tidb", parse: func(sql string) bool {
			_, _, err := tp.Parse(sql, "", "")
			return err == nil
		}},
	}
}

func main() {
	rounds := flag.Int("rounds", 12, "rounds of each parser")
	flag.Parse()
	kept := true
	for _, text := range corpora() {
		fmt.Printf("%s: %d statements, %d KB\n", text.name, len(text.statements), size(text.statements)/1000)
		all := contestants()
		for _, c := range all {
			c.choose(text.statements)
		}
		for range *rounds {
			for _, c := range all {
				c.round()
			}
		}
		for _, c := range all {
			fmt.Printf("  %-10s %7.1f MB/s  %5d statements  %5.2f allocations per 100 bytes\n", c.name, c.speed(), len(c.statements), 100*float64(c.allocs)/float64(len(c.script)))
		}
		kept = judge(all, text.judged) && kept
	}
	if !kept {
		os.Exit(1)
	}
}

// choose keeps the statements that the parser accepts.
func (c *contestant) choose(statements []string) {
	for _, s := range statements {
		if c.parse(s) {
			c.statements = append(c.statements, s)
		}
	}
	c.script = strings.Join(c.statements, ";\n")
	if !c.parse(c.script) {
		panic(c.name + " refuses a script of statements that it accepts")
	}
}

// round parses all statements until enough time has passed to be measured.
func (c *contestant) round() {
	if len(c.statements) == 0 {
		return
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, passes := cpu(), 0
	for cpu()-start < 300*time.Millisecond {
		c.parse(c.script)
		passes++
	}
	took := (cpu() - start) / time.Duration(passes)
	runtime.ReadMemStats(&after)
	c.allocs = (after.Mallocs - before.Mallocs) / uint64(passes)
	if c.best == 0 || took < c.best {
		c.best = took
	}
}

func (c *contestant) speed() float64 {
	if c.best == 0 {
		return 0
	}
	return float64(len(c.script)) / 1e6 / c.best.Seconds()
}

// promises are the least ratios to other parsers.
var promises = map[string]float64{"memefish": 3, "tidb": 4}

// judge prints the ratios and reports whether all promises are kept.
func judge(all []*contestant, judged bool) bool {
	ours, kept := all[0], true
	for _, c := range all {
		least, promised := promises[c.name]
		if !promised || c.speed() == 0 {
			continue
		}
		ratio, verdict := ours.speed()/c.speed(), ""
		if judged && ratio < least {
			verdict, kept = "  BROKEN", false
		}
		fmt.Printf("  %.1f × %s (promised %.0f)%s\n", ratio, c.name, least, verdict)
	}
	if per100 := 100 * float64(ours.allocs) / float64(len(ours.script)); judged && per100 > 3 {
		fmt.Printf("  more than 3 allocations per 100 bytes  BROKEN\n")
		kept = false
	}
	return kept
}

func size(statements []string) int {
	n := 0
	for _, s := range statements {
		n += len(s)
	}
	return n
}
