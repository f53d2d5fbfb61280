package kubernetes_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

// A session cluster is up when its gateway and its JobManager answer, whichever is later.
func TestSessionIsUpWhenBothAnswer(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]string{"JobManager": "-rest:8081/proxy/", "gateway": "-rest:8083/proxy/"} {
		t.Run(name+" late", func(t *testing.T) {
			t.Parallel()
			f := kubetest.NewFake(t)
			var asked atomic.Int32
			f.Before = func(r *http.Request) error {
				if strings.Contains(r.URL.Path, late) && asked.Add(1) <= 3 {
					return errors.New("nothing listens there yet")
				}
				return nil
			}
			k := to(t, f)
			if err := k.Up(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := asked.Load(); n <= 3 {
				t.Errorf("up when the %s had been asked %d times", name, n)
			}
			if c, err := k.Cluster(t.Context()); err != nil || !c.Up {
				t.Errorf("Cluster = %+v, %v", c, err)
			}
		})
	}
}
