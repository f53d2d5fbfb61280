package failure

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of what is kept of a log: it may be cut off, binary, or one line of gigabytes.
const (
	longestLine  = 16 << 10
	longestEvent = 128 << 10
)

// scanner cuts one log into events and hands on those that may tell of a failure.
type scanner struct {
	source string
	to     *Groups

	dated   bool   // a line with a date was seen: only such lines begin an event from then on
	first   []byte // the first line of the event that is being read
	body    []byte // the lines below it
	open    bool   // there is such an event
	suspect bool   // a text of a rule is in it
}

// Read reads a log to its end. source names it in the report. Several logs may be read one after the other.
func (g *Groups) Read(source string, log io.Reader) error {
	s := &scanner{source: source, to: g}
	in := bufio.NewReaderSize(log, 256<<10)
	for {
		line, err := in.ReadSlice('\n')
		g.report.Bytes += int64(len(line))
		tooLong := errors.Is(err, bufio.ErrBufferFull)
		s.line(line)
		for errors.Is(err, bufio.ErrBufferFull) { // nobody reads the rest of such a line
			line, err = in.ReadSlice('\n')
			g.report.Bytes += int64(len(line))
		}
		if errors.Is(err, io.EOF) {
			s.flush()
			return nil
		}
		if err != nil && !tooLong {
			s.flush()
			return err
		}
	}
}

// line takes the next line of the log, which it does not keep.
func (s *scanner) line(line []byte) {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) > longestLine {
		line = line[:longestLine]
	}
	if len(line) > 0 {
		s.to.report.Lines++
	}
	if s.begins(line) {
		s.flush()
		s.first, s.body, s.open = append(s.first[:0], line...), s.body[:0], true
	} else if len(s.body)+len(line) < longestEvent {
		s.body = append(append(s.body, line...), '\n')
	}
	s.suspect = s.suspect || s.to.rules.texts.any(line)
}

// begins says whether a line is the first of an event: it has a date, or, in a log without dates, it does not look like
// the continuation of a stack trace.
func (s *scanner) begins(line []byte) bool {
	if stamped(line) {
		if s.dated = true; s.to.report.Lines%everyLine == 0 {
			s.to.hear(line)
		}
		return true
	}
	if s.dated || len(line) == 0 {
		return false
	}
	return line[0] != '\t' && line[0] != ' ' && !bytes.HasPrefix(line, []byte("Caused by:")) && !bytes.HasPrefix(line, []byte("..."))
}

// flush hands the event on that has been read, if it is worth it.
func (s *scanner) flush() {
	if s.open && (s.suspect || len(s.body) > 0 || bad(s.first)) {
		s.hand()
	}
	s.open, s.suspect, s.body = false, false, s.body[:0]
}

// bad says whether the first line of an event is of level ERROR or FATAL.
func bad(line []byte) bool {
	head := line[:min(len(line), 64)]
	return bytes.Contains(head, []byte("ERROR")) || bytes.Contains(head, []byte("FATAL"))
}

// asking begins the loggers that tell of questions to Flink's REST interface that could not be answered, such as our own.
// No job fails by them.
const asking = "org.apache.flink.runtime.rest.handler."

// unreachable begins what Pekko says again and again of a process that is gone: that it refuses connections. Flink says
// itself which one it misses.
const unreachable = "Association with remote system"

// hand makes an Event of what has been read.
func (s *scanner) hand() {
	h := header{message: string(s.first)}
	if stamped(s.first) {
		h = parseHeader(s.first, s.to.zone)
	}
	if strings.HasPrefix(h.logger, asking) || strings.HasPrefix(h.message, unreachable) {
		return
	}
	tells := s.failed(h)
	if s.suspect || tells {
		s.to.add(Event{Source: s.source, Time: h.time, Level: h.level, Text: clean(h.message)}, clean(string(s.body)), tells)
	}
}

// failed says whether an event tells of a failure even when no rule knows it: it says so itself, or has a stack trace and
// is about something that failed.
func (s *scanner) failed(h header) bool {
	switch h.level {
	case "ERROR", "FATAL":
		return true
	case "WARN", "INFO":
		ends := strings.Contains(h.message, "switched from") || strings.HasSuffix(h.message, "reached terminal state FAILED.")
		if !ends && (h.level == "INFO" || !strings.Contains(strings.ToLower(h.message), "fail")) {
			return false
		}
	case "DEBUG", "TRACE":
		return false
	}
	return bytes.Contains(s.body, []byte("\tat ")) || bytes.Contains(s.body, []byte("Exception"))
}

// clean makes valid UTF-8 of what a log holds.
func clean(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
