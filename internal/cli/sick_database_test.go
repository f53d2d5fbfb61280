//go:build sick

package cli_test

import (
	"cmp"
	"encoding/binary"
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
			address := hanging(t)
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

// hanging listens like a PostgreSQL that lets everybody in and then waits for ever, as for a table that somebody has locked.
func hanging(t *testing.T) (address string) {
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
				hang(c)
			}()
		}
	}()
	return listening.Addr().String()
}

// hang speaks PostgreSQL's protocol, version 3: it answers requests to encrypt, log-ins and settings, and no query.
func hang(c net.Conn) {
	const wantsTLS, ready = 80877103, "Z\x00\x00\x00\x05I"
	code := uint32(wantsTLS)
	for code == wantsTLS {
		body, err := message(c)
		if err != nil {
			return
		}
		if code = binary.BigEndian.Uint32(body); code == wantsTLS {
			_, _ = io.WriteString(c, "N")
		}
	}
	parameter := func(name, value string) string {
		return "S" + string(binary.BigEndian.AppendUint32(nil, uint32(len(name)+len(value)+6))) + name + "\x00" + value + "\x00"
	}
	_, _ = io.WriteString(c, "R\x00\x00\x00\x08\x00\x00\x00\x00"+parameter("server_version", "15.0")+parameter("client_encoding", "UTF8")+
		parameter("DateStyle", "ISO")+parameter("standard_conforming_strings", "on")+parameter("integer_datetimes", "on")+ready)
	for kind, setting := make([]byte, 1), false; ; {
		if _, err := io.ReadFull(c, kind); err != nil {
			return
		}
		body, err := message(c)
		switch {
		case err != nil:
			return
		case kind[0] == 'Q' || kind[0] == 'P':
			setting = strings.HasPrefix(strings.TrimLeft(string(body), "\x00"), "SET ")
		}
		if setting && (kind[0] == 'Q' || kind[0] == 'S') {
			answers := map[byte]string{'S': "1\x00\x00\x00\x042\x00\x00\x00\x04"}
			_, _ = io.WriteString(c, answers[kind[0]]+"C\x00\x00\x00\x08SET\x00"+ready)
		}
	}
}

// message reads what a length is written before.
func message(r io.Reader) ([]byte, error) {
	var length uint32
	if err := binary.Read(r, binary.BigEndian, &length); err != nil || length < 4 || length > 1<<16 {
		return nil, cmp.Or(err, io.ErrUnexpectedEOF)
	}
	body := make([]byte, length-4)
	_, err := io.ReadFull(r, body)
	return body, err
}
