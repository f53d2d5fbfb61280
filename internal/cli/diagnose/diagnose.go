// Package diagnose is `autostream diagnose`: what is wrong with a job, the evidence, and the way out.
package diagnose

import (
	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
)

// NewCommand declares `autostream diagnose` and its verbs.
func NewCommand(d *deps.Deps) *cobra.Command {
	s := &subjects{deps: d}
	cmd := &cobra.Command{
		Use:   "diagnose",
		Short: "Find out what is wrong with a job",
		Long: "Find out what is wrong with a job: the cause, the evidence, and the way out.\n\n" +
			"A job is named as in the project, pv_uv or prod/pv_uv. Jobs that AutoStream did not deploy are named TARGET/NAME,\n" +
			"by their name or id in Flink, or by --rest, the address of their JobManager, with no project at all.",
	}
	cmd.PersistentFlags().StringVar(&s.address, "rest", "", "address of a JobManager, http://host:8081, instead of a target of the project")
	cmd.AddCommand(newErrors(s, nil), newThreads(s, nil), newRules(d))
	return cmd
}
