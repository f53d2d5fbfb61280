package bind_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// TestColumnTypesOfConnectors tries every type in a table of every connector and format, read and written, and compares with
// what live Flink refuses. A scan that reads only some columns gets a warning, since nobody knows here which they are.
func TestColumnTypesOfConnectors(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/column-types.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	tables := map[string]string{}
	refused := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch fields[0] {
		case "types":
			types = strings.Split(fields[1], "; ")
		case "table":
			tables[fields[1]] = fields[2]
		case "refused":
			refused[fields[1]+" "+fields[2]] = strings.Split(fields[3], "; ")
		}
	}
	if len(types) < 40 || len(tables) < 10 {
		t.Fatalf("%d types, %d tables", len(types), len(tables))
	}
	for use, bad := range refused {
		name, use, _ := strings.Cut(use, " ")
		for _, typ := range types {
			statement := "SELECT * FROM t"
			if use == "sink" {
				statement = "INSERT INTO t SELECT CAST(NULL AS " + typ + ")"
			}
			script := strings.Replace(tables[name], "TYPE", typ, 1) + ";\n" + statement
			parsed, findings := parser.Parse(source.New("types.sql", script), parser.Options{Release: token.V2_3})
			if len(findings) > 0 {
				t.Fatalf("%s: %s", script, findings[0].Message)
			}
			found := false
			for _, f := range bind.NewSession(token.V2_3).Script(parsed).Findings() {
				found = found || f.Rule == bind.ColumnType.ID
			}
			if want := slices.Contains(bad, typ); found != want {
				t.Errorf("%s of %s as %s: refused %v, Flink says %v", typ, name, use, found, want)
			}
		}
	}
}
