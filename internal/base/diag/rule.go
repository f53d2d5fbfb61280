package diag

import "github.com/autostream/autostream/internal/base/source"

// Rule is a kind of finding: what all findings of one id have in common. Each room keeps its rules in one table, from
// which messages, the reference and `autostream rules` are made.
type Rule struct {
	ID       string // "AP1004"; ids are never reused
	Name     string // "missing-file"
	Level    Level
	Category Category
	Text     string // one paragraph for people who want to know why
}

// At returns a finding of the rule about one place.
func (r Rule) At(file *source.File, span source.Span, message, help string) Finding {
	return Finding{
		Rule: r.ID, Name: r.Name, Level: r.Level, Category: r.Category,
		File: file, Span: span, Message: message, Help: help,
	}
}
