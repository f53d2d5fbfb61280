// Package tfile reads Hadoop's TFile: a container of key-value pairs in blocks, with its index at the end. YARN aggregates
// the logs of containers into such files (LogAggregationTFileController).
//
// The format is that of org.apache.hadoop.io.file.tfile: BCFile (blocks and their index) and TFile (what is in a block).
package tfile

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Source reads parts of a file: length bytes from an offset on.
type Source func(offset, length int64) (io.ReadCloser, error)

// magic ends every file (BCFile.Magic).
var magic = [...]byte{0xd1, 0x11, 0xd3, 0x68, 0x91, 0xb5, 0xd7, 0xb6, 0x39, 0xdf, 0x41, 0x40, 0x92, 0xba, 0xe1, 0x50}

// Limits beyond which a file is broken rather than big.
const (
	maxIndex = 64 << 20
	maxKey   = 1 << 20
)

// region is where a block lies.
type region struct{ offset, size, raw int64 }

// File is one TFile.
type File struct {
	source      Source
	compression string // of the data
	blocks      []region
}

// Open reads the index of a file of the given size.
func Open(source Source, size int64) (*File, error) {
	const trailer = 8 + 4 + int64(len(magic)) // offset of the index of meta blocks, version, magic
	if size < trailer {
		return nil, errors.New("no TFile: it is too short")
	}
	tail, err := read(source, size-trailer, trailer)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(tail[12:], magic[:]) {
		return nil, errors.New("no TFile: it does not end with the magic number")
	}
	if major := binary.BigEndian.Uint16(tail[8:]); major != 1 {
		return nil, fmt.Errorf("TFile of version %d: only 1 can be read", major)
	}
	at := int64(binary.BigEndian.Uint64(tail))
	if at < 0 || at > size-trailer || size-trailer-at > maxIndex {
		return nil, errors.New("the index of the TFile lies outside of it")
	}
	text, err := read(source, at, size-trailer-at)
	if err != nil {
		return nil, err
	}
	f := &File{source: source}
	return f, f.readMeta(&decoder{r: bufio.NewReader(bytes.NewReader(text))}, size)
}

func read(source Source, offset, length int64) ([]byte, error) {
	r, err := source(offset, length)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, fmt.Errorf("reading %d bytes at %d: %w", length, offset, err)
	}
	return text, nil
}

// readMeta reads the index of meta blocks, and from it the index of data blocks.
func (f *File) readMeta(d *decoder, size int64) error {
	for range d.count() {
		name, compression := d.text(), d.text()
		at := d.region(size)
		if d.err != nil || name != "data:BCFile.index" {
			continue
		}
		block, err := f.open(at, compression)
		if err != nil {
			return err
		}
		defer block.Close()
		index := &decoder{r: bufio.NewReader(block)}
		f.compression = index.text()
		for range index.count() {
			f.blocks = append(f.blocks, index.region(size))
			if index.err != nil {
				break
			}
		}
		return index.err
	}
	if d.err != nil {
		return d.err
	}
	return errors.New("the TFile has no index of data")
}

// open reads one block, uncompressed.
func (f *File) open(at region, compression string) (io.ReadCloser, error) {
	r, err := f.source(at.offset, max(at.size, 1))
	if err != nil {
		return nil, err
	}
	switch compression {
	case "none":
		return closer{io.LimitReader(r, at.size), r}, nil
	case "gz": // Hadoop's DefaultCodec: zlib
		z, err := zlib.NewReader(bufio.NewReader(io.LimitReader(r, at.size)))
		if err != nil {
			_ = r.Close()
			return nil, err
		}
		return closer{io.LimitReader(z, at.raw), r}, nil
	}
	_ = r.Close()
	return nil, fmt.Errorf("the compression %q is not known", compression)
}

type closer struct {
	io.Reader
	io.Closer
}

// Walk calls visit with each pair, in the order of the file. What visit leaves unread of a value is passed over.
func (f *File) Walk(visit func(key string, value io.Reader) error) error {
	for _, at := range f.blocks {
		if err := f.walk(at, visit); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) walk(at region, visit func(string, io.Reader) error) error {
	block, err := f.open(at, f.compression)
	if err != nil {
		return err
	}
	defer block.Close()
	d := &decoder{r: bufio.NewReaderSize(block, 64<<10)}
	for {
		if _, err := d.r.Peek(1); errors.Is(err, io.EOF) {
			return nil
		}
		n := d.vlong()
		if d.err == nil && (n < 0 || n > maxKey) {
			d.err = fmt.Errorf("a key of %d bytes", n)
		}
		if d.err != nil {
			return d.err
		}
		key := make([]byte, n)
		if _, err := io.ReadFull(d.r, key); err != nil {
			return err
		}
		value := &chunks{d: d}
		if err := visit(string(key), value); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, value); err != nil {
			return err
		}
	}
}

// chunks is a value: pieces led by their length, which is negative for all but the last (Chunk.ChunkDecoder).
type chunks struct {
	d    *decoder
	left int64
	last bool
}

func (c *chunks) Read(p []byte) (int, error) {
	for c.left == 0 {
		if c.last {
			return 0, io.EOF
		}
		n := c.d.vlong()
		if c.d.err != nil {
			return 0, c.d.err
		}
		c.last = n >= 0
		c.left = max(n, -n)
		if c.left < 0 {
			return 0, errors.New("a chunk without a length")
		}
	}
	n, err := c.d.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// decoder reads the numbers and texts of org.apache.hadoop.io.file.tfile.Utils. The first error stays.
type decoder struct {
	r   *bufio.Reader
	err error
}

// bytes reads n bytes as a big-endian number without a sign.
func (d *decoder) bytes(n int) (value int64) {
	for range n {
		b, err := d.r.ReadByte()
		if err != nil && d.err == nil {
			d.err = io.ErrUnexpectedEOF
		}
		value = value<<8 | int64(b)
	}
	return value
}

// vlong reads what Utils.writeVLong wrote: the first byte says how many follow, and holds a part of the number when those
// are few.
func (d *decoder) vlong() int64 {
	first := int64(int8(d.bytes(1)))
	switch {
	case d.err != nil:
		return 0
	case first >= -32:
		return first
	}
	switch group := (first + 128) / 8; {
	case group >= 7:
		return (first+52)<<8 | d.bytes(1)
	case group >= 3:
		return (first+88)<<16 | d.bytes(2)
	case group >= 1:
		return (first+112)<<24 | d.bytes(3)
	}
	n := int(first + 129)
	if n < 4 || n > 8 {
		d.err = fmt.Errorf("a number of %d bytes", n)
		return 0
	}
	shift := 64 - 8*n
	return d.bytes(n) << shift >> shift // with its sign
}

// count reads how many things follow.
func (d *decoder) count() int64 {
	n := d.vlong()
	if d.err == nil && (n < 0 || n > maxIndex) {
		d.err = fmt.Errorf("a count of %d", n)
	}
	if d.err != nil {
		return 0
	}
	return n
}

func (d *decoder) text() string {
	n := d.count()
	if n > maxKey {
		d.err = fmt.Errorf("a name of %d bytes", n)
	}
	if d.err != nil {
		return ""
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(d.r, text); err != nil {
		d.err = io.ErrUnexpectedEOF
	}
	return string(text)
}

func (d *decoder) region(file int64) region {
	r := region{d.vlong(), d.vlong(), d.vlong()}
	if d.err == nil && (r.offset < 0 || r.size < 0 || r.raw < 0 || r.offset > file || r.size > file-r.offset) {
		d.err = errors.New("a block lies outside of the file")
	}
	return r
}
