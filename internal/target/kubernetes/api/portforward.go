package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// PortForward returns an address that stands for a port of a pod, and a client for it, whose connections go through the API
// server. pod is asked which one, before each connection: it may be another than the last time.
func (c *Client) PortForward(namespace string, port int, pod func(context.Context) (string, error)) (address string, client *http.Client) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		name, err := pod(ctx)
		if err != nil {
			return nil, err
		}
		return c.dialPod(ctx, namespace, name, port)
	}
	return fmt.Sprintf("http://localhost:%d", port), &http.Client{
		Transport: &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 4, IdleConnTimeout: 10 * time.Second},
	}
}

// dialPod connects to a port of a pod; the first message of each channel is the port.
func (c *Client) dialPod(ctx context.Context, namespace, pod string, port int) (net.Conn, error) {
	socket, err := c.open(ctx, Pods.path(namespace, pod)+"/portforward?"+url.Values{"ports": {fmt.Sprint(port)}}.Encode())
	if err != nil {
		return nil, err
	}
	return &podConn{websocket: socket, pod: pod, port: port}, nil
}

// The channels of a forwarded port.
const (
	dataChannel  = 0
	errorChannel = 1
)

// podConn is a connection to a port of a pod.
type podConn struct {
	*websocket
	pod   string
	port  int
	rest  []byte // of the message that is being read
	begun [2]bool
}

// Read implements net.Conn.
func (p *podConn) Read(into []byte) (int, error) {
	for len(p.rest) == 0 {
		message, err := p.message()
		if err != nil {
			return 0, err
		}
		if len(message) == 0 || message[0] > errorChannel {
			continue
		}
		channel, content := message[0], message[1:]
		if !p.begun[channel] { // the port
			p.begun[channel] = true
			continue
		}
		if channel == errorChannel && len(content) > 0 {
			return 0, fault.Errorf(fault.Failed, "port %d of pod %s: %s", p.port, p.pod, strings.TrimSpace(string(content)))
		}
		p.rest = content
	}
	n := copy(into, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// Write implements net.Conn.
func (p *podConn) Write(data []byte) (int, error) { return p.write(dataChannel, data) }

// LocalAddr implements net.Conn.
func (p *podConn) LocalAddr() net.Addr { return podAddr("") }

// RemoteAddr implements net.Conn.
func (p *podConn) RemoteAddr() net.Addr { return podAddr(fmt.Sprintf("%s:%d", p.pod, p.port)) }

// SetDeadline implements net.Conn; requests end with their contexts.
func (p *podConn) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements net.Conn.
func (p *podConn) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements net.Conn.
func (p *podConn) SetWriteDeadline(time.Time) error { return nil }

type podAddr string

func (podAddr) Network() string  { return "pod" }
func (a podAddr) String() string { return string(a) }
