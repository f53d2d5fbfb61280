// Plans as Markdown, for a comment on a pull request.

package plancmd

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan/evolve"
)

// markdown writes one table of all jobs, and below it what deserves a look.
func markdown(p jobs.Plan) string {
	var out, details strings.Builder
	out.WriteString("| job | target | change | state |\n| --- | --- | --- | --- |\n")
	for _, j := range p.Jobs {
		state := "—"
		if j.Report != nil {
			state = string(j.Verdict)
			if j.Meaning != "" && j.Meaning != evolve.Same {
				state += " (" + string(j.Meaning) + ")"
			}
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", cell(j.Job), cell(j.Target), change(j), state)
		details.WriteString(detail(j))
	}
	return out.String() + details.String()
}

func change(j jobs.Planned) string {
	switch j.Action {
	case job.Nothing:
		return "none"
	case job.Start:
		return "starts: " + cell(j.Reason)
	case job.Replace, job.Rescale:
		reasons := make([]string, len(j.Changes))
		for i, c := range j.Changes {
			reasons[i] = cell(c.Reason)
		}
		return strings.Join(reasons, "<br>")
	}
	return string(j.Action)
}

// detail lists the operators of a job whose state is not as it was.
func detail(j jobs.Planned) string {
	if j.Report == nil {
		return ""
	}
	var out strings.Builder
	for _, o := range j.Operators {
		if o.Verdict == evolve.Kept && o.Meaning == evolve.Same {
			continue
		}
		word := string(o.Verdict)
		if o.Verdict == evolve.Kept {
			word += " (" + string(o.Meaning) + ")"
		}
		fmt.Fprintf(&out, "- `%s`: **%s** — %s\n", o.Name, word, o.Reason)
	}
	if out.Len() == 0 {
		return ""
	}
	return "\n**" + j.Job + "**\n\n" + out.String()
}

// cell keeps a text inside its cell.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
