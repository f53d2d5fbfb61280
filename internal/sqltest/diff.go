package sqltest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Difference is how what arrived at a place differs from what was expected.
type Difference struct {
	Expectation *Expectation
	Lines       []Line
	Seen        int // rows that arrived
	got         []Row
}

// Line is one row of a comparison.
type Line struct {
	Sign   Sign
	Cells  []string // of the compared columns, a kind in front where the changelog counts
	Wanted []string // the same for what was wanted instead, of a changed row
}

// Sign says what became of a row.
type Sign string

// The signs.
const (
	Equal      Sign = " "
	Missing    Sign = "-" // expected, has not arrived
	Unexpected Sign = "+" // arrived, was not expected
	Changed    Sign = "~" // has other values
)

// compare holds what arrived against what is expected; nil when they agree.
func (e *Expectation) compare(changes []Row) *Difference {
	got := changes
	if !e.changelog {
		got = e.final(changes)
	}
	d := &Difference{Expectation: e, Seen: len(changes), got: got}
	if e.ordered || e.changelog {
		d.inOrder(got)
	} else {
		d.inAnyOrder(got)
	}
	if !slices.ContainsFunc(d.Lines, func(l Line) bool { return l.Sign != Equal }) {
		return nil
	}
	return d
}

// inOrder pairs rows by the longest common sequence, so that one row too many does not make all behind it differ.
func (d *Difference) inOrder(got []Row) {
	want := d.Expectation.Rows
	if len(want)*len(got) > 4_000_000 { // of no use to a reader anyway
		d.inAnyOrder(got)
		return
	}
	length := make([][]int, len(want)+1)
	for i := range length {
		length[i] = make([]int, len(got)+1)
	}
	for i := range slices.Backward(want) {
		for j := len(got) - 1; j >= 0; j-- {
			if d.Expectation.equal(want[i], got[j]) {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && d.Expectation.equal(want[i], got[j]):
			d.add(Equal, got[j])
			i, j = i+1, j+1
		case j == len(got) || i < len(want) && length[i+1][j] >= length[i][j+1]:
			d.add(Missing, want[i])
			i++
		default:
			d.add(Unexpected, got[j])
			j++
		}
	}
}

// inAnyOrder pairs equal rows, then those that have most in common.
func (d *Difference) inAnyOrder(got []Row) {
	free := make([]bool, len(got))
	for j := range free {
		free[j] = true
	}
	var left []Row
	for _, want := range d.Expectation.Rows {
		j := 0
		for j < len(got) && !(free[j] && d.Expectation.equal(want, got[j])) {
			j++
		}
		if j == len(got) {
			left = append(left, want)
			continue
		}
		free[j] = false
		d.add(Equal, got[j])
	}
	for _, want := range left {
		best, alike := -1, 0
		for k := range got {
			if n := d.Expectation.alike(want, got[k]); free[k] && n > alike {
				best, alike = k, n
			}
		}
		if best < 0 {
			d.add(Missing, want)
			continue
		}
		free[best] = false
		d.Lines = append(d.Lines, Line{Sign: Changed, Cells: d.cells(got[best]), Wanted: d.cells(want)})
	}
	for k := range got {
		if free[k] {
			d.add(Unexpected, got[k])
		}
	}
}

func (d *Difference) add(sign Sign, row Row) {
	d.Lines = append(d.Lines, Line{Sign: sign, Cells: d.cells(row)})
}

// Columns are the heads of the cells.
func (d *Difference) Columns() []string {
	var names []string
	if d.Expectation.changelog {
		names = append(names, "")
	}
	for _, i := range d.Expectation.compared {
		names = append(names, d.Expectation.columns[i].name)
	}
	return names
}

func (d *Difference) cells(row Row) []string {
	var cells []string
	if d.Expectation.changelog {
		cells = append(cells, row.Kind.String())
	}
	for _, i := range d.Expectation.compared {
		cells = append(cells, text(row.Values[i]))
	}
	return cells
}

// Summary counts: "1 row differs, 2 are missing, 1 was not expected".
func (d *Difference) Summary() string {
	count := map[Sign]int{}
	for _, l := range d.Lines {
		count[l.Sign]++
	}
	var parts []string
	for _, of := range []struct {
		sign      Sign
		one, many string
	}{{Changed, "1 row differs", "%d rows differ"}, {Missing, "1 is missing", "%d are missing"}, {Unexpected, "1 was not expected", "%d were not expected"}} {
		switch n := count[of.sign]; n {
		case 0:
		case 1:
			parts = append(parts, of.one)
		default:
			parts = append(parts, fmt.Sprintf(of.many, n))
		}
	}
	return strings.Join(parts, ", ")
}

// equal compares the columns that count.
func (e *Expectation) equal(want, got Row) bool {
	if e.changelog && want.Kind != got.Kind {
		return false
	}
	return e.alike(want, got) > len(e.compared)
}

// alike says how much two rows have in common: more than the number of columns for all of it, 0 for rows that are not to be
// shown as one that differs. Rows of one key belong together; without a key half of the columns have to agree.
func (e *Expectation) alike(want, got Row) int {
	n := 0
	for _, i := range e.compared {
		if e.close(i, want.Values[i], got.Values[i]) {
			n++
		}
	}
	switch keyed := len(e.key) > 0 && e.keyCompared(); {
	case n == len(e.compared):
		return n + 1
	case e.changelog && want.Kind != got.Kind:
		return 0
	case keyed && e.same(want, got):
		return n
	case keyed || 2*n < len(e.compared):
		return 0
	}
	return n
}

func (e *Expectation) keyCompared() bool {
	for _, k := range e.key {
		if !slices.Contains(e.compared, k) {
			return false
		}
	}
	return true
}

// close compares two values of a column within its tolerance.
func (e *Expectation) close(i int, want, got any) bool {
	if text(want) == text(got) {
		return (want == nil) == (got == nil)
	}
	t, ok := e.tolerance[e.columns[i].name]
	a, aText := want.(string)
	b, bText := got.(string)
	if !ok || !aText || !bText {
		return false
	}
	if t.elapsed > 0 {
		x, err1 := ParseTime(a)
		y, err2 := ParseTime(b)
		return err1 == nil && err2 == nil && absolute(x.Sub(y)) <= t.elapsed
	}
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err1 == nil && err2 == nil && math.Abs(x-y) <= t.number
}

func absolute(d time.Duration) time.Duration { return max(d, -d) }
