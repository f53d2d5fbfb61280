package api_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
)

// kubelet plays the other side of a forwarded port: it takes the connection over and hands it to serve.
func kubelet(t *testing.T, serve func(*websocket)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/namespaces/n/pods/jm/portforward" || r.URL.Query().Get("ports") != "8081" || r.Header.Get("Sec-WebSocket-Protocol") != "v4.channel.k8s.io" {
			t.Errorf("asked for %s with %v", r.URL, r.Header)
		}
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n")
		s := &websocket{conn: conn, in: buffer.Reader}
		s.send(0x2, "\x00\x91\x1f")
		s.send(0x2, "\x01\x91\x1f")
		serve(s)
	}
}

// websocket is the server's side of a connection.
type websocket struct {
	conn net.Conn
	in   *bufio.Reader
}

func (s *websocket) send(kind byte, content string) {
	frame := []byte{0x80 | kind}
	if len(content) < 126 {
		frame = append(frame, byte(len(content)))
	} else {
		frame = binary.BigEndian.AppendUint16(append(frame, 126), uint16(len(content)))
	}
	_, _ = s.conn.Write(append(frame, content...))
}

func (s *websocket) receive() (kind byte, content string, err error) {
	var head [2]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return 0, "", err
	}
	size := int(head[1] & 0x7f)
	if size == 126 {
		var n [2]byte
		if _, err := io.ReadFull(s.in, n[:]); err != nil {
			return 0, "", err
		}
		size = int(binary.BigEndian.Uint16(n[:]))
	}
	if head[1]&0x80 == 0 {
		return 0, "", errors.New("a client's frame is not masked")
	}
	masked := make([]byte, 4+size)
	if _, err := io.ReadFull(s.in, masked); err != nil {
		return 0, "", err
	}
	out := masked[4:]
	for i := range out {
		out[i] ^= masked[i%4]
	}
	return head[0] & 0xf, string(out), nil
}

// A request goes through the connection, and its answer comes back, in pieces and with pings in between.
func TestPortForward(t *testing.T) {
	t.Parallel()
	c := server(t, "{token: t}", kubelet(t, func(s *websocket) {
		var asked strings.Builder
		for !strings.Contains(asked.String(), "\r\n\r\n") {
			_, content, err := s.receive()
			if err != nil {
				t.Error(err)
				return
			}
			asked.WriteString(content[1:])
		}
		if !strings.HasPrefix(asked.String(), "GET /v1/overview HTTP/1.1\r\n") {
			t.Errorf("asked %q", asked.String())
		}
		s.send(0x9, "still there?")
		s.send(0x2, "\x00HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
		s.send(0x2, "\x00"+strings.Repeat("x", 600))
		s.send(0x2, "\x00"+strings.Repeat("y", 400))
		for {
			kind, content, err := s.receive()
			if err != nil {
				t.Errorf("no pong: %v", err)
				return
			}
			if kind == 0xa && content == "still there?" {
				return
			}
		}
	}))
	address, client := c.PortForward("n", 8081, func(context.Context) (string, error) { return "jm", nil })
	defer client.CloseIdleConnections()
	response, err := client.Get(address + "/v1/overview")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || string(text) != strings.Repeat("x", 600)+strings.Repeat("y", 400) {
		t.Errorf("read %d bytes, %v", len(text), err)
	}
}

// What stands in the way is said: nothing listens in the pod, a right is missing, no pod is there.
func TestPortForwardRefused(t *testing.T) {
	t.Parallel()
	jm := func(context.Context) (string, error) { return "jm", nil }
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		pod    func(context.Context) (string, error)
		want   string
		kind   fault.Kind
	}{
		"nobody listens": {kubelet(t, func(s *websocket) { s.send(0x2, "\x01connection refused\n") }), jm, "port 8081 of pod jm: connection refused", fault.Failed},
		"a right is missing": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"kind":"Status","code":403,"reason":"Forbidden","message":"pods \"jm\" is forbidden: User \"u\" cannot get resource \"pods/portforward\" in API group \"\" in the namespace \"n\""}`)
		}, jm, "pods/portforward", fault.Denied},
		"no pod": {nil, func(context.Context) (string, error) { return "", fault.Errorf(fault.Failed, "no JobManager runs") }, "no JobManager runs", fault.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := server(t, "{token: t}", test.answer)
			address, client := c.PortForward("n", 8081, test.pod)
			defer client.CloseIdleConnections()
			response, err := client.Get(address)
			if err == nil {
				response.Body.Close()
				t.Fatal("an answer")
			}
			if fault.KindOf(err) != test.kind || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v (%s), want %q", err, fault.KindOf(err), test.want)
			}
		})
	}
}

// A command in a pod gets what is written as its input, and its output comes back in pieces. How it ended is the end.
func TestExec(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ status, want string }{
		"it succeeds": {`{"status":"Success"}`, ""},
		"it fails":    {`{"status":"Failure","message":"command terminated with exit code 7"}`, "cat in pod jm: command terminated with exit code 7: no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := server(t, "{token: t}", func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/api/v1/namespaces/n/pods/jm/exec" || r.URL.Query().Get("container") != "main" || strings.Join(r.URL.Query()["command"], " ") != "cat -" {
					t.Errorf("asked for %s", r.URL)
				}
				conn, buffer, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
				s := &websocket{conn: conn, in: buffer.Reader}
				_, in, err := s.receive()
				if err != nil || in != "\x00hello" {
					t.Errorf("the input is %q, %v", in, err)
				}
				s.send(0x2, "\x01he")
				s.send(0x2, "\x02no such file\n")
				s.send(0x2, "\x01llo")
				s.send(0x2, "\x03"+test.status)
			})
			command, err := c.Exec(t.Context(), "n", "jm", "main", "cat", "-")
			if err != nil {
				t.Fatal(err)
			}
			defer command.Close()
			if _, err := io.WriteString(command, "hello"); err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(command)
			if string(text) != "hello" || test.want == "" && err != nil || test.want != "" && (err == nil || err.Error() != test.want) {
				t.Errorf("read %q, %v", text, err)
			}
		})
	}
}
