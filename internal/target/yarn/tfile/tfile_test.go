package tfile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/target/yarn/tfile"
)

// file writes a TFile of one block without compression, as YARN does; values are cut into chunks of 5 bytes. Files that
// YARN wrote are read by the tests on the rig.
func file(pairs ...string) []byte {
	var block, out bytes.Buffer
	for i := 0; i < len(pairs); i += 2 {
		key, value := pairs[i], pairs[i+1]
		block.Write(number(int64(len(key))))
		block.WriteString(key)
		for len(value) > 5 {
			block.Write(number(-5))
			block.WriteString(value[:5])
			value = value[5:]
		}
		block.Write(number(int64(len(value))))
		block.WriteString(value)
	}
	out.WriteString("a header")
	text := func(to *bytes.Buffer, s string) {
		to.Write(number(int64(len(s))))
		to.WriteString(s)
	}
	region := func(to *bytes.Buffer, at, n int) {
		for _, v := range []int{at, n, n} {
			to.Write(number(int64(v)))
		}
	}
	at := out.Len()
	out.Write(block.Bytes())
	var index bytes.Buffer
	text(&index, "none")
	index.Write(number(1))
	region(&index, at, block.Len())
	indexAt := out.Len()
	out.Write(index.Bytes())
	metaAt := out.Len()
	out.Write(number(2))
	for _, name := range []string{"data:TFile.meta", "data:BCFile.index"} {
		text(&out, name)
		text(&out, "none")
		region(&out, indexAt, index.Len())
	}
	_ = binary.Write(&out, binary.BigEndian, int64(metaAt))
	out.Write([]byte{0, 1, 0, 0})
	out.Write([]byte{0xd1, 0x11, 0xd3, 0x68, 0x91, 0xb5, 0xd7, 0xb6, 0x39, 0xdf, 0x41, 0x40, 0x92, 0xba, 0xe1, 0x50})
	return out.Bytes()
}

// number writes what Utils.writeVLong writes.
func number(n int64) []byte {
	switch {
	case n >= -32 && n < 128:
		return []byte{byte(n)}
	case n>>8 >= -20 && n>>8 < 20:
		return []byte{byte(n>>8 - 52), byte(n)}
	case n>>16 >= -16 && n>>16 < 16:
		return []byte{byte(n>>16 - 88), byte(n >> 8), byte(n)}
	}
	return append([]byte{byte(8 - 129 + 256)}, binary.BigEndian.AppendUint64(nil, uint64(n))...)
}

func source(text []byte) tfile.Source {
	return func(offset, length int64) (io.ReadCloser, error) {
		if offset < 0 || offset > int64(len(text)) {
			return nil, fmt.Errorf("no offset %d", offset)
		}
		return io.NopCloser(bytes.NewReader(text[offset:min(offset+length, int64(len(text)))])), nil
	}
}

func walk(text []byte) ([]string, error) {
	f, err := tfile.Open(source(text), int64(len(text)))
	if err != nil {
		return nil, err
	}
	var got []string
	err = f.Walk(func(key string, value io.Reader) error {
		if key == "skipped" {
			return nil
		}
		text, err := io.ReadAll(value)
		got = append(got, key, string(text))
		return err
	})
	return got, err
}

func TestWalk(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789", 1000)
	got, err := walk(file("a", "", "skipped", long, long, "12345", "c", long, "d", "1234567"))
	if diff := cmp.Diff([]string{"a", "", long, "12345", "c", long, "d", "1234567"}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	for name, broken := range map[string][]byte{
		"empty": nil, "no magic": make([]byte, 100), "cut": file("a", "b")[8:], "an index outside": outside(),
	} {
		if got, err := walk(broken); err == nil {
			t.Errorf("%s: read %q", name, got)
		}
	}
}

func outside() []byte {
	text := file("a", "b")
	binary.BigEndian.PutUint64(text[len(text)-28:], 1<<40)
	return text
}

func FuzzWalk(f *testing.F) {
	f.Add(file("a", "1234567", "b", ""))
	f.Add(outside())
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = walk(text) })
}
