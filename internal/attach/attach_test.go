package attach_test

import (
	"os"
	"runtime"
	"testing"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/base/fault"
)

func TestWhatIsNoJVM(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		return // there it is refused before anything is looked at
	}
	for pid, want := range map[int]fault.Kind{os.Getpid(): fault.Usage, 1 << 30: fault.NotFound} {
		if _, err := attach.Run(t.Context(), pid, "threaddump"); fault.KindOf(err) != want {
			t.Errorf("process %d: %v, want %s", pid, err, want)
		}
	}
	if _, err := attach.Run(t.Context(), os.Getpid(), "jcmd", "1", "2", "3", "4"); fault.KindOf(err) != fault.Usage {
		t.Errorf("four arguments: %v", err)
	}
}
