package attach

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// Where this program cannot reach a JVM, a copy of it that runs beside the JVM does, and the two talk over its standard input
// and output:
//
//	greeting            "autostream inside 1\n"
//	request             a line of JSON, after it size bytes when a file is placed
//	answer              chunks, each led by its length in four bytes; length 0 ends them
//	verdict             a line of JSON
//
// One request is answered after the other. Empty lines between requests tell that somebody is there. The end of the input
// ends the copy.

// greeting is the first thing that the copy writes.
const greeting = "autostream inside 1\n"

// biggestFile bounds what is placed: a jar of a few kilobytes.
const biggestFile = 16 << 20

// chunk is how much of an answer goes into a chunk at most.
const chunk = 32 << 10

// What is asked of the copy.
const (
	toAttach = "attach"
	toFetch  = "fetch"
	toPlace  = "place"
)

type request struct {
	Do      string   `json:"do"`
	Command string   `json:"command,omitempty"` // of the attach protocol
	Args    []string `json:"args,omitempty"`
	Path    string   `json:"path,omitempty"` // of the file to fetch
	Name    string   `json:"name,omitempty"` // that the path of a placed file ends with
	Size    int      `json:"size,omitempty"` // of what is placed
}

// verdict says how a request ended.
type verdict struct {
	Kind  fault.Kind `json:"kind,omitempty"`
	Error string     `json:"error,omitempty"` // "" when it succeeded
	Fix   string     `json:"fix,omitempty"`
	Path  string     `json:"path,omitempty"` // of the placed file
}

func verdictOf(path string, err error) verdict {
	if err == nil {
		return verdict{Path: path}
	}
	return verdict{Kind: fault.KindOf(err), Error: err.Error(), Fix: fault.FixOf(err)}
}

func (v verdict) err() error {
	if v.Error == "" {
		return nil
	}
	return &fault.Error{Kind: v.Kind, Message: v.Error, Fix: v.Fix}
}

// Session is the conversation with a copy beside a JVM. It is for one goroutine at a time.
type Session struct {
	stream io.ReadWriteCloser
	broken bool
	mu     sync.Mutex // of writing
	over   chan struct{}
	end    sync.Once
}

// pulse is the time between two empty lines.
const pulse = 10 * time.Second

// NewSession waits for the greeting of the copy behind a stream, which it closes in the end and when there is none.
func NewSession(stream io.ReadWriteCloser) (*Session, error) {
	got := make([]byte, len(greeting))
	if _, err := io.ReadFull(stream, got); err != nil || string(got) != greeting {
		_ = stream.Close()
		if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = fault.Errorf(fault.Failed, "what runs beside the JVM is another program")
		}
		return nil, err
	}
	s := &Session{stream: stream, over: make(chan struct{})}
	go s.beat()
	return s, nil
}

// beat tells the copy again and again that somebody is there.
func (s *Session) beat() {
	ticker := time.NewTicker(pulse)
	defer ticker.Stop()
	for {
		select {
		case <-s.over:
			return
		case <-ticker.C:
			if s.write([]byte{'\n'}) != nil {
				return // the next request will say so
			}
		}
	}
}

func (s *Session) write(text []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.stream.Write(text)
	return err
}

// Broken says that the conversation was cut off: nothing can be asked any more.
func (s *Session) Broken() bool { return s.broken }

// Close ends the copy. It may be called from any goroutine, and cuts off what is being asked.
func (s *Session) Close() error {
	s.end.Do(func() { close(s.over) })
	return s.stream.Close()
}

// Attach has the JVM carry out a command and copies its answer to w.
func (s *Session) Attach(w io.Writer, command string, args ...string) error {
	_, err := s.ask(request{Do: toAttach, Command: command, Args: args}, nil, w)
	return err
}

// Fetch copies a file that the JVM has written to w, and removes it.
func (s *Session) Fetch(w io.Writer, path string) error {
	_, err := s.ask(request{Do: toFetch, Path: path}, nil, w)
	return err
}

// Place writes a file that the JVM can read and returns its path. It is removed when it is fetched, or with the session.
func (s *Session) Place(name string, text []byte) (string, error) {
	v, err := s.ask(request{Do: toPlace, Name: name, Size: len(text)}, text, io.Discard)
	return v.Path, err
}

// ask makes a request and copies its answer. Unless the copy has said how it ended, the conversation is broken.
func (s *Session) ask(r request, with []byte, w io.Writer) (v verdict, err error) {
	line, err := json.Marshal(r)
	if err != nil {
		return v, err
	}
	s.broken = true
	if err := s.write(append(append(line, '\n'), with...)); err != nil {
		return v, fmt.Errorf("asking for %s: %w", r.Do, err)
	}
	in := &chunks{r: s.stream}
	if _, err := io.Copy(w, in); err != nil {
		return v, fmt.Errorf("reading the answer to %s: %w", r.Do, err)
	}
	text, err := in.line()
	if err != nil {
		return v, fmt.Errorf("reading the answer to %s: %w", r.Do, err)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("reading the answer to %s: %w", r.Do, err)
	}
	s.broken = false
	return v, v.err()
}

// chunks reads an answer to its end, and no byte further.
type chunks struct {
	r    io.Reader
	left int
	over bool
}

// Read implements io.Reader.
func (c *chunks) Read(p []byte) (int, error) {
	if c.over {
		return 0, io.EOF
	}
	if c.left == 0 {
		var length [4]byte
		if _, err := io.ReadFull(c.r, length[:]); err != nil {
			return 0, noEnd(err)
		}
		n := binary.BigEndian.Uint32(length[:])
		if n > chunk {
			return 0, fmt.Errorf("a chunk of %d bytes cannot be", n)
		}
		if c.left = int(n); n == 0 {
			c.over = true
			return 0, io.EOF
		}
	}
	n, err := c.r.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, noEnd(err)
}

// line reads the line behind the answer.
func (c *chunks) line() ([]byte, error) {
	var line []byte
	for one := make([]byte, 1); len(line) < chunk; line = append(line, one[0]) {
		if _, err := io.ReadFull(c.r, one); err != nil {
			return nil, noEnd(err)
		}
		if one[0] == '\n' {
			return line, nil
		}
	}
	return nil, errors.New("the verdict does not end")
}

// noEnd makes an error of the end of a stream that goes on.
func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// write writes chunks.
type write struct{ w io.Writer }

// Write implements io.Writer.
func (c write) Write(p []byte) (int, error) {
	for done := 0; done < len(p); {
		n := min(len(p)-done, chunk)
		if _, err := c.w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(n)), p[done:done+n]...)); err != nil {
			return done, err
		}
		done += n
	}
	return len(p), nil
}
