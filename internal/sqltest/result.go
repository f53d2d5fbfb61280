package sqltest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/autostream/autostream/internal/preview"
)

// arrived reads what has reached a place so far: whole lines, in their order.
func arrived(folder, id string, e *Expectation) ([]Row, error) {
	content, err := os.ReadFile(filepath.Join(folder, id+".result"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the result of %s: %w", e.title(), err)
	}
	var rows []Row
	for {
		line, rest, whole := bytes.Cut(content, []byte("\n"))
		if !whole {
			return rows, nil
		}
		row, err := e.read(line)
		if err != nil {
			return nil, fmt.Errorf("reading row %d of %s: %w", len(rows)+1, e.title(), err)
		}
		rows, content = append(rows, row), rest
	}
}

var kinds = map[string]preview.Kind{"+I": preview.Insert, "-U": preview.UpdateBefore, "+U": preview.UpdateAfter, "-D": preview.Delete}

// read reads one line of a result.
func (e *Expectation) read(line []byte) (Row, error) {
	var wire struct {
		Kind string         `json:"k"`
		Row  map[string]any `json:"r"`
	}
	if err := json.Unmarshal(line, &wire); err != nil {
		return Row{}, err
	}
	kind, ok := kinds[wire.Kind]
	if !ok {
		return Row{}, fmt.Errorf("unknown kind %q", wire.Kind)
	}
	row := Row{Kind: kind, Values: make([]any, len(e.columns))}
	for i, c := range e.columns {
		v, err := normal(c.typ, wire.Row[c.name])
		if err != nil {
			return Row{}, fmt.Errorf("column %s: %w", c.name, err)
		}
		row.Values[i] = v
	}
	return row, nil
}

// final is what changes add up to. With a key a row replaces the one before it; without, a row that is taken back is the
// latest equal one.
func (e *Expectation) final(changes []Row) []Row {
	var out []Row
	for _, row := range changes {
		at := -1
		for i := len(out) - 1; i >= 0 && at < 0; i-- {
			if e.same(out[i], row) {
				at = i
			}
		}
		switch {
		case !row.Kind.Adds() && at >= 0:
			out = append(out[:at:at], out[at+1:]...)
		case !row.Kind.Adds():
		case at >= 0 && len(e.key) > 0:
			out[at] = Row{Values: row.Values}
		default:
			out = append(out, Row{Values: row.Values})
		}
	}
	return out
}

// same reports whether a change is about a row.
func (e *Expectation) same(a, b Row) bool {
	columns := e.key
	if len(columns) == 0 {
		for i := range e.columns {
			columns = append(columns, i)
		}
	}
	for _, i := range columns {
		if text(a.Values[i]) != text(b.Values[i]) {
			return false
		}
	}
	return true
}
