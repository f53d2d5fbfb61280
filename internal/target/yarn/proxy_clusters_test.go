//go:build clusters

package yarn_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/yarn"
)

// jobManagerOutOfReach leads to the ResourceManager and to no JobManager: its proxy lets jobs be submitted, seen and
// cancelled, and who wants more is told why not.
func (m *misfortunes) jobManagerOutOfReach(t *testing.T) {
	at, err := url.Parse(m.rig.ResourceManager)
	if err != nil {
		t.Fatal(err)
	}
	o := m.o
	o.HTTP = &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if address != at.Host {
				return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.EHOSTUNREACH}
			}
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}}
	other := *m
	other.target = yarn.New(o)
	s := m.job(t)
	other.up(t, s)
	other.checkpoints(t, s.ID)
	_, err = other.target.Stop(t.Context(), s.ID, target.StopOptions{Trigger: target.NewTrigger()})
	if err == nil || !strings.Contains(err.Error(), "only lets it be read") {
		t.Errorf("Stop: %v; want it to say that the proxy only lets things be read", err)
	}
	other.awaitUp(t, s.ID)
	if err := other.target.Cancel(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	if st, err := other.target.Status(t.Context(), s.ID); err != nil || st.State != target.Canceled || st.LastCheckpoint == "" {
		t.Errorf("status = %+v, %v; want it cancelled, with its checkpoint", st, err)
	}
	m.noStaging(t)
}
