package plan

import "github.com/autostream/autostream/internal/base/diag"

// The rules about what a script makes when it is deployed as a job. Whether its statements are right is not their matter.
var (
	ruleNoInsert = diag.Rule{ID: "AP3001", Name: "no-insert", Category: diag.Project,
		Text: "The script writes nowhere, so that there is nothing to run as a job. Queries are for previews."}
	ruleSeveralJobs = diag.Rule{ID: "AP3002", Name: "several-jobs", Category: diag.Project,
		Text: "The script would start several Flink jobs. A job of a project is one Flink job, so that it has one state, one savepoint and one history. INSERTs that stand by themselves are put into one statement set; a script with a statement set of its own has all its INSERTs there."}
	ruleUseBetween = diag.Rule{ID: "AP3003", Name: "use-between-inserts", Category: diag.Project,
		Text: "All INSERTs of a script become one statement set, which is run last. A USE between two of them would hold for both; full names of tables say what is meant."}
	ruleNotInJob = diag.Rule{ID: "AP3004", Name: "not-in-a-job", Category: diag.Project,
		Text: "The statement controls other jobs or sessions and has no place in a script that is deployed."}
	ruleOnlyShown = diag.Rule{ID: "AP3005", Name: "only-shown", Level: diag.Note, Category: diag.Project,
		Text: "Queries, SHOW, DESCRIBE and EXPLAIN print something and change nothing. They are left out when the script is deployed; `autostream preview` runs the queries."}
	ruleDropAfter = diag.Rule{ID: "AP3006", Name: "drop-after-insert", Level: diag.Warning, Category: diag.Project,
		Text: "A DROP behind an INSERT would take away what the running job needs: an INSERT only starts the job and does not wait for it. It is left out."}
	ruleSharedProcesses = diag.Rule{ID: "AP3007", Name: "shared-processes", Category: diag.Project,
		Text: "Jobs of a local target share one cluster, so that none can have environment variables of its own there."}
	ruleImpossible = diag.Rule{ID: "AP3008", Name: "impossible-setting", Category: diag.Project,
		Text: "The setting contradicts another one, or the target or the Flink release has no such thing. Flink would find out when the job starts, or would never say."}
)

// Rules lists the rules of this package in order of their ids.
func Rules() []diag.Rule {
	return []diag.Rule{ruleNoInsert, ruleSeveralJobs, ruleUseBetween, ruleNotInJob, ruleOnlyShown, ruleDropAfter, ruleSharedProcesses, ruleImpossible}
}
