package snapshot

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
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
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// bytes reads up to 8 bytes.
func (d *decoder) bytes(n int) []byte {
	var buffer [8]byte
	if d.err != nil {
		return buffer[:n]
	}
	read, err := io.ReadFull(d.in, buffer[:n])
	d.offset += int64(read)
	if err != nil {
		d.err = cutOff(err)
		clear(buffer[:])
	}
	return buffer[:n]
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
	done, err := io.CopyN(io.Discard, d.in, n)
	d.offset += done
	if err != nil {
		d.err = cutOff(err)
	}
}

// utf reads what DataOutput.writeUTF wrote: a length of two bytes, then modified UTF-8, in which a character outside the
// basic plane is two surrogates of three bytes and NUL is two bytes.
func (d *decoder) utf() string {
	n := int(binary.BigEndian.Uint16(d.bytes(2)))
	if d.err != nil {
		return ""
	}
	raw := make([]byte, n)
	read, err := io.ReadFull(d.in, raw)
	d.offset += int64(read)
	if err != nil {
		d.err = cutOff(err)
		return ""
	}
	return fromModified(raw)
}

// skipEach passes over n things of a fixed width.
func (d *decoder) skipEach(n int32, width int64) { d.skip(int64(n) * width) }
