package api

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"sync"
)

// channels is the WebSocket protocol of the kubelet: the first byte of each message is its channel.
const channels = "v4.channel.k8s.io"

// websocket is a request that became a connection through the API server. Reading is for one goroutine, writing for any.
type websocket struct {
	stream io.ReadWriteCloser
	in     *bufio.Reader
	give   func()

	mu     sync.Mutex // of writing
	closed bool
}

// open asks the API server to make a connection of a request. The connection outlives ctx.
func (c *Client) open(ctx context.Context, path string) (*websocket, error) {
	opened, give := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, give)()
	request, err := http.NewRequestWithContext(opened, http.MethodGet, c.server+path, nil)
	if err != nil {
		give()
		return nil, err
	}
	var key [16]byte
	_, _ = rand.Read(key[:]) // never fails (crypto/rand)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": base64.StdEncoding.EncodeToString(key[:]), "Sec-WebSocket-Protocol": channels,
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
	return &websocket{stream: stream, in: bufio.NewReader(stream), give: give}, nil
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
func (w *websocket) message() ([]byte, error) {
	var whole []byte
	for {
		last, kind, content, err := w.frame()
		switch {
		case err != nil:
			return nil, err
		case kind == closeFrame:
			return nil, io.EOF
		case kind == pingFrame:
			if err := w.send(pongFrame, content); err != nil {
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

func (w *websocket) frame() (last bool, kind byte, content []byte, err error) {
	var head [2]byte
	if _, err = io.ReadFull(w.in, head[:]); err != nil {
		return false, 0, nil, err
	}
	size := uint64(head[1] & 0x7f)
	switch size {
	case 126:
		var n [2]byte
		_, err = io.ReadFull(w.in, n[:])
		size = uint64(binary.BigEndian.Uint16(n[:]))
	case 127:
		var n [8]byte
		_, err = io.ReadFull(w.in, n[:])
		size = binary.BigEndian.Uint64(n[:])
	}
	if err == nil && (size > maxMessage || head[1]&0x80 != 0) {
		err = errors.New("the API server sent a WebSocket frame that cannot be")
	}
	if err == nil {
		content = make([]byte, size)
		_, err = io.ReadFull(w.in, content)
	}
	return head[0]&0x80 != 0, head[0] & 0xf, content, err
}

// write sends data through a channel.
func (w *websocket) write(channel byte, data []byte) (int, error) {
	for done := 0; done < len(data); {
		n := min(len(data)-done, 32<<10)
		if err := w.send(binaryFrame, append([]byte{channel}, data[done:done+n]...)); err != nil {
			return done, err
		}
		done += n
	}
	return len(data), nil
}

// send writes a frame; what a client sends is masked.
func (w *websocket) send(kind byte, content []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
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
	_, err := w.stream.Write(frame)
	return err
}

// Close ends the connection, whoever reads or writes.
func (w *websocket) Close() error {
	w.mu.Lock()
	closed := w.closed
	w.closed = true
	w.mu.Unlock()
	if closed {
		return nil
	}
	_ = w.send(closeFrame, nil) // the other side may be gone
	w.give()
	return w.stream.Close()
}
