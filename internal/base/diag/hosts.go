// What the hosts of repositories show beside the changed lines of a request.

package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// uriPath writes a path as a relative URI: bytes that mean something else there are escaped.
func uriPath(path string) string {
	var b strings.Builder
	for i := range len(path) {
		switch c := path[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("/-._~", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// WriteGitHub writes workflow commands, which GitHub Actions turns into annotations.
func WriteGitHub(w io.Writer, d *Document) error {
	value := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	command := [...]string{Error: "error", Warning: "warning", Note: "notice"}
	for i := range d.Findings {
		f := &d.Findings[i]
		start, end := f.File.Position(f.Span.Start), f.File.Position(f.Span.End)
		_, err := fmt.Fprintf(w, "::%s file=%s,line=%d,endLine=%d,col=%d,endColumn=%d,title=%s::%s\n", command[f.Level], property.Replace(d.Path(f.File)),
			start.Line, end.Line, start.Column, end.Column, property.Replace(f.Rule+" "+f.Name), value.Replace(f.text()))
		if err != nil {
			return err
		}
	}
	return nil
}

// WriteGitLab writes a code quality report of GitLab, which is a part of what Code Climate specified.
func WriteGitLab(w io.Writer, d *Document) error {
	type lines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	}
	type location struct {
		Path  string `json:"path"`
		Lines lines  `json:"lines"`
	}
	type issue struct {
		Type        string   `json:"type"`
		Name        string   `json:"check_name"`
		Description string   `json:"description"`
		Fingerprint string   `json:"fingerprint"`
		Severity    string   `json:"severity"`
		Location    location `json:"location"`
	}
	severity := [...]string{Error: "critical", Warning: "major", Note: "info"}
	prints := Fingerprints(d.Findings)
	issues := make([]issue, 0, len(d.Findings))
	for i := range d.Findings {
		f := &d.Findings[i]
		issues = append(issues, issue{
			Type: "issue", Name: f.Rule + " " + f.Name, Description: f.text(), Fingerprint: prints[i], Severity: severity[f.Level],
			Location: location{Path: d.Path(f.File), Lines: lines{f.File.Position(f.Span.Start).Line, f.File.Position(f.Span.End).Line}},
		})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(issues)
}
