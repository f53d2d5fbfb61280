//go:build clusters

package kerberos_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/service"
	"github.com/jcmturner/gokrb5/v8/spnego"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/kerberos"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// TestTransport signs in to a web server of ours at a real KDC, which is all that is started of the rig.
func TestTransport(t *testing.T) {
	r := rig.Start(t, "RIG_NAME=kdc", "RIG_PORT_OFFSET=600", "RIG_KERBEROS=1", "RIG_SERVICES= ")
	keys, err := keytab.Load(filepath.Join(filepath.Dir(r.Keytab), "HTTP.keytab"))
	if err != nil {
		t.Fatal(err)
	}
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	server := httptest.NewServer(spnego.SPNEGOKRB5Authenticate(echo, keys, service.KeytabPrincipal("HTTP/localhost"), service.DecodePAC(false)))
	t.Cleanup(server.Close)
	at := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)

	get := func(t *testing.T, login kerberos.Login) (*http.Response, error) {
		t.Helper()
		way := kerberos.NewTransport(login, &http.Transport{DisableKeepAlives: true})
		t.Cleanup(way.Close)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		return way.RoundTrip(request)
	}
	for name, login := range map[string]kerberos.Login{
		"tickets": {Config: r.Realm, Tickets: r.Tickets},
		"keytab":  {Config: r.Realm, Principal: "root@RIG.TEST", Keytab: r.Keytab},
		"keytab of the realm that is the default": {Config: r.Realm, Principal: "root", Keytab: r.Keytab},
	} {
		t.Run(name, func(t *testing.T) {
			response, err := get(t, login)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if text, err := io.ReadAll(response.Body); err != nil || string(text) != "hello" || response.StatusCode != http.StatusOK {
				t.Errorf("%s %q, %v", response.Status, text, err)
			}
		})
	}
	late := rig.Start(t, "RIG_NAME=late", "RIG_PORT_OFFSET=700", "RIG_KERBEROS=1", "RIG_SERVICES= ", "RIG_KDC_CLOCK=+1h")
	cut := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		short := filepath.Join(t.TempDir(), "cut")
		if err := os.WriteFile(short, text[:len(text)/2], 0o600); err != nil {
			t.Fatal(err)
		}
		return short
	}
	refused := func(t *testing.T, login kerberos.Login) error {
		t.Helper()
		response, err := get(t, login)
		if err == nil {
			_ = response.Body.Close()
			return nil
		}
		if fault.KindOf(err) != fault.Denied || strings.Contains(err.Error(), "\n") {
			t.Fatalf("error %v", err)
		}
		return err
	}
	for name, test := range map[string]struct {
		login kerberos.Login
		says  string
	}{
		"no tickets":               {kerberos.Login{Config: r.Realm, Tickets: filepath.Join(t.TempDir(), "none")}, "there are no tickets in"},
		"no configuration":         {kerberos.Login{Config: filepath.Join(t.TempDir(), "none"), Tickets: r.Tickets}, "no such file"},
		"unknown principal":        {kerberos.Login{Config: r.Realm, Principal: "nobody", Keytab: r.Keytab}, "not found in Kerberos database"},
		"no such keytab":           {kerberos.Login{Config: r.Realm, Principal: "root", Keytab: filepath.Join(t.TempDir(), "none")}, "no such file"},
		"half a keytab":            {kerberos.Login{Config: r.Realm, Principal: "root", Keytab: cut(r.Keytab)}, "the file is broken"},
		"half the tickets":         {kerberos.Login{Config: r.Realm, Tickets: cut(r.Tickets)}, "the file is broken"},
		"keys of another realm":    {kerberos.Login{Config: r.Realm, Principal: "root", Keytab: late.Keytab}, "decrypting"},
		"wrong clock":              {kerberos.Login{Config: late.Realm, Principal: "root", Keytab: late.Keytab}, "the clock of this machine"},
		"tickets of a wrong clock": {kerberos.Login{Config: late.Realm, Tickets: late.Tickets}, "the clock of this machine"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := refused(t, test.login); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v; want it to say %q", err, test.says)
			}
		})
	}
	t.Run("tickets that have expired", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "tickets")
		kinit := exec.CommandContext(t.Context(), "kinit", "-l", "1s", "-kt", r.Keytab, "-c", "FILE:"+file, "root")
		kinit.Env = append(os.Environ(), "KRB5_CONFIG="+r.Realm)
		if out, err := kinit.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for deadline := time.Now().Add(time.Minute); refused(t, kerberos.Login{Config: r.Realm, Tickets: file}) == nil; time.Sleep(200 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("still let in")
			}
		}
	})
}
