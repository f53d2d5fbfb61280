package snapshot

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
)

// magic begins every file (Checkpoints.HEADER_MAGIC_NUMBER); masterMagic every state of a master hook.
const (
	magic       = 0x4960672d
	masterMagic = -0x3694e96a // 0xc96b1696
)

// decoder reads what a Java DataOutputStream wrote. The first error stays; all reads after it give zeros.
type decoder struct {
	in      *bufio.Reader
	version int
	offset  int64
	err     error

	// out, when it is set, gets what was read, with the paths of rename in the place of those that were there.
	out    io.Writer
	rename func(path string) string

	number [8]byte // what bytes returns
	text   []byte  // what rawUTF returns
}

// passOn writes what was read to out.
func (d *decoder) passOn(raw []byte) {
	if d.out == nil || d.err != nil {
		return
	}
	if _, err := d.out.Write(raw); err != nil {
		d.err = err
	}
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// bytes reads up to 8 bytes, which stay until the next call.
func (d *decoder) bytes(n int) []byte {
	buffer := d.number[:n]
	clear(buffer)
	if d.err != nil {
		return buffer
	}
	read, err := io.ReadFull(d.in, buffer)
	d.offset += int64(read)
	if err != nil {
		d.err = cutOff(err)
		clear(buffer)
	}
	d.passOn(buffer)
	return buffer
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends too early")
	}
	return err
}

func (d *decoder) int8() int8   { return int8(d.bytes(1)[0]) }
func (d *decoder) int32() int32 { return int32(binary.BigEndian.Uint32(d.bytes(4))) }
func (d *decoder) int64() int64 { return int64(binary.BigEndian.Uint64(d.bytes(8))) }

// size reads a number of bytes of state. Only broken files have one below zero, or one that nothing can store.
func (d *decoder) size() int64 {
	const most = 1 << 50
	n := d.int64()
	if n < 0 || n > most {
		d.fail("a size of %d bytes", n)
		return 0
	}
	return n
}

// count reads how many things follow; none after an error, so that loops over it end.
func (d *decoder) count() int32 {
	n := d.int32()
	if n < 0 {
		d.fail("a count of %d", n)
	}
	if d.err != nil {
		return 0
	}
	return n
}

// items is a loop over as many things as a count says, which ends at the first error.
func (d *decoder) items() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for i := range d.count() {
			if d.err != nil || !yield(i) {
				return
			}
		}
	}
}

// skip passes over n bytes.
func (d *decoder) skip(n int64) {
	if d.err != nil {
		return
	}
	out := d.out
	if out == nil {
		out = io.Discard
	}
	done, err := io.CopyN(out, d.in, n)
	d.offset += done
	if err != nil {
		d.err = cutOff(err)
	}
}

// utf reads what DataOutput.writeUTF wrote: a length of two bytes, then modified UTF-8, in which a character outside the
// basic plane is two surrogates of three bytes and NUL is two bytes.
func (d *decoder) utf() string {
	raw := d.rawUTF()
	d.writeUTF(raw)
	return fromModified(raw)
}

// path reads the path of a file or folder that is named in full.
func (d *decoder) path() string {
	raw := d.rawUTF()
	text := fromModified(raw)
	if d.rename != nil && d.err == nil {
		if renamed := d.rename(text); renamed != text {
			raw = toModified(renamed)
		}
	}
	d.writeUTF(raw)
	return text
}

// rawUTF returns bytes that stay until the next call.
func (d *decoder) rawUTF() []byte {
	if d.err != nil {
		return nil
	}
	length := d.number[:2]
	read, err := io.ReadFull(d.in, length)
	d.offset += int64(read)
	if err == nil {
		n := int(binary.BigEndian.Uint16(length))
		d.text = slices.Grow(d.text[:0], n)[:n]
		read, err = io.ReadFull(d.in, d.text)
		d.offset += int64(read)
	}
	if err != nil {
		d.err = cutOff(err)
		return nil
	}
	return d.text
}

func (d *decoder) writeUTF(raw []byte) {
	if d.out == nil {
		return
	}
	if len(raw) > math.MaxUint16 {
		d.fail("the path %.40s… is too long", raw)
		return
	}
	d.passOn(binary.BigEndian.AppendUint16(nil, uint16(len(raw))))
	d.passOn(raw)
}

// skipEach passes over n things of a fixed width.
func (d *decoder) skipEach(n int32, width int64) { d.skip(int64(n) * width) }
