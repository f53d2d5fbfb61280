package format

import (
	"strings"
	"unicode/utf8"
)

// A layout is a text with places where lines may be broken, in groups that are either on one line or broken as a whole
// (Oppen, "Prettyprinting", 1980; the whole list is in memory here, so that no streaming is needed). Its printing takes
// time linear in its length.
type layout struct {
	ops   []op
	stack []int // open groups: index of their opening
}

type op struct {
	kind opKind
	text string // of a text
	wide int32  // text: cells of its first line; open: indentation of what is inside
	mate int32  // open: index of the close
	flat int32  // open: width on one line; breaks of a fill: width up to the next break of the same group
	tail int32  // width of the text from here to the next break, whatever its group
}

type opKind uint8

const (
	opText       opKind = iota
	opSpace             // a blank, or a line break where its group is broken
	opCut               // nothing, or a line break where its group is broken
	opOuter             // as opCut, the new line is indented like the text before the group
	opOuterSpace        // as opSpace, likewise
	opLine              // always a line break; breaks every group around it
	opOuterLine         // as opLine, indented like the text before the group
	opBlank             // always a line break and an empty line
	opOpen              // a group that breaks at all of its breaks or at none
	opFill              // a group that breaks only where the line would be too long
	opClose
)

// tooWide is a width that fits on no line.
const tooWide = 1 << 24

func (l *layout) text(s string) {
	first, _, _ := strings.Cut(s, "\n")
	l.ops = append(l.ops, op{kind: opText, text: s, wide: int32(utf8.RuneCountInString(first))})
}

func (l *layout) add(kind opKind) { l.ops = append(l.ops, op{kind: kind}) }

func (l *layout) open(kind opKind, indent int) {
	l.stack = append(l.stack, len(l.ops))
	l.ops = append(l.ops, op{kind: kind, wide: int32(indent)})
}

func (l *layout) close() {
	start := l.stack[len(l.stack)-1]
	l.stack = l.stack[:len(l.stack)-1]
	l.ops[start].mate = int32(len(l.ops))
	l.ops = append(l.ops, op{kind: opClose})
}

// measure fills in the widths, from the end to the start.
func (l *layout) measure() {
	type level struct {
		flat int32 // of the group so far
		next int32 // flat width from here to the next break of the same group
	}
	levels := []level{{}}
	var tail int32
	for i := len(l.ops) - 1; i >= 0; i-- {
		o := &l.ops[i]
		top := &levels[len(levels)-1]
		grow := func(n int32) {
			top.flat, top.next = min(top.flat+n, tooWide), min(top.next+n, tooWide)
		}
		switch o.kind {
		case opText:
			tail = min(tail+o.wide, tooWide)
			if strings.Contains(o.text, "\n") {
				tail = o.wide
				grow(tooWide)
			} else {
				grow(o.wide)
			}
		case opSpace, opCut, opOuter, opOuterSpace:
			o.flat, top.next, tail = top.next, 0, 0
			top.flat = min(top.flat+o.kind.blank(), tooWide)
		case opLine, opOuterLine, opBlank:
			top.flat, top.next, tail = tooWide, 0, 0
		case opClose:
			levels = append(levels, level{})
		case opOpen, opFill:
			o.flat = top.flat
			inner := top.flat
			levels = levels[:len(levels)-1]
			outer := &levels[len(levels)-1]
			outer.flat, outer.next = min(outer.flat+inner, tooWide), min(outer.next+inner, tooWide)
		}
		o.tail = tail
	}
}

// blank is how many cells a break takes when it is not broken.
func (k opKind) blank() int32 {
	if k == opSpace || k == opOuterSpace {
		return 1
	}
	return 0
}

// print writes the layout into lines of at most width cells where breaks allow it, all but the first indented by base.
// Blanks at line ends are dropped.
func (l *layout) print(out *strings.Builder, width, base int) {
	l.measure()
	type group struct {
		kind   opKind
		broken bool
		indent int
		outer  int
	}
	groups := []group{{kind: opOpen, broken: true, indent: base, outer: base}}
	column, pendingSpace := base, false
	newline := func(indent int) {
		out.WriteByte('\n')
		column, pendingSpace = indent, false
	}
	atStart := true // of a line: indentation is written with the first text, so that empty lines stay empty
	for i := range l.ops {
		o := &l.ops[i]
		top := groups[len(groups)-1]
		switch o.kind {
		case opText:
			if o.text == "" {
				continue
			}
			if atStart {
				writeBlanks(out, column)
				atStart = false
			} else if pendingSpace {
				out.WriteByte(' ')
				column++
			}
			pendingSpace = false
			out.WriteString(o.text)
			if last := strings.LastIndexByte(o.text, '\n'); last >= 0 {
				column = utf8.RuneCountInString(o.text[last+1:])
			} else {
				column += int(o.wide)
			}
		case opSpace, opCut, opOuter, opOuterSpace:
			indent := top.indent
			if o.kind == opOuter || o.kind == opOuterSpace {
				indent = top.outer
			}
			blank := int(o.kind.blank())
			if top.broken && (top.kind == opOpen || column+blank+int(o.flat) > width) {
				newline(indent)
				atStart = true
			} else if blank > 0 {
				pendingSpace = true
			}
		case opOuterLine:
			newline(top.outer)
			atStart = true
		case opLine, opBlank:
			newline(top.indent)
			if o.kind == opBlank {
				newline(top.indent)
			}
			atStart = true
		case opOpen, opFill:
			after := int32(0)
			if int(o.mate)+1 < len(l.ops) {
				after = l.ops[o.mate+1].tail
			}
			lead := 0
			if pendingSpace {
				lead = 1
			}
			broken := column+lead+int(o.flat)+int(after) > width
			groups = append(groups, group{kind: o.kind, broken: broken, indent: top.indent + int(o.wide), outer: top.indent})
		case opClose:
			groups = groups[:len(groups)-1]
		}
	}
}

const blanks = "                                                                "

func writeBlanks(out *strings.Builder, n int) {
	for n > len(blanks) {
		out.WriteString(blanks)
		n -= len(blanks)
	}
	out.WriteString(blanks[:n])
}
