package rules

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// untold are rules whose mistake no text shows: bytes that are no UTF-8, and a file of many megabytes.
var untold = map[string]bool{"AP1002": true, "AP1008": true, "AP2003": true}

// TestExamples holds every rule about projects and plans to its examples: in the bad project nothing else is wrong, in the good
// one nothing at all. The rules about SQL are held to theirs in sql/lint.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, r := range All() {
		if !strings.HasPrefix(r.ID, "AP") || untold[r.ID] {
			continue
		}
		t.Run(r.ID+" "+r.Name, func(t *testing.T) {
			t.Parallel()
			if r.Bad == "" || r.Good == "" {
				t.Fatal("a rule has a bad and a good example")
			}
			found := false
			for _, f := range judge(t, r.Bad) {
				found = found || f.Rule == r.ID
				if f.Rule != r.ID && f.Level != diag.Note {
					t.Errorf("the bad example has %s %s too", f.Rule, f.Message)
				}
			}
			if !found {
				t.Error("nothing is found in the bad example")
			}
			for _, f := range judge(t, r.Good) {
				t.Errorf("the good example has %s %s", f.Rule, f.Message)
			}
		})
	}
}

// judge loads an example and plans its jobs.
func judge(t *testing.T, example string) []diag.Finding {
	t.Helper()
	dir := t.TempDir()
	for _, f := range rule.Files(example) {
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(f.Text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, found, err := project.Load(dir, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found = append(found, p.UnknownLintRules(lint.Names())...)
	if slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Level == diag.Error }) {
		return found // the project is good for looking at only
	}
	for _, job := range p.Jobs {
		scripts, more, err := p.Scripts(job)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, more...)
		source := plan.Source{Job: job, Release: p.Release}
		source.Target, _ = p.Target(job.Target)
		for _, s := range scripts {
			tree, broken := parser.Parse(s.Recorded, parser.Options{Release: token.Default})
			found = append(found, broken...)
			source.Scripts = append(source.Scripts, plan.Script{Script: s, Tree: tree})
		}
		if len(scripts) > 0 {
			_, refused := plan.Of(source)
			found = append(found, refused...)
		}
	}
	return found
}
