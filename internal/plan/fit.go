package plan

import (
	"fmt"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/project"
)

// fits finds settings of a job that its target cannot give it. Settings that only make sense elsewhere, such as a pod
// template, are left out there without a word: a job moves between targets as it is.
func fits(src Source) []diag.Finding {
	if src.Target.Kind != project.Local || len(src.Job.Environment) == 0 {
		return nil
	}
	n := src.Job.Place("environment")
	return []diag.Finding{ruleSharedProcesses.At(n.File(), n.Key(),
		fmt.Sprintf("job %s cannot have environment variables on target %s", src.Job.Name, src.Target.Name),
		"set them for the shell that starts the local cluster, or deploy to another target")}
}
