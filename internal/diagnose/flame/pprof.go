package flame

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// Pprof writes the profile for `go tool pprof`: a gzipped message of google/pprof's profile.proto, which is small enough to
// be written by hand.
func (p Profile) Pprof() ([]byte, error) {
	w := pprofWriter{texts: map[string]uint64{"": 0}, functions: map[string]uint64{}, table: []string{""}}
	w.field(1, func(m *message) { // sample_type
		m.number(1, w.text("samples"))
		m.number(2, w.text("count"))
	})
	for _, stack := range slices.Sorted(maps.Keys(p.stacks)) {
		frames := strings.Split(stack, ";")
		slices.Reverse(frames) // the innermost first
		var ids message
		for _, f := range frames {
			ids.varint(w.function(f))
		}
		w.field(2, func(m *message) { // sample
			m.bytes(1, ids.b)
			var value message
			value.varint(uint64(p.stacks[stack]))
			m.bytes(2, value.b)
		})
	}
	for _, name := range slices.SortedFunc(maps.Keys(w.functions), func(a, b string) int { return int(w.functions[a]) - int(w.functions[b]) }) {
		id, text := w.functions[name], w.text(name)
		w.field(4, func(m *message) { // location, one for each function
			m.number(1, id)
			var line message
			line.number(1, id)
			m.bytes(4, line.b)
		})
		w.field(5, func(m *message) { // function
			m.number(1, id)
			m.number(2, text)
		})
	}
	for _, text := range w.table {
		w.out.bytes(6, []byte(text))
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(w.out.b); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// pprofWriter numbers the texts and functions of a profile.
type pprofWriter struct {
	out       message
	texts     map[string]uint64
	table     []string
	functions map[string]uint64
}

func (w *pprofWriter) text(s string) uint64 {
	n, ok := w.texts[s]
	if !ok {
		n = uint64(len(w.table))
		w.texts[s] = n
		w.table = append(w.table, s)
	}
	return n
}

func (w *pprofWriter) function(name string) uint64 {
	n, ok := w.functions[name]
	if !ok {
		n = uint64(len(w.functions) + 1)
		w.functions[name] = n
	}
	return n
}

func (w *pprofWriter) field(number int, fill func(*message)) {
	var m message
	fill(&m)
	w.out.bytes(number, m.b)
}

// message is a message of Protocol Buffers.
type message struct{ b []byte }

func (m *message) varint(v uint64) { m.b = binary.AppendUvarint(m.b, v) }

func (m *message) number(field int, v uint64) {
	m.varint(uint64(field) << 3)
	m.varint(v)
}

func (m *message) bytes(field int, b []byte) {
	m.varint(uint64(field)<<3 | 2)
	m.varint(uint64(len(b)))
	m.b = append(m.b, b...)
}
