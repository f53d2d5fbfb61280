package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	conflict := fault.Errorf(fault.Conflict, "job %s is running", "a").WithFix("stop it:\n  autostream stop %s", "a")
	for _, test := range []struct {
		name string
		err  error
		kind fault.Kind
		exit int
		fix  string
		text string
	}{
		{"plain", errors.New("x"), fault.Failed, 1, "", "x"},
		{"own", conflict, fault.Conflict, 6, "stop it:\n  autostream stop a", "job a is running"},
		{"wrapped", fmt.Errorf("deploying: %w", conflict), fault.Conflict, 6, "stop it:\n  autostream stop a", "deploying: job a is running"},
		{"joined", errors.Join(errors.New("y"), conflict), fault.Conflict, 6, "stop it:\n  autostream stop a", "y\njob a is running"},
		{"outermost wins", &fault.Error{Kind: fault.Denied, Message: "no", Err: conflict}, fault.Denied, 4, "stop it:\n  autostream stop a", "no: job a is running"},
		{"cancelled", fmt.Errorf("waiting: %w", context.Canceled), fault.Interrupted, 130, "", "waiting: context canceled"},
		{"time limit", context.DeadlineExceeded, fault.Running, 8, "", "context deadline exceeded"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			kind := fault.KindOf(test.err)
			if kind != test.kind || kind.ExitCode() != test.exit {
				t.Errorf("kind %v, exit %d, want %v, %d", kind, kind.ExitCode(), test.kind, test.exit)
			}
			if fix := fault.FixOf(test.err); fix != test.fix {
				t.Errorf("fix %q, want %q", fix, test.fix)
			}
			if test.err.Error() != test.text {
				t.Errorf("text %q, want %q", test.err.Error(), test.text)
			}
		})
	}
}
