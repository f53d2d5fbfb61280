package sqltest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
)

// lay writes what the sources of a case give into its folder.
func (c *Case) lay(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for i, s := range c.steps {
		if s.pause > 0 && i > 0 {
			pause := filepath.Join(folder, fmt.Sprintf("pause-%d", i-1))
			if err := os.WriteFile(pause, []byte(strconv.FormatInt(s.pause.Milliseconds(), 10)), 0o600); err != nil {
				return err
			}
		}
	}
	for _, t := range c.Suite.script.tables {
		if t.Kind != bind.BaseTable {
			continue
		}
		text, err := c.feed(t)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, t.id+".feed"), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// feed is the file of one table; package autostream.sqltest of sdk/java tells its lines. A table that the case does not
// mention is idle: it does not hold back the watermark of those that are.
func (c *Case) feed(t *table) (string, error) {
	var out strings.Builder
	lines := json.NewEncoder(&out)
	lines.SetEscapeHTML(false)
	given := false
	for i, s := range c.steps {
		if i > 0 {
			_ = lines.Encode(map[string]int{"step": i}) // a Builder never fails
		}
		events, named := s.events[t]
		given = given || named
		if !given && i == 0 {
			_ = lines.Encode(map[string]bool{"idle": true})
		}
		for _, e := range events {
			if err := lines.Encode(e.wire()); err != nil {
				return "", fmt.Errorf("writing a row of %s: %w", t.Path.Short(), err)
			}
		}
	}
	end := "end"
	if c.hold {
		end = "hold"
	}
	_ = lines.Encode(map[string]bool{end: true})
	return out.String(), nil
}

func (e event) wire() any {
	switch e.word {
	case "":
		return map[string]any{"k": e.kind.String(), "r": e.row}
	case "watermark":
		return map[string]int64{"watermark": e.until.UnixMilli()}
	}
	return map[string]bool{e.word: true}
}
