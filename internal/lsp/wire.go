package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// The errors of JSON-RPC 2.0 and of the protocol.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeMethodNotFound = -32601
	codeInvalidParams  = -32602
	codeInternal       = -32603
	codeNotInitialized = -32002
	codeCancelled      = -32800
)

// largest is how long a message may be: far longer than any script, and short enough to hold.
const largest = 32 << 20

// message is a request, a notification or an answer.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// badMessage is one that cannot be understood; what comes behind it can.
type badMessage struct {
	id   json.RawMessage
	code int
	text string
}

func (b *badMessage) Error() string { return b.text }

// reader cuts a stream into messages.
type reader struct{ in *bufio.Reader }

func newReader(in io.Reader) *reader { return &reader{bufio.NewReaderSize(in, 64<<10)} }

// next reads a message: a head of lines with a Content-Length, an empty line, and that many bytes of JSON.
func (r *reader) next() (message, error) {
	length := -1
	for {
		line, err := r.in.ReadString('\n')
		if err != nil {
			if errors.Is(err, io.EOF) && strings.TrimSpace(line) == "" {
				return message{}, io.EOF
			}
			return message{}, fmt.Errorf("reading the head of a message: %w", err)
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil || length < 0 {
				return message{}, fmt.Errorf("a message of length %q", value)
			}
		}
	}
	switch {
	case length < 0:
		return message{}, &badMessage{nil, codeInvalidRequest, "a message without Content-Length"}
	case length > largest:
		if _, err := io.CopyN(io.Discard, r.in, int64(length)); err != nil {
			return message{}, fmt.Errorf("passing over a message: %w", err)
		}
		return message{}, &badMessage{nil, codeInvalidRequest, fmt.Sprintf("a message of %d bytes; the longest is %d", length, largest)}
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r.in, text); err != nil {
		return message{}, fmt.Errorf("reading a message: %w", err)
	}
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		return message{}, &badMessage{nil, codeParse, "a message that is no JSON-RPC: " + err.Error()}
	}
	return m, nil
}

// writer writes messages, whole.
type writer struct {
	mu  sync.Mutex
	out io.Writer
}

func (w *writer) write(m any) {
	text, err := json.Marshal(m)
	if err != nil {
		return // only values of our own are written
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, _ = fmt.Fprintf(w.out, "Content-Length: %d\r\n\r\n%s", len(text), text) // a client that is gone shows on the input
}

func (w *writer) result(id json.RawMessage, result any) {
	w.write(struct {
		RPC    string          `json:"jsonrpc"`
		ID     json.RawMessage `json:"id"`
		Result any             `json:"result"`
	}{"2.0", id, result})
}

func (w *writer) fail(id json.RawMessage, code int, text string) {
	if len(id) == 0 {
		id = json.RawMessage("null")
	}
	type failure struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	w.write(struct {
		RPC   string          `json:"jsonrpc"`
		ID    json.RawMessage `json:"id"`
		Error failure         `json:"error"`
	}{"2.0", id, failure{code, text}})
}

func (w *writer) notify(method string, params any) {
	w.write(struct {
		RPC    string `json:"jsonrpc"`
		Method string `json:"method"`
		Params any    `json:"params"`
	}{"2.0", method, params})
}
