package project_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/project"
)

const settingsGuide = "../../docs/guide/settings.md"

// The guide to the settings has a row for every one of them, and its example is a project.
func TestSettingsGuide(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(settingsGuide)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range settingKeys(t) {
		if key == "target" {
			continue // the column
		}
		if last := key[strings.LastIndexByte(key, '.')+1:]; !strings.Contains(string(text), "`"+key+"`") && !strings.Contains(string(text), ", `."+last+"`") {
			t.Errorf("%s has nothing about %s", settingsGuide, key)
		}
	}
	_, example, _ := strings.Cut(string(text), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, project.FileName), []byte("version: 1\nname: shop\n"+example), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, findings, err := project.Load(dir, project.Options{}); err != nil || len(findings) > 0 {
		t.Error(err, findings)
	}
}

// settingKeys are the keys of defaults, as paths.
func settingKeys(t *testing.T) []string {
	t.Helper()
	text, err := project.SchemaJSON()
	if err != nil {
		t.Fatal(err)
	}
	type object struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	var root, defaults object
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(root.Properties["defaults"], &defaults); err != nil {
		t.Fatal(err)
	}
	var keys []string
	var walk func(path string, o object)
	walk = func(path string, o object) {
		for _, name := range slices.Sorted(maps.Keys(o.Properties)) {
			var inner object
			if json.Unmarshal(o.Properties[name], &inner) == nil && len(inner.Properties) > 0 {
				walk(path+name+".", inner)
			} else {
				keys = append(keys, path+name)
			}
		}
	}
	walk("", defaults)
	return keys
}
