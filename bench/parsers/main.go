// Command parsers compares our SQL parser with the two fastest of Go, in one run and one process:
//
//	go run . [-rounds 10] [FILE.sql…]
//
// Each parser gets the statements it accepts, as one script and again one at a time, round after round in turns, and is
// judged by its best round in CPU time of the process, garbage collection included, so that a busy machine slows all of them
// alike. Files are measured too, each as one statement of one more text. Our parser is then given 1, 10 and 100 times the
// text. The command exits with 1 when something is worse than what the project promises.
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
	ways       [2]reading
}

// way is how statements are handed over.
type way int

const (
	asScript way = iota
	oneByOne
)

func (w way) String() string { return [...]string{"as one script", "one at a time"}[w] }

// reading is what one pass over the statements of a contestant costs at best.
type reading struct {
	cpu    time.Duration
	allocs uint64
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
	rounds := flag.Int("rounds", 10, "rounds of each parser")
	flag.Parse()
	texts, err := corpora(flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var broken []string
	for _, text := range texts {
		fmt.Printf("%s: %d statements, %d KB\n", text.name, len(text.statements), size(text.statements)/1000)
		all := contestants()
		for _, c := range all {
			c.choose(text.statements)
		}
		for range *rounds {
			for _, c := range all {
				c.round(asScript)
				c.round(oneByOne)
			}
		}
		for _, w := range []way{asScript, oneByOne} {
			broken = append(broken, judge(text, all, w)...)
		}
		if text.judged {
			broken = append(broken, growth(all[0])...)
		}
	}
	for _, b := range broken {
		fmt.Println("BROKEN:", b)
	}
	if len(broken) > 0 {
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
func (c *contestant) round(w way) {
	if len(c.statements) == 0 {
		return
	}
	statements := c.statements
	if w == asScript {
		statements = []string{c.script}
	}
	now := measure(c.parse, statements)
	best := &c.ways[w]
	best.allocs = now.allocs
	if best.cpu == 0 || now.cpu < best.cpu {
		best.cpu = now.cpu
	}
}

// sample is how long one measurement takes.
const sample = 150 * time.Millisecond

// measure parses the statements again and again and returns what one pass costs.
func measure(parse func(string) bool, statements []string) reading {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, passes := cpu(), 0
	for cpu()-start < sample {
		for _, s := range statements {
			parse(s)
		}
		passes++
	}
	took := (cpu() - start) / time.Duration(passes)
	runtime.ReadMemStats(&after)
	return reading{took, (after.Mallocs - before.Mallocs) / uint64(passes)}
}

// speed is in MB/s.
func (c *contestant) speed(w way) float64 {
	if c.ways[w].cpu == 0 {
		return 0
	}
	return float64(len(c.script)) / 1e6 / c.ways[w].cpu.Seconds()
}

func size(statements []string) int {
	n := 0
	for _, s := range statements {
		n += len(s)
	}
	return n
}
