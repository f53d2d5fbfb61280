// Package lsp is a language server for Flink SQL over stdio: the Language Server Protocol 3.17, positions in UTF-16.
//
// What it says of a script comes from the engine of `autostream lint`: the same reader, the same rules, the same session of
// shared tables. A change of a job's script judges that script alone; a change of a shared table judges what is open again.
//
// One goroutine reads messages and one answers them, in their order. A request that is cancelled while it waits is answered as
// cancelled. Diagnostics are made when no message waits any more, so that typing ahead costs one judgement.
package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/sqlfiles"
)

// Server serves one editor.
type Server struct {
	Open    sqlfiles.Open // finds the project of a file
	Dir     string        // for files that lie in none
	Version string
	Log     *slog.Logger

	out       *writer
	work      *workspace
	began     bool
	ended     bool // shutdown was asked for
	mu        sync.Mutex
	cancelled map[string]bool // ids of requests that nobody wants any more
}

// waiting bounds how many messages may wait; a client that sends more is made to wait itself.
const waiting = 4096

// pause is how long the editor is silent before files are read that nobody has asked for.
const pause = 200 * time.Millisecond

// Serve answers messages until the client says exit, or the input ends. The error is nil when it was told to shut down first.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	s.out, s.cancelled = &writer{out: out}, map[string]bool{}
	s.work = newWorkspace(s.Open, s.Dir)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan message, waiting)
	failed := make(chan error, 1)
	go func() {
		defer close(queue)
		failed <- s.receive(ctx, in, queue)
	}()
	quiet := time.NewTimer(pause)
	for rest := pause; ; {
		var idle <-chan time.Time
		if s.work.unread() {
			quiet.Reset(rest)
			idle = quiet.C
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-idle:
			rest = 0
			s.work.readOn()
			s.publish()
		case m, more := <-queue:
			rest = pause
			if !more {
				if err := <-failed; err != nil && !s.ended {
					return err
				}
				return nil
			}
			if m.Method == "exit" {
				if !s.ended {
					return errors.New("the editor left without saying shutdown")
				}
				return nil
			}
			s.answer(m)
			if len(queue) == 0 {
				s.publish()
			}
		}
	}
}

// receive reads messages. Cancellations do not wait behind what they cancel.
func (s *Server) receive(ctx context.Context, in io.Reader, queue chan<- message) error {
	r := newReader(in)
	for {
		m, err := r.next()
		var bad *badMessage
		switch {
		case errors.As(err, &bad):
			s.out.fail(bad.id, bad.code, bad.Error())
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case m.Method == "$/cancelRequest":
			var p struct {
				ID json.RawMessage `json:"id"`
			}
			if json.Unmarshal(m.Params, &p) == nil {
				s.mu.Lock()
				s.cancelled[string(p.ID)] = true
				s.mu.Unlock()
			}
			continue
		}
		select {
		case queue <- m:
		case <-ctx.Done():
			return ctx.Err()
		}
		if m.Method == "exit" {
			return nil
		}
	}
}

// forget reports whether a request was cancelled, and forgets that.
func (s *Server) forget(id json.RawMessage) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.cancelled[string(id)]
	delete(s.cancelled, string(id))
	if len(s.cancelled) > waiting { // of requests that were answered before
		clear(s.cancelled)
	}
	return was
}

// answer does what a message asks for.
func (s *Server) answer(m message) {
	isRequest := len(m.ID) > 0 && string(m.ID) != "null"
	switch {
	case m.Method == "": // an answer of the client's
		return
	case isRequest && s.forget(m.ID):
		s.out.fail(m.ID, codeCancelled, "cancelled")
		return
	case !s.began && m.Method != "initialize":
		if isRequest {
			s.out.fail(m.ID, codeNotInitialized, "initialize comes first")
		}
		return
	case s.ended:
		if isRequest {
			s.out.fail(m.ID, codeInvalidRequest, "the server was shut down")
		}
		return
	}
	handle, known := s.handlers()[m.Method]
	if !known {
		if isRequest {
			s.out.fail(m.ID, codeMethodNotFound, "no method "+m.Method)
		}
		return
	}
	result, err := s.safely(handle, m)
	if !isRequest {
		if err != nil {
			s.Log.Warn("message", "method", m.Method, "error", err)
		}
		return
	}
	var wrong *badParams
	switch {
	case errors.As(err, &wrong):
		s.out.fail(m.ID, codeInvalidParams, err.Error())
	case err != nil:
		s.out.fail(m.ID, codeInternal, err.Error())
	default:
		s.out.result(m.ID, result)
	}
}

// safely keeps a mistake of ours in one answer from ending the editor's session.
func (s *Server) safely(handle handler, m message) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("a request failed", "method", m.Method, "panic", fmt.Sprint(p))
			err = fmt.Errorf("%s failed; this is a mistake of autostream's: %v", m.Method, p)
		}
	}()
	return handle(m.Params)
}
