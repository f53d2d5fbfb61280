package diag

import (
	"fmt"
	"io"
)

// Style colours the parts of a finding; the zero Style prints plain text.
type Style struct {
	Level func(Level, string) string
	Dim   func(string) string
}

// WriteText writes findings for people, each with its excerpt:
//
//	jobs/pv_uv.sql:14:8: error AS2003: unknown column "uuid" in events
//	   14 |   COUNT(DISTINCT uuid) AS uv
//	      |                  ^^^^
//	  events has uid (STRING)
func WriteText(w io.Writer, findings []Finding, style Style) error {
	for _, f := range findings {
		at := f.File.Position(f.Span.Start)
		level := f.Level.String()
		if style.Level != nil {
			level = style.Level(f.Level, level)
		}
		excerpt := f.File.Excerpt(f.Span, "")
		if style.Dim != nil {
			excerpt = style.Dim(excerpt)
		}
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s %s: %s\n%s", f.File.Name, at.Line, at.Column, level, f.Rule, f.Message, excerpt); err != nil {
			return err
		}
		for _, r := range f.Related {
			at := r.File.Position(r.Span.Start)
			if _, err := fmt.Fprintf(w, "  %s:%d:%d: %s\n", r.File.Name, at.Line, at.Column, r.Message); err != nil {
				return err
			}
		}
		if f.Help != "" {
			if _, err := fmt.Fprintf(w, "  %s\n", f.Help); err != nil {
				return err
			}
		}
	}
	return nil
}
