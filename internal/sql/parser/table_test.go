package parser

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

var table = flag.String("table", "", "write the conformance table to this file: ../../../docs/conformance.md")

// TestConformanceTable counts agreement with the live parsers by group of statements and release, and with -table writes
// the page about it. It covers the shared corpora and the statements under testdata.
func TestConformanceTable(t *testing.T) {
	t.Parallel()
	groups, total, differences := map[string][]tally{}, make([]tally, len(token.Releases())), []string{}
	for corpus, cases := range corpora(t) {
		for _, c := range cases {
			if hasVariable(c.SQL) {
				continue
			}
			group := groupOf(c.SQL)
			if groups[group] == nil {
				groups[group] = make([]tally, len(token.Releases()))
			}
			for i, r := range token.Releases() {
				_, findings := Parse(source.New(c.ID, c.SQL), Options{Release: r})
				agrees := (rejected(findings) == nil) == (c.Flink[r.String()] == "accept")
				groups[group][i].add(agrees)
				total[i].add(agrees)
				if !agrees {
					differences = append(differences, fmt.Sprintf("%s for %s: Flink %ss `%s`", corpus, r, c.Flink[r.String()], oneLine(c.SQL)))
				}
			}
		}
	}
	for i, r := range token.Releases() {
		if total[i].percent() < 99.5 {
			t.Errorf("agrees with Flink %s on %.2f %% only", r, total[i].percent())
		}
	}
	if *table == "" {
		return
	}
	if err := os.WriteFile(*table, []byte(page(groups, total, differences)), 0o644); err != nil {
		t.Fatal(err)
	}
}

type tally struct{ n, agreed int }

func (t *tally) add(agrees bool) {
	t.n++
	if agrees {
		t.agreed++
	}
}

func (t tally) percent() float64 { return 100 * float64(t.agreed) / float64(max(t.n, 1)) }

// groupOf names a group of statements by its first words.
func groupOf(sql string) string {
	var words []string
	for _, tok := range token.All(sql) {
		if tok.Kind == token.EOF || len(words) == 4 {
			break
		}
		if tok.Kind.IsWord() && !slices.Contains([]token.Kind{token.OR, token.REPLACE, token.TEMPORARY, token.SYSTEM}, tok.Kind) {
			words = append(words, tok.Kind.Word())
		}
	}
	words = append(words, "", "")
	switch words[0] {
	case "SELECT", "WITH", "VALUES", "TABLE":
		return "queries"
	case "CREATE", "ALTER", "DROP":
		switch words[1] {
		case "TABLE", "VIEW", "FUNCTION", "MATERIALIZED", "CATALOG", "DATABASE", "MODEL", "CONNECTION":
			return words[0] + " " + strings.Replace(words[1], "MATERIALIZED", "MATERIALIZED TABLE", 1)
		}
	case "INSERT", "UPSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE":
		return "INSERT, UPDATE, DELETE, TRUNCATE"
	case "SHOW", "DESCRIBE", "DESC", "USE":
		return "SHOW, DESCRIBE, USE"
	case "EXPLAIN", "EXECUTE", "COMPILE", "BEGIN", "END":
		return "EXPLAIN, EXECUTE, COMPILE, statement sets"
	case "SET", "RESET":
		return "SET, RESET"
	}
	return "other"
}

func oneLine(sql string) string {
	s := strings.ReplaceAll(strings.Join(strings.Fields(sql), " "), "`", "'")
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}

// page writes the table as Markdown.
func page(groups map[string][]tally, total []tally, differences []string) string {
	var b strings.Builder
	b.WriteString("# Agreement with Flink's own parser\n\n")
	b.WriteString("Statements of public projects and of our own, each labelled by the live parser of eight releases; how many of them this parser accepts and\n")
	b.WriteString("refuses alike. Written by `go test ./internal/sql/parser -run TestConformanceTable -table ../../../docs/conformance.md`.\n\n")
	b.WriteString("| Statements | cases |")
	for _, r := range token.Releases() {
		fmt.Fprintf(&b, " %s |", r)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(token.Releases())) + "\n")
	row := func(name string, tallies []tally) {
		fmt.Fprintf(&b, "| %s | %d |", name, tallies[0].n)
		for _, t := range tallies {
			fmt.Fprintf(&b, " %.2f %% |", t.percent())
		}
		b.WriteByte('\n')
	}
	names := make([]string, 0, len(groups))
	for name := range groups {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		row(name, groups[name])
	}
	row("**all**", total)
	b.WriteString("\n## Known differences\n\n")
	b.WriteString("- A byte order mark at the start of a file is taken away when the file is read; Flink's parser refuses it.\n")
	b.WriteString("- `${NAME}` without a value is accepted by the parser and reported by `lint` (AS1007); Flink has no variables and stops at the `$`.\n")
	b.WriteString("- A name may end in `.*` only where that means something; Flink's grammar takes `CREATE TABLE t.* (a INT)` too.\n")
	b.WriteString("- An unclosed comment, quoted name or statement set is reported where it begins; Flink stops at the end of the text.\n")
	slices.Sort(differences)
	for _, d := range differences {
		fmt.Fprintf(&b, "- %s\n", d)
	}
	return b.String()
}
