//go:build sick

package cli_test

import (
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// TestSickDatabase has diagnose say which database a job waits for: its driver is on the stack, its address in the table.
func TestSickDatabase(t *testing.T) { //nolint:paralleltest,tparallel // the jobs share the machine
	for _, line := range []release.Line{release.V2_2, release.V1_20} {
		t.Run(line.String(), func(t *testing.T) {
			bed := newSickbed(t, line, t.TempDir())
			jars, _ := line.Connector("jdbc")
			bed.replace(t, "libs/jdbc.jar", bed.fetch(t, append(jars, release.Coordinates{Group: "org.postgresql", Artifact: "postgresql", Version: "42.7.3"})))
			address := silent(t)
			bed.flags = append(bed.flags, "--var", "DATABASE="+address)
			t.Cleanup(func() { _, _ = bed.run("target", "down", "local", "--yes") })
			if out, err := bed.run("target", "up", "local"); err != nil {
				t.Fatalf("starting a cluster: %v\n%s", err, out)
			}
			bed.deploy(t, "waiting-lookup")
			want := "waits in a JDBC call to PostgreSQL at " + address + " (table users)"
			if d, found := bed.showsFirst(t, "waiting-lookup", "blocked"); found && !strings.Contains(d.Findings[0].Title, want) {
				t.Errorf("it does not say %q: %+v", want, d.Findings[0])
			}
			bed.waitsFor(t, "waiting-lookup", want)
			bed.waitsFor(t, "waiting-lookup", want, "--attach")
		})
	}
}

// waitsFor looks at the threads of a job until one of them waits for what is wanted.
func (b *sickbed) waitsFor(t *testing.T, job, want string, flags ...string) {
	t.Helper()
	out := ""
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		out, _ = b.run(append([]string{"diagnose", "threads", "local/" + job, "--format", "json"}, flags...)...)
		var r struct {
			Operators []struct{ Doing []struct{ Kind, What string } }
		}
		if json.NewDecoder(strings.NewReader(out)).Decode(&r) != nil {
			continue
		}
		for _, o := range r.Operators {
			for _, d := range o.Doing {
				if d.Kind == "external" && d.What == want {
					return
				}
			}
		}
	}
	t.Errorf("no thread %s: %s", want, out)
}

// silent listens like a database that hangs: it takes connections and what they send, and says nothing.
func silent(t *testing.T) (address string) {
	t.Helper()
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listening.Close() })
	go func() {
		for {
			c, err := listening.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(io.Discard, c)
			}()
		}
	}()
	return listening.Addr().String()
}
