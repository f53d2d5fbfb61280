package yarn

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
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

// The state of a job comes from another answer than the reason, which may be older.
func TestReasonNotYetTold(t *testing.T) {
	t.Parallel()
	const id = "0123456789abcdef0123456789abcdef"
	exceptions := `{"exceptionHistory":{"entries":[]}}`
	jm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/jobs/overview"):
			_, _ = io.WriteString(w, `{"jobs":[{"jid":"`+id+`","name":"clicks","state":"FAILED"}]}`)
		case strings.HasSuffix(r.URL.Path, "/exceptions"):
			_, _ = io.WriteString(w, exceptions)
		default:
			_, _ = io.WriteString(w, "{}")
		}
	}))
	defer jm.Close()
	look := func() target.Status {
		s, err := details(t.Context(), rest.New(jm.URL, nil), target.Status{ID: id, State: target.FailedState})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := look(); s.State != target.Failing || !s.Ended.IsZero() {
		t.Errorf("before the reason: %+v", s)
	}
	exceptions = `{"exceptionHistory":{"entries":[{"exceptionName":"java.lang.ArithmeticException","stacktrace":"java.lang.ArithmeticException: / by zero\n","timestamp":1}]}}`
	if s := look(); s.State != target.FailedState || s.Reason != "/ by zero" {
		t.Errorf("with the reason: %+v", s)
	}
}
