package tui

import (
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/types"
)

// The widths of columns, in cells.
const (
	gap      = 2  // between two columns
	narrow   = 8  // no column is shrunk below this
	generous = 48 // a column wider than this is shrunk before one is left out
)

// measure is how wide each column would like to be. It only grows, so that the columns do not jump while rows come.
type measure []int

// newMeasure starts with the names of the columns.
func newMeasure(columns []preview.Column) measure {
	m := make(measure, len(columns))
	for i, c := range columns {
		m[i] = width(clean(c.Name))
	}
	return m
}

// add takes the values of a row into account.
func (m measure) add(e preview.Event) {
	for i, v := range e.Fields {
		if i < len(m) && m[i] < generous {
			m[i] = min(generous, max(m[i], width(clean(preview.String(v)))))
		}
	}
}

// layout gives widths to the columns from first on, as many as fit into so many cells; the widest are shrunk first. There
// is always one.
func (m measure) layout(first, cells int) []int {
	var widths []int
	least := 0
	for _, wish := range m[min(first, len(m)):] {
		least += min(wish, narrow)
		if len(widths) > 0 {
			least += gap
		}
		if least > cells && len(widths) > 0 {
			break
		}
		widths = append(widths, wish)
	}
	for over := total(widths) - cells; over > 0; over-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if len(widths) == 0 || widths[widest] <= 1 {
			break
		}
		widths[widest]--
	}
	return widths
}

func total(widths []int) int {
	sum := max(0, len(widths)-1) * gap
	for _, w := range widths {
		sum += w
	}
	return sum
}

// numeric says whether values of a type stand at the right edge of their column.
func numeric(t types.Type) bool {
	switch t.Root {
	case types.TinyInt, types.SmallInt, types.Integer, types.BigInt, types.Decimal, types.Float, types.Double:
		return true
	}
	return false
}
