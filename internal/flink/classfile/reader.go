// Reading the bytes of a class: its constant pool, its attributes, its annotations.

package classfile

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"
)

// reader reads from the front. The first error stays; all reads after it give zeros.
type reader struct {
	rest  []byte
	all   *constants
	depth int // of annotations within annotations
	err   error
}

// constants is the constant pool. Entry 0 is not used.
type constants struct {
	text   []string // of Utf8
	class  []uint16 // of Class: the index of its name
	number []int64  // of Integer and Long, and the bits of Float and Double
	budget int      // how many more bytes of texts may be used: one text may stand behind any number of references
}

// The tags of constants.
const (
	tagUtf8    = 1
	tagInteger = 3
	tagFloat   = 4
	tagLong    = 5
	tagDouble  = 6
	tagClass   = 7
)

// sizes are the bytes behind the tags of all other constants.
var sizes = [...]int{8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}

func (r *reader) take(n int) []byte {
	if r.err == nil && (n < 0 || n > len(r.rest)) {
		r.err = errShort
	}
	if r.err != nil {
		return nil
	}
	part := r.rest[:n]
	r.rest = r.rest[n:]
	return part
}

func (r *reader) u1() uint8 {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) u2() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) u4() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *reader) u8() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

func (r *reader) pool() {
	size := len(r.rest)
	n := int(r.u2())
	if n > size { // every constant has a tag at least
		r.fail("%w", errShort)
		return
	}
	r.all = &constants{text: make([]string, n), class: make([]uint16, n), number: make([]int64, n), budget: 16*size + 1<<16}
	for i := 1; i < n && r.err == nil; i++ {
		switch tag := r.u1(); tag {
		case tagUtf8:
			r.all.text[i] = text(r.take(int(r.u2())))
		case tagInteger:
			r.all.number[i] = int64(int32(r.u4()))
		case tagFloat:
			r.all.number[i] = int64(math.Float64bits(float64(math.Float32frombits(r.u4()))))
		case tagLong, tagDouble:
			r.all.number[i] = int64(r.u8())
			i++ // takes two places
		case tagClass:
			r.all.class[i] = r.u2()
		default:
			if int(tag) >= len(sizes) || sizes[tag] == 0 {
				r.fail("a constant has the unknown tag %d", tag)
				return
			}
			r.take(sizes[tag])
		}
	}
}

// text takes the modified UTF-8 of Java for the ordinary one: they differ in characters that no name of a program has.
func text(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	return string([]rune(string(raw)))
}

// utf8 reads the index of a text. Index 0 is "".
func (r *reader) utf8() string {
	i := int(r.u2())
	if r.all == nil || i >= len(r.all.text) {
		r.fail("there is no constant %d", i)
		return ""
	}
	return r.spend(r.all.text[i])
}

// spend counts the use of a text, so that a small class of many references to a long text does not become large.
func (r *reader) spend(text string) string {
	if r.all.budget -= len(text); r.all.budget < 0 {
		r.fail("the class uses its texts too often")
		return ""
	}
	return text
}

// className reads the index of a class. Index 0 is "".
func (r *reader) className() string {
	i := int(r.u2())
	if r.all == nil || i >= len(r.all.class) || int(r.all.class[i]) >= len(r.all.text) {
		r.fail("there is no class %d", i)
		return ""
	}
	return dotted(r.spend(r.all.text[r.all.class[i]]))
}

func (r *reader) number() int64 {
	i := int(r.u2())
	if r.all == nil || i >= len(r.all.number) {
		r.fail("there is no number %d", i)
		return 0
	}
	return r.all.number[i]
}

// attributes calls each for every attribute, with a reader of its bytes. What goes wrong inside one is wrong with the class.
func (r *reader) attributes(each func(name string, inside *reader)) {
	for range r.u2() {
		name := r.utf8()
		inside := &reader{rest: r.take(int(r.u4())), all: r.all}
		if r.err != nil {
			return
		}
		each(name, inside)
		if inside.err != nil {
			r.err = fmt.Errorf("in %s: %w", name, inside.err)
			return
		}
	}
}
