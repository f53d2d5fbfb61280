package lint

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/udf"
)

// TestUpgrades holds what is said about an upgrade to the labels of live planners: a statement that one release accepts and the
// next refuses has a finding, and one that both accept has none.
func TestUpgrades(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"semantic": filepath.Join(shared(t), "corpus", "semantic.jsonl"),
		"plans":    "../changelog/testdata/plans.jsonl", "functions": "../changelog/testdata/functions.jsonl", "families": "../changelog/testdata/families.jsonl",
	} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var rows []*row
		for line := range strings.Lines(string(text)) {
			r := &row{}
			if err := json.Unmarshal([]byte(line), r); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, r)
		}
		for _, step := range [][2]token.Release{{token.V1_20, token.V2_2}, {token.V2_2, token.V2_3}} {
			t.Run(name+" "+step[0].String()+" to "+step[1].String(), func(t *testing.T) {
				t.Parallel()
				upgraded(t, rows, step[0], step[1])
			})
		}
	}
}

func upgraded(t *testing.T, rows []*row, from, to token.Release) {
	classes := classfile.OpenJars("../udf/testdata/shop.jar")
	judged := func(file *source.File, release token.Release) Report {
		session := bind.NewSession(release)
		session.Classes = func([]string) udf.Classes { return classes }
		return Script(file, Options{Release: release, Session: session, Rules: All()})
	}
	refused, found, both := 0, 0, 0
	for _, r := range rows {
		if r.Flink[to.String()] == nil || !r.accepted(from) {
			continue
		}
		file := source.New(r.ID, r.script())
		after := AfterUpgrade(file, judged(file, from).Findings, judged(file, to), to)
		switch accepted := r.accepted(to); {
		case accepted && len(after) > 0:
			t.Errorf("%s: %s", r.ID, after[0].Message)
		case accepted:
			both++
		case len(after) > 0:
			refused++
			found++
		default:
			refused++
			t.Errorf("%s: nothing said, though Flink %s refuses it: %s", r.ID, to, r.SQL)
		}
	}
	t.Logf("%d of %d statements that are refused after the upgrade are found; %d are accepted by both", found, refused, both)
}
