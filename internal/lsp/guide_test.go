package lsp_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestGuide holds the configurations of the guide to what the server says: both editors know the commands behind its code
// lenses, and the files of the VS Code extension fit each other.
func TestGuide(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", "editors.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := func(language string) string {
		_, rest, ok := strings.Cut(string(page), "```"+language+"\n")
		text, _, closed := strings.Cut(rest, "```")
		if !ok || !closed {
			t.Fatalf("the guide has no block of %s", language)
		}
		return text
	}
	var manifest struct {
		Main             string
		Engines          map[string]string
		ActivationEvents []string
		Dependencies     map[string]string
	}
	if err := json.Unmarshal([]byte(block("json")), &manifest); err != nil {
		t.Fatal(err)
	}
	extension := block("js")
	if manifest.Main != "./extension.js" || manifest.Engines["vscode"] == "" || !slices.Contains(manifest.ActivationEvents, "onLanguage:sql") {
		t.Errorf("package.json is %+v", manifest)
	}
	for _, required := range regexp.MustCompile(`require\('([a-z-]+)`).FindAllStringSubmatch(extension, -1) {
		if required[1] != "vscode" && manifest.Dependencies[required[1]] == "" {
			t.Errorf("extension.js needs %s, which package.json does not name", required[1])
		}
	}

	e := shop(t)
	e.open("jobs/b.sql", jobB)
	lenses, failure := e.request("textDocument/codeLens", map[string]any{"textDocument": e.document("jobs/b.sql")})
	if failure != nil || len(lenses.([]any)) == 0 {
		t.Fatal("no lenses", failure)
	}
	for _, lens := range lenses.([]any) {
		command := lens.(map[string]any)["command"].(map[string]any)["command"].(string)
		if !strings.Contains(extension, "registerCommand('"+command+"'") || !strings.Contains(block("lua"), "['"+command+"']") {
			t.Errorf("the guide does not say what %s does", command)
		}
	}
}
