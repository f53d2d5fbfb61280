package lint

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

// TestUpgrades holds what is said about an upgrade to the labels of live planners: a statement that one release accepts and the
// next refuses has a finding, and one that both accept has none.
func TestUpgrades(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(shared(t), "corpus", "semantic.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range [][2]token.Release{{token.V1_20, token.V2_2}, {token.V2_2, token.V2_3}} {
		t.Run(step[0].String()+" to "+step[1].String(), func(t *testing.T) {
			t.Parallel()
			refused, found, both := 0, 0, 0
			for line := range strings.Lines(string(text)) {
				var r row
				if err := json.Unmarshal([]byte(line), &r); err != nil {
					t.Fatal(err)
				}
				if r.Flink[step[1].String()] == nil || !r.accepted(step[0]) {
					continue
				}
				file := source.New(r.ID, r.script())
				now := Script(file, Options{Release: step[0], Rules: All()})
				later := Script(file, Options{Release: step[1], Rules: All()})
				after := AfterUpgrade(file, now.Findings, later, step[1])
				switch accepted := r.accepted(step[1]); {
				case accepted && len(after) > 0:
					t.Errorf("%s: %s", r.ID, after[0].Message)
				case accepted:
					both++
				case len(after) > 0:
					refused++
					found++
				default:
					refused++
					t.Errorf("%s: nothing said, though Flink %s refuses it", r.ID, step[1])
				}
			}
			t.Logf("%d of %d statements that are refused after the upgrade are found; %d are accepted by both", found, refused, both)
		})
	}
}
