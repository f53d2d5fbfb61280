package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/diagnose/flame"
	"github.com/autostream/autostream/internal/flink/rest"
)

// samplingLimit is how long Flink may take to sample a vertex; 5 seconds unless told otherwise.
const samplingLimit = time.Minute

// SampledByFlink says whether Flink samples its tasks when it is asked to, and sees all that they do. It looks at the main
// thread of a task (ThreadInfoSampleService), while sources of the old kind, a SourceFunction, work in another one; those are
// the tasks whose busy time it does not measure either (SourceStreamTask).
func (s Subject) SampledByFlink(ctx context.Context) bool {
	if s.REST == nil {
		return false
	}
	config, err := s.REST.Config(ctx)
	if err != nil || config["rest.flamegraph.enabled"] != "true" {
		return false
	}
	detail, err := s.REST.Job(ctx, s.ID)
	if err != nil {
		return false
	}
	for _, v := range detail.Vertices {
		if slices.ContainsFunc(detail.Edges, func(e rest.Edge) bool { return e.To == v.ID }) {
			continue
		}
		pressure, err := s.REST.Backpressure(ctx, s.ID, v.ID)
		if err != nil || slices.ContainsFunc(pressure, func(p rest.Pressure) bool { return math.IsNaN(p.Busy) }) {
			return false
		}
	}
	return true
}

// FlinkProfile has Flink sample all vertices of the job, and adds up what it has seen. Vertices that have ended are left
// out.
func (s Subject) FlinkProfile(ctx context.Context, which flame.Which) (flame.Profile, error) {
	if s.REST == nil {
		return flame.Profile{}, fault.Errorf(fault.NotFound, "%s does not run: no JobManager knows it", s.Name)
	}
	detail, err := s.REST.Job(ctx, s.ID)
	if err != nil {
		return flame.Profile{}, fmt.Errorf("asking for job %s: %w", s.ID, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, samplingLimit, errors.New("Flink has not sampled the tasks"))
	defer cancel()
	var sum flame.Profile
	var problems []error
	var mu sync.Mutex
	each(detail.Vertices, func(_ int, v rest.Vertex) {
		p, err := s.vertexProfile(ctx, v, which)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			problems = append(problems, err)
			return
		}
		sum = sum.Plus(p)
	})
	return sum, errors.Join(problems...)
}

// vertexProfile waits until Flink has sampled a vertex.
func (s Subject) vertexProfile(ctx context.Context, v rest.Vertex, which flame.Which) (flame.Profile, error) {
	kind := map[flame.Which]string{flame.CPU: "on_cpu", flame.Wait: "off_cpu", flame.Wall: "full"}[which]
	for {
		g, err := s.REST.FlameGraph(ctx, s.ID, v.ID, kind)
		switch {
		case err != nil:
			return flame.Profile{}, fmt.Errorf("asking for the samples of %s: %w", v.Name, err)
		case g.Disabled:
			return flame.Profile{}, fault.Errorf(fault.Failed, "Flink does not sample its tasks on this cluster").
				WithFix("set rest.flamegraph.enabled: true, or use --source dumps")
		case g.Ended:
			return flame.Profile{}, nil
		case len(g.Data) > 0:
			var root flame.Node
			if err := json.Unmarshal(g.Data, &root); err != nil {
				return flame.Profile{}, fmt.Errorf("reading the samples of %s: %w", v.Name, err)
			}
			return flame.OfGraph(root, v.Name, which), nil
		}
		select {
		case <-ctx.Done():
			return flame.Profile{}, context.Cause(ctx)
		case <-time.After(300 * time.Millisecond):
		}
	}
}
