package yarn

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
)

// serve answers as a ResourceManager does and returns its address.
func serve(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

// dead is an address at which nobody listens.
func dead(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	return s.URL
}

// Of several ResourceManagers the active one is found, whatever the others do (RMWebAppFilter).
func TestFailover(t *testing.T) {
	t.Parallel()
	active := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"app":{"id":"application_1_0001","state":"RUNNING"}}`))
	})
	sends := serve(t, func(w http.ResponseWriter, r *http.Request) { // it knows the active one
		w.Header().Set("Location", active+r.URL.Path)
		w.WriteHeader(http.StatusTemporaryRedirect)
		_, _ = w.Write([]byte("This is standby RM. The redirect url is: " + active))
	})
	waits := serve(t, func(w http.ResponseWriter, _ *http.Request) { // it does not
		w.Header().Set("Refresh", "4;url=/ws")
		_, _ = w.Write([]byte("Can not find any active RM. Will retry in next 4 seconds."))
	})
	starts := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	ends := serve(t, func(w http.ResponseWriter, _ *http.Request) { // killed in the middle of an answer
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"app":{"id":`))
	})
	for name, addresses := range map[string][]string{
		"the first ends":                 {ends, active},
		"the first is dead":              {dead(t), active},
		"the first sends on":             {sends, active},
		"the first waits":                {waits, active},
		"the first starts":               {starts, active},
		"only one, which sends on":       {sends},
		"the active one is in between":   {dead(t), active, waits},
		"all but the last have a reason": {starts, waits, dead(t), active},
	} {
		rm := &resourceManager{addresses: addresses, http: http.DefaultClient}
		for range 2 {
			a, err := rm.app(t.Context(), "application_1_0001")
			if err != nil || a.State != appRunning {
				t.Errorf("%s: %+v, %v", name, a, err)
			}
		}
	}
	none := &resourceManager{addresses: []string{dead(t), waits, ends}, http: http.DefaultClient}
	if _, err := none.app(t.Context(), "application_1_0001"); !isAway(err) || fault.KindOf(err) == fault.NotFound {
		t.Errorf("without an active one: %v; want it to be waited for", err)
	}
}
