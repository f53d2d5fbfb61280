package clicks

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Feed writes one file of JSON lines a second into a folder until ctx ends, which is not an error. A file appears under
// its name only when it is whole: Flink's file source passes over names that begin with a dot.
func Feed(ctx context.Context, dir string, s *Stream) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
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

// WriteFile publishes clicks as one file of a folder, which is made if need be. No clicks, no file.
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
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of clicks: %w", err)
	}
	hidden := filepath.Join(dir, "."+name)
	if err := os.WriteFile(hidden, text.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing clicks: %w", err)
	}
	if err := os.Rename(hidden, filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("publishing clicks: %w", err)
	}
	return nil
}
