package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
)

// Document is what the writers for other tools need beside the findings.
type Document struct {
	Findings []Finding
	Rules    []Rule                           // all that could have been reported
	Path     func(*source.File) string        // as the other tool knows the file: relative to the repository, with slashes
	Files    []string                         // every file that was looked at, by that path
	Page     func(id string) string           // address of the page about a rule; nil without
	Details  func(id string) (string, string) // text and Markdown about a rule beyond Rule.Text; nil without
	Version  string                           // of this program
	Limit    Level                            // findings of this level and worse make the run fail
}

// fails says whether a finding makes the run fail.
func (d *Document) fails(f *Finding) bool { return f.Level <= d.Limit }

// text is what tools without a field for help show.
func (f *Finding) text() string {
	if f.Help == "" {
		return f.Message
	}
	return f.Message + "\n" + f.Help
}

// Fingerprints identify findings across edits: they are made of the rule, the file and the text at the place, and stay the
// same when lines above come and go. Of several that are equal the order counts.
func Fingerprints(findings []Finding) []string {
	seen := map[string]int{}
	prints := make([]string, len(findings))
	for i, f := range findings {
		key := strings.Join([]string{f.Rule, f.File.Name, strings.Join(strings.Fields(f.File.Slice(f.Span)), " ")}, "\x00")
		seen[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key]))
		prints[i] = hex.EncodeToString(sum[:16])
	}
	return prints
}
