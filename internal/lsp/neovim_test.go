//go:build neovim

package lsp_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestNeovim runs the server in a real Neovim, 0.11 or later, with the configuration of the guide as it stands there. NVIM
// names the program; otherwise it is nvim.
func TestNeovim(t *testing.T) {
	program := os.Getenv("NVIM")
	if program == "" {
		program = "nvim"
	}
	home := t.TempDir()
	bin, project, config := filepath.Join(home, "bin"), filepath.Join(home, "shop"), filepath.Join(home, "init.lua")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(bin, "autostream"), "../../cmd/autostream")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, text := range map[string]string{
		config: guided(t), filepath.Join(project, "autostream.yaml"): projectFile, filepath.Join(project, "tables", "orders.sql"): tables,
		filepath.Join(project, "jobs", "a.sql"): "SELECT id FROM orders;\n", filepath.Join(project, "jobs", "b.sql"): jobB,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	script, err := filepath.Abs(filepath.Join("testdata", "neovim.lua"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, program, "--headless", "-i", "NONE", "-n", "-u", config, "-c", "luafile "+script)
	cmd.Dir = project
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+home,
		"XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := `diagnostic AS2003 0:11 unknown column "nosuch" in orders: orders has id, customer, amount, ts
hover ` + "```sql amount DECIMAL(10, 2) ```" + ` from ` + "`orders`" + `, declared in tables/orders.sql:1
definition tables/orders.sql 0
completion true true true
format SELECT id, amount FROM orders;
rename INSERT INTO sums SELECT orderly.customer, SUM(orderly.amount) AS total FROM orders AS orderly GROUP BY orderly.customer;
lenses 2
symbols 2
command autostream.preview function
command autostream.lineage function
end`
	var got []string
	for line := range strings.Lines(string(out)) {
		got = append(got, strings.TrimRight(line, "\r\n"))
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), got); diff != "" {
		t.Errorf("Neovim shows something else (-want +got):\n%s", diff)
	}
}

// guided is the configuration that the guide tells people to write.
func guided(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", "editors.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "```lua\n")
	text, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("the guide has no configuration for Neovim")
	}
	return text
}
