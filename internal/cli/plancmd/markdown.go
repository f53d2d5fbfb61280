// Plans as Markdown, for a comment on a pull request: one table of all jobs, then what has to be decided about each, and
// last, folded away, what is only to be looked up.

package plancmd

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
)

func markdown(p jobs.Plan) string {
	var out, details strings.Builder
	out.WriteString(heading(p))
	out.WriteString("| job | target | change | state | readers |\n| --- | --- | --- | --- | --- |\n")
	for i := range p.Jobs {
		j := &p.Jobs[i]
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", cell(j.Job), cell(j.Target), summary(j), state(j), readers(j))
		if j.Action != job.Nothing && j.Action != job.Start {
			details.WriteString(detail(j))
		}
	}
	return out.String() + details.String()
}

// heading says what changed since a revision, and in which order to deploy it.
func heading(p jobs.Plan) string {
	if p.Since == "" {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "Since %.12s %d files have changed, and %d jobs.\n\n", p.Since, len(p.Files), len(p.Order))
	if len(p.Order) > 1 {
		out.WriteString("Deploy them in this order:\n")
		for i, s := range p.Order {
			fmt.Fprintf(&out, "%d. %s\n", i+1, strings.TrimSuffix("**"+text(s.Job)+"** — "+text(s.Reason), " — "))
		}
		out.WriteString("\n")
	}
	return out.String()
}

// summary counts changes by kind: "sql, 2 operators, 1 option".
func summary(j *jobs.Planned) string {
	switch {
	case j.Action == job.Nothing && len(j.Reads) > 0:
		return cell(j.Reason)
	case j.Action == job.Nothing:
		return "none"
	case j.Action != job.Replace && j.Action != job.Rescale:
		return strings.TrimSuffix(cell(string(j.Action)+": "+j.Reason), ": ")
	}
	var order []plan.Kind
	count := map[plan.Kind]int{}
	for _, c := range j.Changes {
		if count[c.Kind]++; count[c.Kind] == 1 {
			order = append(order, c.Kind)
		}
	}
	parts := make([]string, len(order))
	for i, kind := range order {
		parts[i] = string(kind)
		if count[kind] > 1 {
			parts[i] = fmt.Sprintf("%s (%d)", kind, count[kind])
		}
	}
	return strings.Join(parts, ", ")
}

func state(j *jobs.Planned) string {
	if j.Report == nil {
		return "—"
	}
	return verdict(j.Verdict, j.Meaning)
}

// verdict marks what somebody has to agree to.
func verdict(v evolve.Verdict, m evolve.Meaning) string {
	switch {
	case v == evolve.Kept && m == evolve.Other:
		return "⚠️ kept, with another meaning"
	case v == evolve.Kept && m == evolve.History:
		return "kept, built under the former text"
	case v == evolve.Kept:
		return "✅ kept"
	case v == evolve.Unknown:
		return "❔ unknown"
	}
	return "❌ " + string(v)
}

func readers(j *jobs.Planned) string {
	seen := map[string]bool{}
	for _, r := range j.Readers {
		seen[r.Job] = true
	}
	if len(seen) == 0 {
		return ""
	}
	return fmt.Sprintf("❌ breaks %d", len(seen))
}

func detail(j *jobs.Planned) string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n### %s\n\n", j.Job)
	if j.Report != nil {
		fmt.Fprintf(&out, "State: **%s** — %s\n", verdict(j.Verdict, j.Meaning), text(j.Report.Reason))
		if loss := j.Loss(); loss != "" {
			fmt.Fprintf(&out, "\n%s would be lost (seen in `%s`).\n\n", loss, j.From)
		}
		for _, o := range j.Operators {
			if o.Verdict != evolve.Kept || o.Meaning != evolve.Same {
				size := ""
				if o.Bytes > 0 {
					size = " (" + bytesize.Size(o.Bytes).Approximate() + ")"
				}
				fmt.Fprintf(&out, "- `%s`%s: %s — %s\n", o.Name, size, verdict(o.Verdict, o.Meaning), text(o.Reason))
			}
		}
	}
	if len(j.Proposals) > 0 {
		out.WriteString("\nThis would keep the state:\n")
	}
	for _, s := range j.Proposals {
		fmt.Fprintf(&out, "- %s (%s)\n", text(s.Text), verdict(s.Verdict, s.Meaning))
	}
	if j.Unseen != "" {
		fmt.Fprintf(&out, "\n%s does not answer (%s): compared with version %d, %s.\n", text(j.Target), text(j.Unseen), j.Current, text(j.Reason))
	}
	if j.Meanwhile != "" {
		fmt.Fprintf(&out, "\n⚠️ Changed while it was planned: %s.\n", text(j.Meanwhile))
	}
	for _, r := range j.Readers {
		fmt.Fprintf(&out, "\n❌ breaks **%s**: %s\n", r.Job, text(r.Reason))
	}
	if len(j.Changes) > 0 {
		out.WriteString("\n<details><summary>what changes</summary>\n\n")
		for _, c := range j.Changes {
			fmt.Fprintf(&out, "- %s\n", text(c.Reason))
		}
		if j.Diff != "" {
			out.WriteString("\n" + fence(j.Diff))
		}
		out.WriteString("\n</details>\n")
	}
	return out.String()
}

// fence quotes a difference of texts with more backticks than it has itself.
func fence(diff string) string {
	quote := "```"
	for strings.Contains(diff, quote) {
		quote += "`"
	}
	return quote + "diff\n" + strings.TrimRight(diff, "\n") + "\n" + quote + "\n"
}

// text keeps signs of SQL from being taken for signs of Markdown.
func text(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", "&lt;", "`", "\\`", "\n", " ").Replace(s)
}

// cell keeps a text inside its cell.
func cell(s string) string { return strings.ReplaceAll(text(s), "|", `\|`) }
