// Command gen writes the documentation page of the Flink releases from the table in package release.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/flink/release"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], page(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// page is the whole page.
func page() []byte {
	var b bytes.Buffer
	b.WriteString("# Flink releases\n\n<!-- Made by go generate from internal/flink/release. -->\n\n" +
		"AutoStream works with these releases of Flink. A project names one in `autostream.yaml` (`flink: \"" + release.Latest.String() + "\"`);\n" +
		"`autostream flink install " + release.Latest.String() + "` puts it into the user's cache.\n\n")
	releases(&b)
	b.WriteString("\n## What they have\n\n")
	features(&b)
	b.WriteString("\n## Connectors\n\nThe jars that AutoStream fetches for a job on a release. JDBC needs the driver of the database besides.\n\n")
	connectors(&b)
	b.WriteString("\n## Renamed options\n\n" +
		"AutoStream takes an option by any of its names and writes it under the one that the release knows: a release ignores\n" +
		"names that came later without a word. A name that ends in a dot stands for every option below it.\n\n")
	renames(&b)
	return b.Bytes()
}

func releases(b *bytes.Buffer) {
	b.WriteString("| Flink | provisioned | Java | configuration | SQL Gateway REST | `_metadata` |\n|---|---|---|---|---|---|\n")
	for _, r := range release.All() {
		fmt.Fprintf(b, "| %s | %s | %s | `%s` | %s | v%d |\n", r.Line, r.Version, list(r.Java, ""), r.ConfigFile, list(r.Gateway, "v"), r.Metadata)
	}
}

func list(numbers []int, prefix string) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = prefix + strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

func features(b *bytes.Buffer) {
	b.WriteString("| |")
	for _, r := range release.All() {
		fmt.Fprintf(b, " %s |", r.Line)
	}
	b.WriteString("\n|---|" + strings.Repeat(":-:|", len(release.All())) + "\n")
	for _, f := range release.Features() {
		fmt.Fprintf(b, "| %s |", f)
		for _, r := range release.All() {
			mark := " "
			if r.Line.Has(f) {
				mark = "✓"
			}
			fmt.Fprintf(b, " %s |", mark)
		}
		b.WriteByte('\n')
	}
}

func connectors(b *bytes.Buffer) {
	b.WriteString("| Flink |")
	for _, name := range release.Connectors() {
		fmt.Fprintf(b, " %s |", name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(release.Connectors())) + "\n")
	for _, r := range release.All() {
		fmt.Fprintf(b, "| %s |", r.Line)
		for _, name := range release.Connectors() {
			jars, _ := r.Line.Connector(name) // every release has every connector, as a test holds
			words := make([]string, len(jars))
			for i, jar := range jars {
				words[i] = "`" + jar.Artifact + ":" + jar.Version + "`"
			}
			fmt.Fprintf(b, " %s |", strings.Join(words, "<br>"))
		}
		b.WriteByte('\n')
	}
}

func renames(b *bytes.Buffer) {
	b.WriteString("| since | before | now |\n|---|---|---|\n")
	for _, r := range release.Renames() {
		since := r.Since.String()
		if r.Since == release.All()[0].Line {
			since = "always" // before the first release of the table
		}
		fmt.Fprintf(b, "| %s | `%s` | `%s` |\n", since, r.Old, r.New)
	}
}
