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
		if (r.Script != nil) == (r.Project != nil || r.Change != nil) {
			t.Errorf("%s does not look at scripts, at projects or at changes", r.Name)
		}
	}
	for _, r := range Documented() {
		t.Run(r.ID+" "+r.Name, func(t *testing.T) {
			t.Parallel()
			if r.Bad == "" || r.Good == "" {
				t.Fatal("a rule has a bad and a good example")
			}
			if ofClasses[r.ID] {
				return
			}
			if !wants.MatchString(r.Bad) {
				t.Error("the bad example marks no line")
			}
			check(t, r, "bad.sql", r.Bad, r.Fixed)
			if r.Script == nil && r.Project == nil && r.Change == nil {
				onlyThis(t, r)
			}
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

// onlyThis holds the bad example of a rule of another room to that rule: what else is wrong, but in the lines that it is
// about, would hide what is meant.
func onlyThis(t *testing.T, r rule.Rule) {
	t.Helper()
	lines := strings.Split(r.Bad, "\n")
	for _, f := range judge(wants.ReplaceAllString(r.Bad, "")) {
		marked := wants.MatchString(lines[f.File.Position(f.Span.Start).Line-1])
		if f.Rule != r.ID && f.Level != diag.Note && !marked {
			t.Errorf("the bad example has %s %s too", f.Rule, f.Message)
		}
	}
}

// ofClasses are rules about classes of jars, which no script has; sql/changelog holds them to real ones.
var ofClasses = map[string]bool{"AS5017": true}

var upgrade = regexp.MustCompile(`^-- upgrade to (\S+)\n`)

var wants = regexp.MustCompile(`-- want(?: "([^"]*)")?`)

// check compares the findings of one rule with the marks of an example, and what its fixes make of it.
func check(t *testing.T, r rule.Rule, name, text, fixed string) {
	t.Helper()
	var want, got []string
	message := map[string]string{}
	for _, f := range rule.Files(text) {
		n := 0
		for line := range strings.Lines(f.Text) {
			n++
			for _, m := range wants.FindAllStringSubmatch(line, -1) {
				at := fmt.Sprintf("%s:%d", f.Name, n)
				want, message[at] = append(want, at), m[1]
			}
		}
	}
	text = wants.ReplaceAllString(text, "") // a mark is no reason of a comment that suppresses
	findings := slices.DeleteFunc(judge(text), func(f diag.Finding) bool { return f.Rule != r.ID })
	for _, f := range findings {
		at := fmt.Sprintf("%s:%d", f.File.Name, f.File.Position(f.Span.Start).Line)
		got = append(got, at)
		if pattern := message[at]; !regexp.MustCompile(pattern).MatchString(f.Message) {
			t.Errorf("%s %s: %s, want %s", name, at, f.Message, pattern)
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
// A file named tables.sql is shared. A first line "-- flink 2.3" chooses the release, "-- upgrade to 2.3" one to compare with.
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
		file := source.New(f.Name, f.Text)
		r := Script(file, o)
		all = append(all, Settle(r.Findings, r.Ignores, nil, func(string) bool { return true })...)
		if to := upgrade.FindStringSubmatch(example); to != nil {
			o.Release, _ = token.ParseRelease(to[1])
			o.Session = bind.NewSession(o.Release)
			all = append(all, AfterUpgrade(file, r.Findings, Script(file, o), o.Release)...)
		}
		facts = append(facts, r.Facts)
	}
	if before != nil {
		all = append(all, Changed(before, facts, All())...)
	}
	return append(all, Project(facts, All())...)
}
