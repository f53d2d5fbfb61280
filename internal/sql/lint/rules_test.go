package lint

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

// Ids and names are unique, and every rule says why it is there.
func TestRules(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range Documented() {
		if seen[r.ID] || seen[r.Name] || !strings.HasPrefix(r.ID, "AS") || r.Text == "" || r.Category == "" {
			t.Errorf("rule %s %s", r.ID, r.Name)
		}
		seen[r.ID], seen[r.Name] = true, true
	}
	if !slices.IsSortedFunc(All(), func(a, b rule.Rule) int { return cmp.Compare(a.ID, b.ID) }) {
		t.Error("the list of rules is not in order of the ids")
	}
}

// A folder that no list names would be a rule that never runs.
func TestEveryFolderIsListed(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, r := range All() {
		listed[folder(r)] = true
	}
	folders, err := filepath.Glob("rules/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !listed[filepath.Base(f)] {
			t.Errorf("%s is not in All", f)
		}
	}
	if len(folders) != len(listed) {
		t.Errorf("%d folders, %d rules", len(folders), len(listed))
	}
}

// folder is where a rule lives: its name without hyphens.
func folder(r rule.Rule) string { return strings.ReplaceAll(r.Name, "-", "") }

// TestExamples holds every rule to its examples and to the scripts of its testdata: it reports the lines that say so, and
// no others. A good example has nothing that any rule would report.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, r := range All() {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			if r.Bad == "" || r.Good == "" || (r.Script != nil) == (r.Project != nil || r.Change != nil) {
				t.Fatal("a rule has a bad and a good example, and looks at scripts, at projects or at changes")
			}
			if !wants.MatchString(r.Bad) {
				t.Error("the bad example marks no line")
			}
			check(t, r, "bad.sql", r.Bad, r.Fixed)
			check(t, r, "good.sql", r.Good, "")
			for _, f := range judge(r.Good) {
				if f.Level != diag.Note {
					t.Errorf("the good example has %s %s", f.Rule, f.Message)
				}
			}
			more, _ := filepath.Glob(filepath.Join("rules", folder(r), "testdata", "*.sql"))
			for _, name := range more {
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				fixed, _ := os.ReadFile(strings.TrimSuffix(name, ".sql") + ".fixed")
				check(t, r, name, string(text), string(fixed))
			}
		})
	}
}

var wants = regexp.MustCompile(`-- want(?: "([^"]*)")?`)

// check compares the findings of one rule with the marks of an example, and what its fixes make of it.
func check(t *testing.T, r rule.Rule, name, text, fixed string) {
	t.Helper()
	var want, got []string
	for _, f := range rule.Files(text) {
		n := 0
		for line := range strings.Lines(f.Text) {
			n++
			for range wants.FindAllString(line, -1) {
				want = append(want, fmt.Sprintf("%s:%d", f.Name, n))
			}
		}
	}
	findings := slices.DeleteFunc(judge(text), func(f diag.Finding) bool { return f.Rule != r.ID })
	for _, f := range findings {
		at := f.File.Position(f.Span.Start)
		got = append(got, fmt.Sprintf("%s:%d", f.File.Name, at.Line))
		if m := wants.FindStringSubmatch(f.File.Line(at.Line)); m != nil && !regexp.MustCompile(m[1]).MatchString(f.Message) {
			t.Errorf("%s:%d: %s, want %s", name, at.Line, f.Message, m[1])
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", name, diff)
		for _, f := range findings {
			t.Logf("%s", f.Message)
		}
	}
	if fixed == "" {
		for _, f := range findings {
			if len(f.Fixes) > 0 {
				t.Errorf("%s has a fix, and no text that it makes", name)
			}
		}
		return
	}
	made, _ := diag.Apply(text, slices.Collect(func(yield func(diag.Fix) bool) {
		for _, f := range findings {
			for _, fix := range f.Fixes[:min(1, len(f.Fixes))] {
				if !yield(fix) {
					return
				}
			}
		}
	}))
	made = wants.ReplaceAllString(made, "")
	if diff := gocmp.Diff(trimmed(fixed), trimmed(made)); diff != "" {
		t.Errorf("%s fixed: %s", name, diff)
	}
	for _, f := range judge(made) {
		if f.Level == diag.Error || f.Rule == r.ID && len(f.Fixes) > 0 {
			t.Errorf("%s fixed has %s %s", name, f.Rule, f.Message)
		}
	}
}

// trimmed drops blanks at the ends of lines, where marks stood.
func trimmed(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(strings.TrimRight(line, " \t\r\n") + "\n")
	}
	return strings.TrimRight(out.String(), "\n")
}

// judge runs all rules over an example: over each of its files, and over all of them as a project whose files are jobs.
// A file named tables.sql is shared. A first line "-- flink 2.3" chooses the release.
func judge(example string) []diag.Finding {
	release := token.Default
	if m := regexp.MustCompile(`^-- flink (\S+)\n`).FindStringSubmatch(example); m != nil {
		release, _ = token.ParseRelease(m[1])
	}
	session := bind.NewSession(release)
	var all []diag.Finding
	var facts, before []*rule.Facts
	for _, f := range rule.Files(example) {
		o := Options{Release: release, Session: session, Rules: All(), Job: strings.TrimSuffix(f.Name, ".sql")}
		if f.Name == "example.sql" {
			o.Job = ""
		}
		if f.Name == "tables.sql" {
			o.Shared, o.Job = true, ""
		} else {
			o.Session = session.Child()
		}
		if name, ok := strings.CutPrefix(f.Name, "before/"); ok {
			before = append(before, Script(source.New(name, f.Text), o).Facts)
			continue
		}
		r := Script(source.New(f.Name, f.Text), o)
		all = append(all, r.Findings...)
		facts = append(facts, r.Facts)
	}
	if before != nil {
		all = append(all, Changed(before, facts, All())...)
	}
	return append(all, Project(facts, All())...)
}
