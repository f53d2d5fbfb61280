package diag

import "github.com/autostream/autostream/internal/base/source"

// JSONFinding is a finding in the shape of the command-line contract: positions count from 1, columns count characters,
// ends are exclusive.
type JSONFinding struct {
	Rule      string    `json:"rule"`
	Name      string    `json:"name"`
	Level     string    `json:"level"`
	Category  string    `json:"category"`
	File      string    `json:"file"`
	Statement int       `json:"statement,omitempty"`
	Line      int       `json:"line"`
	Column    int       `json:"column"`
	EndLine   int       `json:"endLine"`
	EndColumn int       `json:"endColumn"`
	Message   string    `json:"message"`
	Help      string    `json:"help,omitempty"`
	Fixes     []JSONFix `json:"fixes,omitempty"`
}

// JSONFix is a fix in the shape of the contract.
type JSONFix struct {
	Title string     `json:"title"`
	Safe  bool       `json:"safe"`
	Edits []JSONEdit `json:"edits"`
}

// JSONEdit replaces the text from its start to its (exclusive) end.
type JSONEdit struct {
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Text      string `json:"text"`
}

// JSON converts findings; the result is never nil, so that an empty list prints as [].
func JSON(findings []Finding) []JSONFinding {
	out := make([]JSONFinding, 0, len(findings))
	for _, f := range findings {
		start, end := f.File.Position(f.Span.Start), f.File.Position(f.Span.End)
		j := JSONFinding{
			Rule: f.Rule, Name: f.Name, Level: f.Level.String(), Category: string(f.Category), File: f.File.Name,
			Statement: f.Statement, Line: start.Line, Column: start.Column, EndLine: end.Line, EndColumn: end.Column,
			Message: f.Message, Help: f.Help,
		}
		for _, fix := range f.Fixes {
			j.Fixes = append(j.Fixes, JSONFix{Title: fix.Title, Safe: fix.Safe, Edits: jsonEdits(f.File, fix.Edits)})
		}
		out = append(out, j)
	}
	return out
}

func jsonEdits(file *source.File, edits []Edit) []JSONEdit {
	out := make([]JSONEdit, 0, len(edits))
	for _, e := range edits {
		start, end := file.Position(e.Span.Start), file.Position(e.Span.End)
		out = append(out, JSONEdit{Line: start.Line, Column: start.Column, EndLine: end.Line, EndColumn: end.Column, Text: e.Text})
	}
	return out
}
