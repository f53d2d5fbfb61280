package collect_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// TestFollowLevels has a TaskManager start meanwhile, which does not answer at first.
func TestFollowLevels(t *testing.T) {
	t.Parallel()
	j := &jvms{ids: []string{rest.JobManager, "tm-1"}, broken: "tm-2"}
	tried := 0
	s, p := leveled(t, j)
	j.load = func(context.Context) {
		j.mu.Lock()
		defer j.mu.Unlock()
		if tried++; tried == 2 {
			j.broken = ""
		}
	}
	j.ids = append(j.ids, "tm-2")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	levels := []agent.Level{{Logger: "com.acme", Level: "DEBUG", Until: time.Now().Add(time.Hour)}}
	err := s.FollowLevels(ctx, p, levels, time.Millisecond, func(v target.JVM) {
		if v.ID != "tm-2" {
			t.Errorf("%s had them before", v.ID)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) || tried != 2 || len(j.levels["tm-2"]) != 1 || len(j.levels["tm-1"]) > 0 || len(j.files) > 0 {
		t.Errorf("err = %v after %d times; levels %v, left behind %v", err, tried, j.levels, j.files)
	}
}

// TestFollowLevelsEnds when the time is over.
func TestFollowLevelsEnds(t *testing.T) {
	t.Parallel()
	s, p := leveled(t, &jvms{ids: []string{"tm-1"}})
	levels := []agent.Level{{Logger: "a", Level: "DEBUG", Until: time.Now().Add(20 * time.Millisecond)}}
	if err := s.FollowLevels(t.Context(), p, levels, time.Millisecond, func(target.JVM) {}); err != nil {
		t.Error(err)
	}
}
