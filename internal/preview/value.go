package preview

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// Value is one value of a row: Null, Bool, Number, Text, Timestamp, Bytes, List, Record or Map. Nothing is rounded on
// the way from Flink: numbers and times keep the digits that their type has.
type Value interface{ value() }

type (
	// Null is NULL.
	Null struct{}
	// Bool is TRUE or FALSE.
	Bool bool
	// Number is a number as JSON writes it; decimals have all digits of their scale.
	Number string
	// Text is characters, and what has no form of its own: dates, times, intervals, NaN.
	Text string
	// Timestamp is "2024-02-29T01:02:03.500"; an instant ends in Z.
	Timestamp string
	// Bytes is binary, raw.
	Bytes string
	// List is an array.
	List []Value
	// Record is a row inside a row, in the order of its fields.
	Record []Entry
	// Map is a map or a multiset, whose values are counts, in the order of its keys.
	Map []Entry
)

// Entry is a field of a Record or an entry of a Map.
type Entry struct {
	Name  string
	Value Value
}

func (Null) value()      {}
func (Bool) value()      {}
func (Number) value()    {}
func (Text) value()      {}
func (Timestamp) value() {}
func (Bytes) value()     {}
func (List) value()      {}
func (Record) value()    {}
func (Map) value()       {}

// String renders a value for people, in the forms of Flink's own client: NULL, (1, x), [1, 2], {a=1}, x'00ff'.
func String(v Value) string {
	switch v := v.(type) {
	case Text:
		return string(v)
	case Number:
		return string(v)
	}
	return string(appendText(nil, v))
}

func appendText(b []byte, v Value) []byte {
	switch v := v.(type) {
	case Null, nil:
		return append(b, "NULL"...)
	case Bool:
		if v {
			return append(b, "TRUE"...)
		}
		return append(b, "FALSE"...)
	case Number:
		return append(b, v...)
	case Text:
		return append(b, v...)
	case Timestamp:
		return append(b, strings.Replace(string(v), "T", " ", 1)...)
	case Bytes:
		return append(hex.AppendEncode(append(b, "x'"...), []byte(v)), '\'')
	case List:
		b = append(b, '[')
		for i, item := range v {
			b = appendText(separate(b, i, ", "), item)
		}
		return append(b, ']')
	case Record:
		b = append(b, '(')
		for i, field := range v {
			b = appendText(separate(b, i, ", "), field.Value)
		}
		return append(b, ')')
	case Map:
		b = append(b, '{')
		for i, entry := range v {
			b = append(separate(b, i, ", "), entry.Name...)
			b = appendText(append(b, '='), entry.Value)
		}
		return append(b, '}')
	}
	return b
}

// AppendJSON appends a value as JSON: numbers with all their digits, bytes in base64, records and maps as objects.
func AppendJSON(b []byte, v Value) []byte {
	switch v := v.(type) {
	case Null, nil:
		return append(b, "null"...)
	case Bool:
		if v {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case Number:
		return append(b, v...)
	case Text:
		return appendQuoted(b, string(v))
	case Timestamp:
		return appendQuoted(b, string(v))
	case Bytes:
		return append(base64.StdEncoding.AppendEncode(append(b, '"'), []byte(v)), '"')
	case List:
		b = append(b, '[')
		for i, item := range v {
			b = AppendJSON(separate(b, i, ","), item)
		}
		return append(b, ']')
	case Record:
		return appendObject(b, v)
	case Map:
		return appendObject(b, v)
	}
	return b
}

func appendObject(b []byte, entries []Entry) []byte {
	b = append(b, '{')
	for i, entry := range entries {
		b = appendQuoted(separate(b, i, ","), entry.Name)
		b = AppendJSON(append(b, ':'), entry.Value)
	}
	return append(b, '}')
}

func separate(b []byte, i int, separator string) []byte {
	if i == 0 {
		return b
	}
	return append(b, separator...)
}

// appendQuoted writes a JSON string without the escapes that only HTML needs.
func appendQuoted(b []byte, text string) []byte {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always encodes; the Builder never fails
	return append(b, strings.TrimSuffix(out.String(), "\n")...)
}

// AppendLine appends an event as one line of JSON, {"kind":"+I","row":{"a":1}}, columns in the order of the query.
func AppendLine(b []byte, columns []Column, e Event) []byte {
	b = append(b, `{"kind":"`...)
	b = append(b, e.Kind.String()...)
	b = append(b, `","row":{`...)
	for i, c := range columns {
		b = appendQuoted(separate(b, i, ","), c.Name)
		b = AppendJSON(append(b, ':'), e.field(i))
	}
	return append(b, "}}\n"...)
}

// field returns the value of a column; NULL where the row is short.
func (e Event) field(i int) Value {
	if i < len(e.Fields) {
		return e.Fields[i]
	}
	return Null{}
}
