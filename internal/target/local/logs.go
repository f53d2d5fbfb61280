package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
)

// Logs implements target.Target. The processes of a session cluster log for all its jobs. What jobs print, as the print
// connector does, is in the output of the TaskManager.
func (t *Target) Logs(ctx context.Context, id target.JobID, o target.LogOptions, w io.Writer) error {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return err
	}
	if _, err := jobmanager.Find(ctx, c, id); err != nil {
		return err
	}
	var logs []*growing
	for _, name := range []string{"jobmanager.log", "taskmanager.log", "taskmanager.out"} {
		if !o.Follow && o.Tail == 0 {
			logs = append(logs, t.rolled(name)...)
		}
		log := &growing{label: labels[name], path: filepath.Join(t.folder.log(), name)}
		if o.Tail > 0 {
			if err := log.skipTo(o.Tail); err != nil {
				return err
			}
		}
		logs = append(logs, log)
	}
	for {
		for _, log := range logs {
			if !o.Follow && ctx.Err() != nil {
				return ctx.Err()
			}
			if err := log.copy(w, !o.Follow); err != nil {
				return err
			}
		}
		if !o.Follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(look):
		}
	}
}

// rolled lists the earlier files of a log, the oldest first: log4j begins a new one with each start of its process and
// leaves the old one as name.1, or with the highest number for the newest (the DefaultRolloverStrategy of Flink's files).
func (t *Target) rolled(name string) []*growing {
	var logs []*growing
	for n := 1; ; n++ {
		path := filepath.Join(t.folder.log(), fmt.Sprintf("%s.%d", name, n))
		if _, err := os.Stat(path); err != nil {
			return logs
		}
		logs = append(logs, &growing{label: labels[name], path: path})
	}
}

// labels lead the lines of a log.
var labels = map[string]string{"jobmanager.log": "jobmanager", "taskmanager.log": "taskmanager", "taskmanager.out": "taskmanager.out"}

// growing is a log that is read while it is written. log4j renames it when it is full or its process starts anew; then
// the new file of that name is read from its beginning.
type growing struct {
	label, path string
	file        os.FileInfo // as it was when it was read last; nil before
	offset      int64
}

// skipTo moves to the last n lines.
func (g *growing) skipTo(n int) error {
	text, err := os.ReadFile(g.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	at := len(bytes.TrimSuffix(text, []byte("\n")))
	for ; n > 0 && at >= 0; n-- {
		at = bytes.LastIndexByte(text[:at], '\n')
	}
	g.offset = int64(at + 1)
	g.file, err = os.Stat(g.path)
	return err
}

// copy writes the lines that were added. The last line is held back until it is complete, unless it is the end of all.
func (g *growing) copy(w io.Writer, end bool) error {
	f, err := os.Open(g.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	now, err := f.Stat()
	if err != nil {
		return err
	}
	if g.file != nil && !os.SameFile(g.file, now) || now.Size() < g.offset {
		g.offset = 0
	}
	g.file = now
	text, err := io.ReadAll(io.NewSectionReader(f, g.offset, now.Size()-g.offset))
	if err != nil {
		return err
	}
	for len(text) > 0 {
		line, rest, complete := bytes.Cut(text, []byte("\n"))
		if !complete && !end {
			return nil
		}
		if _, err := fmt.Fprintf(w, "%s | %s\n", g.label, line); err != nil {
			return err
		}
		g.offset += int64(len(text) - len(rest))
		text = rest
	}
	return nil
}
