// Package scaffold holds the small project that `autostream init` writes: it deploys as it is.
package scaffold

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"github.com/autostream/autostream/internal/base/yaml"
)

//go:embed files
var files embed.FS

// File is one file of a new project.
type File struct {
	Name string // relative to the project, with slashes
	Text string
}

// Files returns the files of a project with a name and a Flink line, in name order.
func Files(name, flink string) []File {
	quoted, err := yaml.FromJSON(name) // 2026 is a name, but not without quotes
	if err != nil {
		panic(err) // a text can always be written
	}
	fill := strings.NewReplacer("@name@", strings.TrimSpace(string(quoted)), "@flink@", flink)
	var out []File
	for _, at := range []string{"gitignore", "autostream.yaml", "jobs/visits_per_page.sql", "jobs/visits_per_page_test.yaml", "tables/visits.sql"} {
		text, err := fs.ReadFile(files, path.Join("files", at))
		if err != nil {
			panic(err) // the list above names what is embedded; a test reads it
		}
		if at == "gitignore" {
			at = ".gitignore" // a file of this name would hide others from git here
		}
		out = append(out, File{Name: at, Text: fill.Replace(string(text))})
	}
	return out
}
