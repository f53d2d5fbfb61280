package clicks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
)

// Feed writes one file of JSON lines a second into a folder until ctx ends or the folder is gone, neither of which is an
// error. A file appears under its name only when it is whole: Flink's file source passes over names that begin with a dot.
func Feed(ctx context.Context, dir string, s *Stream) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err := Write(dir, s); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Write writes the clicks of the next second into one new file.
func Write(dir string, s *Stream) error {
	name := s.now.Format("20060102-150405") + ".json"
	return WriteFile(dir, name, s.Next())
}

// WriteFile publishes clicks as one file of a folder. No clicks, no file.
func WriteFile(dir, name string, all []Click) error {
	if len(all) == 0 {
		return nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	for _, c := range all {
		if err := encoder.Encode(c); err != nil {
			return fmt.Errorf("encoding a click: %w", err)
		}
	}
	return atomicfile.Write(filepath.Join(dir, name), text.Bytes(), 0o644)
}
