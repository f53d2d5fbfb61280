package jfr

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

// class is a type that a recording describes.
type class struct {
	name   string
	fields []field
	sample bool // it is an event that is read
}

type field struct {
	name     string
	of       int64 // id of its type
	constant bool  // it is an index into the constants of its type
	array    bool
}

// object is a value of a type with fields; the zero object has none.
type object struct {
	class  *class
	values []any
}

func (o object) field(name string) any {
	if o.class == nil {
		return nil
	}
	for i, f := range o.class.fields {
		if f.name == name && i < len(o.values) {
			return o.values[i]
		}
	}
	return nil
}

// reference is a constant: its type and its index.
type reference struct{ of, index int64 }

// deepest bounds how values and elements stand inside each other.
const deepest = 64

// element is a node of the tree that describes the types.
type element struct {
	name     string
	has      map[string]string
	children []element
}

// readTypes reads the event that describes all types of a chunk: texts, then a tree of elements that name them by number.
func readTypes(text []byte, at uint64) (map[int64]*class, error) {
	if at < headSize || at >= uint64(len(text)) {
		return nil, errors.New("there are none")
	}
	r := &reader{text: text, at: int(at)}
	for range 5 { // size, type, time, duration, id
		r.number()
	}
	words := make([]string, r.count())
	for i := range words {
		words[i], _ = r.string().(string)
	}
	types := map[int64]*class{}
	var collect func(e element)
	collect = func(e element) {
		if e.name == "class" {
			id, err := strconv.ParseInt(e.has["id"], 10, 64)
			if err == nil {
				types[id] = classOf(e)
			}
		}
		for _, child := range e.children {
			collect(child)
		}
	}
	collect(readElement(r, words, 0))
	return types, r.err
}

func readElement(r *reader, words []string, depth int) (e element) {
	word := func() string {
		n := r.number()
		if n < 0 || n >= int64(len(words)) {
			r.fail()
			return ""
		}
		return words[n]
	}
	if depth > deepest {
		r.fail()
		return e
	}
	e.name, e.has = word(), map[string]string{}
	for range r.count() {
		name := word()
		e.has[name] = word()
	}
	for range r.count() {
		if r.err != nil {
			return e
		}
		e.children = append(e.children, readElement(r, words, depth+1))
	}
	return e
}

func classOf(e element) *class {
	c := &class{name: e.has["name"]}
	_, c.sample = events[c.name]
	for _, child := range e.children {
		if child.name != "field" {
			continue
		}
		of, _ := strconv.ParseInt(child.has["class"], 10, 64) // 0 is no type
		c.fields = append(c.fields, field{
			name: child.has["name"], of: of, constant: child.has["constantPool"] == "true", array: child.has["dimension"] == "1",
		})
	}
	return c
}

// value reads a value of a type.
func (c *chunk) value(r *reader, t *class, depth int) any {
	if c.left--; t == nil || depth > deepest || c.left < 0 {
		r.fail()
		return nil
	}
	switch t.name {
	case "boolean", "byte":
		return int64(r.byte())
	case "char", "short", "int", "long":
		return r.number()
	case "float":
		return float64(math.Float32frombits(uint32(r.fixed(4))))
	case "double":
		return math.Float64frombits(r.fixed(8))
	case "java.lang.String":
		v := r.string()
		if index, ok := v.(int64); ok {
			return reference{c.idOf(t), index}
		}
		return v
	}
	o := object{class: t, values: make([]any, 0, len(t.fields))}
	for _, f := range t.fields {
		if r.err != nil {
			return nil
		}
		if !f.array {
			o.values = append(o.values, c.single(r, f, depth))
			continue
		}
		list := []any{}
		for range r.count() {
			if r.err != nil {
				return nil
			}
			list = append(list, c.single(r, f, depth))
		}
		o.values = append(o.values, list)
	}
	return o
}

func (c *chunk) single(r *reader, f field, depth int) any {
	if f.constant {
		return reference{f.of, r.number()}
	}
	return c.value(r, c.types[f.of], depth+1)
}

func (c *chunk) idOf(t *class) int64 {
	for id, one := range c.types {
		if one == t {
			return id
		}
	}
	return 0
}

// javaName writes the internal name of a class, "java/lang/String" or "[B", as Java does.
func javaName(name string) string {
	dims := 0
	for ; strings.HasPrefix(name, "["); dims++ {
		name = name[1:]
	}
	if dims > 0 {
		plain := map[string]string{"B": "byte", "C": "char", "D": "double", "F": "float", "I": "int", "J": "long", "S": "short", "Z": "boolean"}
		if word, ok := plain[name]; ok {
			name = word
		} else {
			name = strings.TrimSuffix(strings.TrimPrefix(name, "L"), ";")
		}
	}
	return strings.ReplaceAll(name, "/", ".") + strings.Repeat("[]", dims)
}

// reader reads numbers and texts. After a failure it gives zeros.
type reader struct {
	text []byte
	at   int
	err  error
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = errors.New("it is cut off or damaged")
	}
	r.at = len(r.text)
}

func (r *reader) byte() byte {
	if r.at >= len(r.text) {
		r.fail()
		return 0
	}
	b := r.text[r.at]
	r.at++
	return b
}

func (r *reader) fixed(bytes int) (v uint64) {
	for range bytes {
		v = v<<8 | uint64(r.byte())
	}
	return v
}

// number reads a number of up to nine bytes: seven bits each, the lowest first, and eight in the ninth.
func (r *reader) number() int64 {
	var v uint64
	for shift := 0; shift < 56; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b&0x80 == 0 {
			return int64(v)
		}
	}
	return int64(v | uint64(r.byte())<<56)
}

// count reads how many things follow, each of which takes a byte at least.
func (r *reader) count() int {
	n := r.number()
	if n < 0 || n > int64(len(r.text)-r.at) {
		r.fail()
		return 0
	}
	return int(n)
}

// string reads a text: nil, a string, or an int64 that is its index among the constants.
func (r *reader) string() any {
	switch r.byte() {
	case 0:
		return nil
	case 1:
		return ""
	case 2:
		return r.number()
	case 3:
		return string(r.bytes())
	case 4: // as many chars
		chars := make([]uint16, r.count())
		for i := range chars {
			chars[i] = uint16(r.number())
		}
		return string(utf16.Decode(chars))
	case 5: // Latin-1
		text := r.bytes()
		runes := make([]rune, len(text))
		for i, b := range text {
			runes[i] = rune(b)
		}
		return string(runes)
	}
	r.fail()
	return nil
}

func (r *reader) bytes() []byte {
	n := r.count()
	text := r.text[r.at : r.at+n]
	r.at += n
	return text
}
