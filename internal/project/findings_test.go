package project_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/project"
)

var update = flag.Bool("update", false, "rewrite the goldens of the cases that run")

// TestFindings loads each project of testdata/findings and compares what is said about it and about its scripts.
func TestFindings(t *testing.T) {
	t.Parallel()
	cases, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for _, f := range archive.Files {
				files[f.Name] = string(f.Data)
			}
			got := findingsOf(t, folder(t, files))
			if *update {
				archive.Files[len(archive.Files)-1].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(files["want"], got); diff != "" {
				t.Errorf("findings differ (-want +got):\n%s", diff)
			}
		})
	}
}

// findingsOf prints all findings about a project and the scripts of its jobs.
func findingsOf(t *testing.T, dir string) string {
	t.Helper()
	p, findings, err := project.Load(dir, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range p.Jobs {
		if job.Kind != project.SQL || incomplete(findings) {
			continue
		}
		_, more, err := p.Scripts(job)
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, more...)
	}
	diag.Sort(findings)
	var out strings.Builder
	if err := diag.WriteText(&out, findings, diag.Style{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// incomplete says whether files that scripts need are known to be missing.
func incomplete(findings []diag.Finding) bool {
	return slices.ContainsFunc(findings, func(f diag.Finding) bool {
		return f.Name == "missing-file" || f.Name == "path-outside" || f.Name == "wrong-type"
	})
}
