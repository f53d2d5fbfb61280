package api

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
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

// dialPod connects to a port of a pod by the WebSocket protocol of the kubelet (v4.channel.k8s.io): the first byte of each
// message is its channel, and the first message of each channel is the port.
func (c *Client) dialPod(ctx context.Context, namespace, pod string, port int) (net.Conn, error) {
	opened, give := context.WithCancel(context.WithoutCancel(ctx)) // the connection outlives the call that opened it
	defer context.AfterFunc(ctx, give)()
	path := Pods.path(namespace, pod) + "/portforward?" + url.Values{"ports": {fmt.Sprint(port)}}.Encode()
	request, err := http.NewRequestWithContext(opened, http.MethodGet, c.server+path, nil)
	if err != nil {
		give()
		return nil, err
	}
	var key [16]byte
	_, _ = rand.Read(key[:]) // never fails (crypto/rand)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": base64.StdEncoding.EncodeToString(key[:]), "Sec-WebSocket-Protocol": "v4.channel.k8s.io",
	} {
		request.Header.Set(name, value)
	}
	response, err := c.upgrade.RoundTrip(request)
	if err != nil {
		give()
		return nil, c.unreachable(err)
	}
	stream, ok := response.Body.(io.ReadWriteCloser)
	if response.StatusCode != http.StatusSwitchingProtocols || !ok {
		defer give()
		if response.StatusCode < 400 {
			response.StatusCode = http.StatusBadGateway
		}
		return nil, c.refusal(http.MethodGet, path, response)
	}
	return &podConn{stream: stream, in: bufio.NewReader(stream), give: give, pod: pod, port: port}, nil
}

// The channels of a forwarded port.
const (
	dataChannel  = 0
	errorChannel = 1
)

// podConn is a connection to a port of a pod.
type podConn struct {
	stream io.ReadWriteCloser
	in     *bufio.Reader
	give   func()
	pod    string
	port   int

	rest   []byte // of the message that is being read
	begun  [2]bool
	mu     sync.Mutex // of writing
	closed bool
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

// maxMessage is more than the kubelet sends at once.
const maxMessage = 1 << 20

// Kinds of frame (RFC 6455).
const (
	binaryFrame = 0x2
	closeFrame  = 0x8
	pingFrame   = 0x9
	pongFrame   = 0xa
)

// message reads the next message and answers pings.
func (p *podConn) message() ([]byte, error) {
	var whole []byte
	for {
		last, kind, content, err := p.frame()
		switch {
		case err != nil:
			return nil, err
		case kind == closeFrame:
			return nil, io.EOF
		case kind == pingFrame:
			if err := p.send(pongFrame, content); err != nil {
				return nil, err
			}
			continue
		case kind == pongFrame:
			continue
		}
		if whole = append(whole, content...); last {
			return whole, nil
		}
	}
}

func (p *podConn) frame() (last bool, kind byte, content []byte, err error) {
	var head [2]byte
	if _, err = io.ReadFull(p.in, head[:]); err != nil {
		return false, 0, nil, err
	}
	size := uint64(head[1] & 0x7f)
	switch size {
	case 126:
		var n [2]byte
		_, err = io.ReadFull(p.in, n[:])
		size = uint64(binary.BigEndian.Uint16(n[:]))
	case 127:
		var n [8]byte
		_, err = io.ReadFull(p.in, n[:])
		size = binary.BigEndian.Uint64(n[:])
	}
	if err == nil && (size > maxMessage || head[1]&0x80 != 0) {
		err = errors.New("the API server sent a WebSocket frame that cannot be")
	}
	if err == nil {
		content = make([]byte, size)
		_, err = io.ReadFull(p.in, content)
	}
	return head[0]&0x80 != 0, head[0] & 0xf, content, err
}

// Write implements net.Conn.
func (p *podConn) Write(data []byte) (int, error) {
	for done := 0; done < len(data); {
		n := min(len(data)-done, 32<<10)
		if err := p.send(binaryFrame, append([]byte{dataChannel}, data[done:done+n]...)); err != nil {
			return done, err
		}
		done += n
	}
	return len(data), nil
}

// send writes a frame; what a client sends is masked.
func (p *podConn) send(kind byte, content []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	frame := []byte{0x80 | kind}
	switch n := len(content); {
	case n < 126:
		frame = append(frame, 0x80|byte(n))
	default:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	}
	var mask [4]byte
	_, _ = rand.Read(mask[:]) // never fails (crypto/rand)
	frame = append(frame, mask[:]...)
	for i, b := range content {
		frame = append(frame, b^mask[i%4])
	}
	_, err := p.stream.Write(frame)
	return err
}

// Close implements net.Conn.
func (p *podConn) Close() error {
	p.mu.Lock()
	closed := p.closed
	p.closed = true
	p.mu.Unlock()
	if closed {
		return nil
	}
	_ = p.send(closeFrame, nil) // the other side may be gone
	p.give()
	return p.stream.Close()
}

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
