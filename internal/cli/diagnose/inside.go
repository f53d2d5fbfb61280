package diagnose

import (
	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/attach"
)

// newInside declares `autostream diagnose inside`, which a target runs in a pod: it is no command for people.
func newInside(s *subjects) *cobra.Command {
	cmd := &cobra.Command{
		Use:    "inside",
		Short:  "Attach to the JVM of this container, as standard input says",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return attach.Serve(cmd.Context(), s.deps.IO.In, s.deps.IO.Out, s.pid)
		},
	}
	s.addPID(cmd.Flags())
	return cmd
}
