package scaffold_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/project/scaffold"
)

// TestProjectIsSound loads what init writes, for names that YAML would read as something else too.
func TestProjectIsSound(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"shop", "2026", "1e3", "true", "null", "no", "a.b-c_d"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, f := range scaffold.Files(name, "1.20") {
				path := filepath.Join(dir, f.Name)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(f.Text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			p, findings, err := project.Load(dir, project.Options{})
			if err != nil || len(findings) > 0 || p.Name != name || p.Release != "1.20" || len(p.Jobs) != 1 {
				diag.WriteText(t.Output(), findings, diag.Style{})
				t.Fatalf("project %+v, error %v", p, err)
			}
			if _, findings, err := p.Scripts(p.Jobs[0]); err != nil || len(findings) > 0 {
				t.Errorf("scripts: %v, %v", findings, err)
			}
		})
	}
}
