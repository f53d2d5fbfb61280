// Examples of rules.

package rule

import "strings"

// File is one file of an example.
type File struct{ Name, Text string }

// Files splits an example: lines "-- name.sql --" begin a file, of whatever kind. One without such a line is a single script.
func Files(example string) []File {
	var files []File
	for line := range strings.Lines(example) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		name, marked := strings.CutSuffix(name, " --")
		if ok && marked && strings.Contains(name, ".") && !strings.Contains(name, " ") {
			files = append(files, File{Name: name})
			continue
		}
		if len(files) == 0 {
			files = append(files, File{Name: "example.sql"})
		}
		files[len(files)-1].Text += line
	}
	return files
}

// Plain returns an example without its marks, for people.
func Plain(example string) string {
	var out strings.Builder
	for line := range strings.Lines(example) {
		text, _, marked := strings.Cut(line, " -- want")
		out.WriteString(text)
		if marked {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
