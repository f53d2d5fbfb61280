package logs

import (
	"bytes"
	"io"
	"strings"
)

// ofProcess lets through the lines of one process, or of all whose names begin so. Each line is led by the name of the
// process that wrote it: "taskmanager-1-1 | text".
type ofProcess struct {
	name string
	w    io.Writer

	line []byte // that has not ended yet
}

// Write implements io.Writer.
func (p *ofProcess) Write(text []byte) (int, error) {
	p.line = append(p.line, text...)
	for {
		line, rest, whole := bytes.Cut(p.line, []byte("\n"))
		if !whole {
			return len(text), nil
		}
		if p.wrote(line) {
			if _, err := p.w.Write(p.line[:len(line)+1]); err != nil {
				return 0, err
			}
		}
		p.line = rest
	}
}

func (p *ofProcess) wrote(line []byte) bool {
	name, _, led := bytes.Cut(line, []byte(" | "))
	return led && strings.HasPrefix(string(name), p.name)
}
