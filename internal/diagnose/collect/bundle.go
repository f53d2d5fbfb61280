package collect

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/flink/rest"
)

// CopyThreads copies a thread dump of the JobManager and of each TaskManager, as Flink writes them.
func (s Subject) CopyThreads(ctx context.Context, w io.Writer) error {
	if s.REST == nil {
		return nil
	}
	ids, err := s.taskManagers(ctx, "")
	if err != nil {
		return err
	}
	for _, id := range append([]string{rest.JobManager}, ids...) {
		text, err := s.REST.ThreadDump(ctx, id)
		if err != nil {
			text = fmt.Sprintf("could not be read: %v\n", err)
		}
		if _, err := fmt.Fprintf(w, "=== %s\n\n%s\n", id, text); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// CopyConfig copies the configuration that the JobManager was started with, a line for each option.
func (s Subject) CopyConfig(ctx context.Context, w io.Writer) error {
	if s.REST == nil {
		return nil
	}
	config, err := s.REST.Config(ctx)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if _, err := fmt.Fprintf(w, "%s: %s\n", key, config[key]); err != nil {
			return err
		}
	}
	return nil
}
