package yaml

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// field is a key of a mapping, as the tags of a struct field declare it:
//
//	Parallelism int `yaml:"parallelism" min:"1" max:"32768" doc:"How many subtasks each operator has."`
//
// yaml names the key, with ",required" behind it where the mapping is nothing without it. min and max bound numbers;
// enum lists the words of a text with | between them; pattern is a regular expression for the whole text; any accepts
// numbers and booleans as texts too. On lists enum, pattern and any hold for the items, on maps for the values, and
// keys is the pattern of the keys. doc and example are for people. Embedded structs add their keys to the mapping.
type field struct {
	name     string
	index    []int
	kind     reflect.Type
	required bool
	rules
}

// rules bound the value of a field.
type rules struct {
	min, max           *float64
	enum               []string
	pattern, keys      string
	any                bool
	doc, example, form string
}

// known are the keys of structs that were asked for: a file may have thousands of values of one struct.
var known sync.Map // of []field by reflect.Type

// fieldsOf lists the keys of a struct in declaration order, for reading only. Tags are written by us: a wrong one panics in
// the first test.
func fieldsOf(t reflect.Type) []field {
	if fields, ok := known.Load(t); ok {
		return fields.([]field)
	}
	fields := readFields(t)
	known.Store(t, fields)
	return fields
}

func readFields(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		tag, ok := f.Tag.Lookup("yaml")
		if !ok || f.Anonymous {
			continue
		}
		name, flags, _ := strings.Cut(tag, ",")
		out = append(out, field{
			name: name, index: f.Index, kind: f.Type, required: flags == "required",
			rules: rules{
				min: numberTag(f.Tag.Get("min")), max: numberTag(f.Tag.Get("max")),
				enum: words(f.Tag.Get("enum")), pattern: f.Tag.Get("pattern"), keys: f.Tag.Get("keys"),
				any: f.Tag.Get("any") != "", doc: f.Tag.Get("doc"), example: f.Tag.Get("example"), form: f.Tag.Get("form"),
			},
		})
	}
	return out
}

// Allows says whether the key of a struct takes a text: whether it is one of its words and has its pattern.
func Allows(of any, key, text string) bool {
	for _, f := range fieldsOf(reflect.TypeOf(of)) {
		if f.name == key {
			return (len(f.enum) == 0 || slices.Contains(f.enum, text)) && (f.pattern == "" || matches(f.pattern, text))
		}
	}
	return false
}

func numberTag(text string) *float64 {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("yaml: min or max %q: %v", text, err))
	}
	return &n
}

func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "|")
}

// duration is decoded from texts like 30s, 1h30m and, as Flink writes them, 36 h or 7d.
var duration = reflect.TypeFor[time.Duration]()

// ParseDuration reads a duration as Go or Flink writes it: 500ms, 1m, 1h30m, 36 h, 7d.
func ParseDuration(text string) (time.Duration, error) {
	compact := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text)), " ", "")
	end := strings.LastIndexAny(compact, "0123456789.") + 1
	if unit, ok := flinkUnits[compact[end:]]; ok {
		n, err := strconv.ParseInt(compact[:end], 10, 64)
		if err == nil && n >= 0 && n <= int64(1<<63-1)/int64(unit) {
			return time.Duration(n) * unit, nil
		}
	}
	d, err := time.ParseDuration(compact)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no duration; write one like 30s, 10m, 36h or 7d", text)
	}
	return d, nil
}

// flinkUnits are the units of org.apache.flink.util.TimeUtils that Go's durations lack.
var flinkUnits = map[string]time.Duration{
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
	"hour": time.Hour, "hours": time.Hour,
	"min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"sec": time.Second, "second": time.Second, "seconds": time.Second,
	"milli": time.Millisecond, "millis": time.Millisecond, "millisecond": time.Millisecond, "milliseconds": time.Millisecond,
}
