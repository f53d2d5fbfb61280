package sqltest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/project"
)

var update = flag.Bool("update", false, "rewrite the goldens")

func shop(t *testing.T) *project.Project {
	t.Helper()
	p, _, err := project.Load(filepath.Join("testdata", "shop"), project.Options{Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func read(t *testing.T, p *project.Project, name string) *Suite {
	t.Helper()
	s, err := Read(p, filepath.Join(p.Dir, "jobs", name+Suffix))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Findings) > 0 {
		t.Fatal(s.Findings)
	}
	return s
}

// What a session executes for the first case of every script, alone and beside others, and what its sources give.
func TestPrograms(t *testing.T) {
	t.Parallel()
	p := shop(t)
	files, err := filepath.Glob(filepath.Join(p.Dir, "jobs", "*"+Suffix))
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), Suffix)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			c := read(t, p, name).Cases[0]
			for _, home := range []string{"", "case_1"} {
				written, err := write(c, "/case", home, func(s string) (string, error) { return s, nil })
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&out, "=== home %q\n", home)
				for _, s := range slices.Concat(written.defined, written.inserts) {
					fmt.Fprintf(&out, "%s;\n", s.text)
				}
				for _, v := range written.views {
					fmt.Fprintf(&out, "view %s: %s;\n", v.name, v.query.text)
				}
			}
			for table := range slices.Values(c.Suite.script.tables) {
				feed, err := c.feed(table)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&out, "=== %s\n%s", table.id, feed)
			}
			golden(t, filepath.Join("testdata", "programs", name+".golden"), out.String())
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	p := shop(t)
	cases := slices.Concat(read(t, p, "revenue").Cases, read(t, p, "ratios").Cases, read(t, p, "archive").Cases, read(t, p, "balances").Cases)
	for name, at := range map[string]struct {
		size, jobs int
		want       []string
	}{
		// Of the revenue cases two look at other places, and two hold their sources open.
		"one job at a time": {50, 1, []string{"revenue 1 | revenue 3 | revenue 1 | ratios 3 | balances 1", "revenue 1 | revenue 1", "archive 1", "balances 1"}},
		"two":               {50, 2, []string{"revenue 1 | revenue 3 | revenue 1", "ratios 3 | balances 1", "revenue 1 | revenue 1", "archive 1", "balances 1"}},
		"a job for each":    {1, 2, nil},
	} {
		batches, err := Batches(cases, at.size, at.jobs)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range batches {
			var lanes []string
			for _, l := range b.Lanes {
				lanes = append(lanes, fmt.Sprint(strings.TrimSuffix(filepath.Base(l[0].Suite.Path), Suffix), " ", len(l)))
			}
			got = append(got, strings.Join(lanes, " | "))
		}
		if at.want == nil && len(got) == len(cases) {
			continue
		}
		if d := cmp.Diff(at.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestStopClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	for sql, want := range map[string]string{
		"SELECT now(), NOW, t.now()":                          "SELECT TO_TIMESTAMP_LTZ(1714564800000, 3), NOW, t.now()",
		"SELECT `CURRENT_DATE`, current_date":                 "SELECT `CURRENT_DATE`, CAST(TO_TIMESTAMP_LTZ(1714564800000, 3) AS DATE)",
		"SELECT LOCALTIMESTAMP - INTERVAL '1' DAY":            "SELECT CAST(TO_TIMESTAMP_LTZ(1714564800000, 3) AS TIMESTAMP(3)) - INTERVAL '1' DAY",
		"SELECT UNIX_TIMESTAMP(), UNIX_TIMESTAMP(s)":          "SELECT CAST(1714564800 AS BIGINT), UNIX_TIMESTAMP(s)",
		"SELECT 'CURRENT_TIME' -- CURRENT_TIME\n, PROCTIME()": "SELECT 'CURRENT_TIME' -- CURRENT_TIME\n, PROCTIME()",
	} {
		if got := apply(sql, stopClock(sql, now)); got != want {
			t.Errorf("%s\n got %s\nwant %s", sql, got, want)
		}
	}
	if edits := stopClock("SELECT NOW()", time.Time{}); edits != nil {
		t.Errorf("the real clock was stopped: %v", edits)
	}
}
