package yarn

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// A JobManager that said that its job has failed, and is gone before it says why: the job is not yet said to have failed,
// since whoever waits for that wants the reason.
func TestGoneBeforeTheReason(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for told, want := range map[target.State]target.State{
		target.FailedState: target.Failing, target.Running: target.Running, target.Finished: target.Finished,
	} {
		s, err := details(t.Context(), rest.New(gone.URL, nil), target.Status{ID: "0123456789abcdef0123456789abcdef", State: told})
		if err != nil || s.State != want {
			t.Errorf("a JobManager that said %s and is gone: %s, %v; want %s", told, s.State, err, want)
		}
	}
}
