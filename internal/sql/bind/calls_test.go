package bind_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

const everyType = `CREATE TABLE t (ti TINYINT, si SMALLINT, i INT, bi BIGINT, f FLOAT, d DOUBLE, dc DECIMAL(10, 2), dl DECIMAL(38, 18), c CHAR(3),
  v VARCHAR(5), s STRING, bn BINARY(2), vb VARBINARY(4), by_ BYTES, b BOOLEAN, dt DATE, tm TIME(0), ts TIMESTAMP(3), ts6 TIMESTAMP(6),
  lz TIMESTAMP_LTZ(3), lz9 TIMESTAMP_LTZ(9), ai ARRAY<INT>, as_ ARRAY<STRING NOT NULL>, mp MAP<STRING, INT>, ms MULTISET<STRING>,
  r ROW<a INT, b STRING NOT NULL>, nn INT NOT NULL, sn STRING NOT NULL, dn DECIMAL(5, 1) NOT NULL, ar ARRAY<ROW<x INT, y STRING>>,
  tn TIMESTAMP(3) NOT NULL, rt TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR rt AS rt - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
`

// TestCallsOfThePlanner binds calls that live Flink was asked about. What it accepts must have no finding, and the type
// that it says wherever one is known here; of what it refuses, most must be refused.
func TestCallsOfThePlanner(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/calls-*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no calls: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "calls-"), ".tsv")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			release, ok := token.ParseRelease(name)
			if !ok {
				t.Fatalf("no release %s", name)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			asked, typed, refused, caught := 0, 0, 0, 0
			for line := range strings.Lines(string(text)) {
				call, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
				got, problem := typeOfCall(call, release)
				switch {
				case want == "!":
					refused++
					if problem != "" {
						caught++
					}
				case problem != "":
					t.Errorf("%s: %s, Flink says %s", call, problem, want)
				case got != "UNKNOWN" && strings.ReplaceAll(got, " NOT NULL", "") != strings.ReplaceAll(want, " NOT NULL", ""):
					t.Errorf("%s is %s, Flink says %s", call, got, want)
				default:
					asked++
					if got != "UNKNOWN" {
						typed++
					}
				}
			}
			t.Logf("%d accepted calls, %d of them typed; %d of %d refused calls are refused", asked, typed, caught, refused)
			if typed*10 < asked*8 || caught*10 < refused*6 {
				t.Error("too little is known")
			}
		})
	}
}

// typeOfCall returns the type of an expression over the table of every type, and the first thing wrong with it.
func typeOfCall(call string, release token.Release) (typ, problem string) {
	script, findings := parser.Parse(source.New("call.sql", everyType+"SELECT "+call+" FROM t"), parser.Options{Release: release})
	bound := bind.NewSession(release).Script(script)
	if findings = append(findings, bound.Findings()...); len(findings) > 0 {
		return "", findings[0].Message
	}
	last := bound.Statements[len(bound.Statements)-1]
	return last.Query.Columns()[0].Type.String(), ""
}
