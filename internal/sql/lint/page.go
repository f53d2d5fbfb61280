package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

// Details returns what there is to say about a rule, as text and as Markdown; both are empty for an unknown one.
func Details(id string) (text, markdown string) {
	all := Documented()
	i := slices.IndexFunc(all, func(r rule.Rule) bool { return r.ID == id })
	if i < 0 {
		return "", ""
	}
	return Text(all[i]), Markdown(all[i])
}

// Text writes a rule for people at a terminal.
func Text(r rule.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n%s, %s\n\n%s\n", r.ID, r.Name, meaning(r.Level), r.Category, r.Text)
	example := func(title, sql string) {
		if sql == "" {
			return
		}
		fmt.Fprintf(&b, "\n%s:\n\n", title)
		for line := range strings.Lines(rule.Plain(sql)) {
			b.WriteString("    " + line)
		}
	}
	example("Reported", r.Bad)
	example("Not reported", r.Good)
	example("Repaired by --fix=all", r.Fixed)
	fmt.Fprintf(&b, "\nTo silence it where it stands:\n\n    -- autostream:ignore %s because …\n", r.ID)
	return b.String()
}

// Markdown writes a rule as a section of the reference.
func Markdown(r rule.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s %s\n\n%s, %s.\n\n%s\n", r.ID, r.Name, meaning(r.Level), r.Category, r.Text)
	example := func(title, sql string) {
		if sql != "" {
			fmt.Fprintf(&b, "\n%s:\n\n```sql\n%s\n```\n", title, strings.TrimRight(rule.Plain(sql), "\n"))
		}
	}
	example("Reported", r.Bad)
	example("Not reported", r.Good)
	example("Repaired by `--fix=all`", r.Fixed)
	return b.String()
}

// meaning is a level in words.
func meaning(l diag.Level) string {
	return [...]string{diag.Error: "error: Flink refuses it", diag.Warning: "warning: it runs but hurts", diag.Note: "note: style"}[l]
}
