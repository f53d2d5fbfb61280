// Sizes of windows.

package changelog

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// checkSizes checks the intervals of a window table function: literals of days or less, positive, with an offset below the
// size (WindowUtil, WindowSpec of each kind).
func (b *builder) checkSizes(op *Operator, w *Window) {
	spans, ok := b.spans(op, w.Args)
	least := sizes[w.Name]
	if !ok || least == 0 || len(spans) < least {
		return
	}
	for _, n := range spans[:least] {
		if n <= 0 {
			b.refuse(WindowForm, b.place(op), "the sizes of "+w.Name+" are positive", "")
			return
		}
	}
	if w.Name == "TUMBLE" && b.Release >= token.V2_0 && len(spans) > least && max(spans[least], -spans[least]) >= spans[least-1] {
		b.refuse(WindowForm, b.place(op), "the offset of "+w.Name+" is smaller than its size", "")
		return
	}
	if w.Name == "CUMULATE" && spans[1]%spans[0] != 0 {
		b.refuse(WindowForm, b.place(op), "the size of CUMULATE is no multiple of its step", "")
	}
}

// checkSlide: an aggregation shares its work between HOP windows in slices, which all have to fit.
func (b *builder) checkSlide(op *Operator, w *Window) {
	if w.Name != "HOP" || len(w.Args) < 2 {
		return
	}
	slide, slides := milliseconds(w.Args[0])
	size, sized := milliseconds(w.Args[1])
	if slides && sized && slide > 0 && size%slide != 0 {
		b.refuse(WindowForm, b.place(op), "the size of HOP is no multiple of its slide", "")
	}
}

// spans are the intervals of a window in milliseconds; ok is false when one is not known, or is refused.
func (b *builder) spans(op *Operator, args []bind.Expr) (spans []int64, ok bool) {
	for _, a := range args {
		if a.Type().Root == types.YearMonth {
			b.refuse(WindowForm, b.place(op), "the size of a window is an interval of days or less, not "+b.text(a.Place()), "")
			return nil, false
		}
		n, ok := milliseconds(a)
		if !ok {
			if c, computed := a.(*bind.Call); computed && c.Infix && !b.Batch && op.Kind == WindowTableFunction {
				b.refuse(WindowForm, b.place(op), "the size of a window is written as one interval, not computed", "")
			}
			return nil, false
		}
		spans = append(spans, n)
	}
	return spans, true
}

// milliseconds reads a literal interval of one unit.
func milliseconds(e bind.Expr) (int64, bool) {
	l, ok := e.(*bind.Literal)
	if !ok {
		return 0, false
	}
	words := strings.Fields(strings.ReplaceAll(strings.ToUpper(l.Text), "'", " "))
	if len(words) != 3 || words[0] != "INTERVAL" {
		return 0, false
	}
	unit, ok := map[string]int64{"SECOND": 1000, "MINUTE": 60_000, "HOUR": 3_600_000, "DAY": 86_400_000}[strings.TrimSuffix(words[2], "S")]
	var n int64
	if _, err := fmt.Sscan(words[1], &n); err != nil || !ok {
		return 0, false
	}
	return n * unit, true
}

func (b *builder) checkGroupWindow(op *Operator) {
	w := op.Detail.(*Grouping).Window
	if b.ordinary(op.input(), w.Time) {
		b.refuse(WindowTime, b.place(op), "a window needs a time attribute, column "+columnText(op.input().Row[w.Time]), timeLost)
	}
	spans, ok := b.spans(op, w.Args)
	for _, n := range spans {
		if ok && n <= 0 {
			b.refuse(WindowForm, b.place(op), "the sizes of a window are positive", "")
			return
		}
	}
}
