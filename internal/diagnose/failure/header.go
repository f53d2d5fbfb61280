package failure

import (
	"bytes"
	"time"
)

// header is the first line of an event, taken apart:
//
//	2026-11-22 18:29:15,123 INFO  org.apache.flink.runtime.executiongraph.ExecutionGraph [] - message
type header struct {
	time    time.Time
	level   string
	logger  string // with what stands between it and the message
	message string
}

// stamped says whether a line begins with a date and a time of day: "2026-11-22 18:29:15" or with a T between them.
func stamped(line []byte) bool {
	if len(line) < len("2006-01-02 15:04:05") || line[4] != '-' || line[7] != '-' || line[13] != ':' || line[16] != ':' || line[10] != ' ' && line[10] != 'T' {
		return false
	}
	for _, i := range [...]int{0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18} {
		if line[i] < '0' || line[i] > '9' {
			return false
		}
	}
	return true
}

// parseHeader takes a stamped line apart. zone is where the log was written.
func parseHeader(line []byte, zone *time.Location) header {
	n := func(from, to int) (v int) {
		for _, c := range line[from:to] {
			v = v*10 + int(c-'0')
		}
		return v
	}
	rest := line[len("2006-01-02 15:04:05"):]
	millis := 0
	if len(rest) >= 4 && (rest[0] == ',' || rest[0] == '.') {
		for _, c := range rest[1:4] {
			if c >= '0' && c <= '9' {
				millis = millis*10 + int(c-'0')
			}
		}
		rest = bytes.TrimLeft(rest[1:], "0123456789")
	}
	if bytes.HasPrefix(rest, []byte("Z")) {
		rest, zone = rest[1:], time.UTC
	}
	h := header{time: time.Date(n(0, 4), time.Month(n(5, 7)), n(8, 10), n(11, 13), n(14, 16), n(17, 19), millis*int(time.Millisecond), zone)}
	rest = bytes.TrimLeft(rest, " \t[")
	word := rest[:len(rest)-len(bytes.TrimLeft(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
	if level, ok := levelOf(word); ok {
		h.level = level
		rest = bytes.TrimLeft(rest[len(word):], " ]\t")
	}
	if logger, message, ok := bytes.Cut(rest, []byte(" - ")); ok {
		h.logger, rest = string(logger), message
	}
	h.message = string(rest)
	return h
}

// levelOf reads the name of a log level.
func levelOf(word []byte) (string, bool) {
	switch string(word) {
	case "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL":
		return string(word), true
	case "WARNING":
		return "WARN", true
	case "SEVERE":
		return "ERROR", true
	}
	return "", false
}
