package yaml

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
)

// Decoder is a type that reads itself, because it takes several shapes. Its Schema describes them.
type Decoder interface {
	DecodeYAML(n *Node) []diag.Finding
	Schema() map[string]any
}

// Decode fills the struct that into points to from a mapping and returns everything that is wrong with it. Values that
// are wrong stay zero. What tags mean is told at field.
func Decode(n *Node, into any) []diag.Finding {
	d := decoding{}
	d.value(n, reflect.ValueOf(into).Elem(), rules{}, "the file")
	return d.findings
}

type decoding struct{ findings []diag.Finding }

func (d *decoding) add(rule diag.Rule, n *Node, at source.Span, help, format string, args ...any) {
	d.findings = append(d.findings, rule.At(n.File(), at, fmt.Sprintf(format, args...), help))
}

// value decodes one value. what is how a message calls it: the path of its keys.
func (d *decoding) value(n *Node, into reflect.Value, r rules, what string) {
	if n.Kind() == Missing || n.Kind() == Unknown {
		return
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	if own, ok := reflect.TypeAssert[Decoder](into.Addr()); ok {
		d.findings = append(d.findings, own.DecodeYAML(n)...)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		if d.shape(n, Mapping, what) {
			d.structure(n, into, what)
		}
	case reflect.Map:
		if d.shape(n, Mapping, what) {
			d.mapping(n, into, r, what)
		}
	case reflect.Slice:
		if d.shape(n, Sequence, what) {
			d.list(n, into, r, what)
		}
	default:
		if d.shape(n, Scalar, what) {
			d.scalar(n, into, r, what)
		}
	}
}

// shape says whether the value has the kind wanted. An empty value stands for an empty mapping or list.
func (d *decoding) shape(n *Node, want Kind, what string) bool {
	switch {
	case n.kind == want:
		return true
	case n.kind == Null && want == Scalar:
		d.add(ruleWrongType, n, n.Key(), "write a value behind the colon, or remove the key", "%s has no value", what)
	case n.kind != Null:
		d.add(ruleWrongType, n, n.Span(), "", "%s takes %s, not %s", what, shapes[want], shapes[n.kind])
	}
	return false
}

var shapes = map[Kind]string{Null: "nothing", Scalar: "a single value", Sequence: "a list", Mapping: "keys with values"}

func (d *decoding) structure(n *Node, into reflect.Value, what string) {
	fields := fieldsOf(into.Type())
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	for _, e := range n.entries {
		if !slices.Contains(names, e.name) {
			help := "known here: " + strings.Join(names, ", ")
			if near, ok := diag.Nearest(e.name, names); ok {
				help = fmt.Sprintf("did you mean %s?", near)
			}
			d.add(ruleUnknownKey, e.value, e.key, help, "unknown key %q", e.name)
		}
	}
	for _, f := range fields {
		value := n.Get(f.name)
		if f.required && value == nil {
			d.add(ruleMissingKey, n, n.Span(), f.hint(), "%s has no %s", what, f.name)
		}
		d.value(value, into.FieldByIndex(f.index), f.rules, join(what, f.name))
	}
}

func (f field) hint() string {
	if f.example == "" {
		return ""
	}
	return fmt.Sprintf("add %s: %s", f.name, f.example)
}

func (d *decoding) mapping(n *Node, into reflect.Value, r rules, what string) {
	into.Set(reflect.MakeMapWithSize(into.Type(), len(n.entries)))
	for _, e := range n.entries {
		if r.keys != "" && !matches(r.keys, e.name) {
			d.add(ruleBadValue, e.value, e.key, r.form, "%q is no name for a key of %s", e.name, what)
		}
		value := reflect.New(into.Type().Elem()).Elem()
		d.value(e.value, value, r, join(what, e.name))
		into.SetMapIndex(reflect.ValueOf(e.name).Convert(into.Type().Key()), value)
	}
}

func (d *decoding) list(n *Node, into reflect.Value, r rules, what string) {
	into.Set(reflect.MakeSlice(into.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.value(item, into.Index(i), r, fmt.Sprintf("%s[%d]", what, i+1))
	}
}

func (d *decoding) scalar(n *Node, into reflect.Value, r rules, what string) {
	if into.Type() == duration {
		value, err := ParseDuration(n.text)
		if err != nil {
			d.add(ruleBadValue, n, n.span, "", "%s: %v", what, err)
		}
		into.SetInt(int64(value))
		return
	}
	if text, ok := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr()); ok {
		if err := text.UnmarshalText([]byte(n.text)); err != nil {
			d.add(ruleBadValue, n, n.span, r.form, "%s: %v", what, err)
		}
		return
	}
	switch into.Kind() {
	case reflect.String:
		d.text(n, into, r, what)
	case reflect.Bool:
		if !n.plainly("true", "false") {
			d.add(ruleWrongType, n, n.span, "", "%s takes true or false, not %q", what, n.text)
			return
		}
		into.SetBool(n.text == "true")
	case reflect.Int, reflect.Int64:
		value, err := strconv.ParseInt(n.text, 10, 64)
		if err != nil || !n.plainly() {
			d.add(ruleWrongType, n, n.span, "", "%s takes a whole number, not %q", what, n.text)
			return
		}
		d.within(n, float64(value), r, what)
		into.SetInt(value)
	case reflect.Float64:
		value, err := strconv.ParseFloat(n.text, 64)
		if err != nil || !n.plainly() || math.IsNaN(value) || math.IsInf(value, 0) {
			d.add(ruleWrongType, n, n.span, "", "%s takes a number, not %q", what, n.text)
			return
		}
		d.within(n, value, r, what)
		into.SetFloat(value)
	default:
		panic(fmt.Sprintf("yaml: no way to decode %s", into.Type()))
	}
}

func (d *decoding) text(n *Node, into reflect.Value, r rules, what string) {
	_, err := strconv.ParseFloat(n.text, 64)
	switch number := err == nil || n.text == "true" || n.text == "false"; {
	case number && n.plain && !n.filled && !r.any:
		d.add(ruleWrongType, n, n.span, fmt.Sprintf("put it in quotes: %q", n.text), "%s takes a text", what)
	case len(r.enum) > 0 && !slices.Contains(r.enum, n.text):
		help := "one of " + strings.Join(r.enum, ", ")
		if near, ok := diag.Nearest(n.text, r.enum); ok {
			help = fmt.Sprintf("did you mean %s?", near)
		}
		d.add(ruleBadValue, n, n.span, help, "%s cannot be %q", what, n.text)
	case r.pattern != "" && !matches(r.pattern, n.text):
		d.add(ruleBadValue, n, n.span, r.form, "%s cannot be %q", what, n.text)
	}
	into.SetString(n.text)
}

func (d *decoding) within(n *Node, value float64, r rules, what string) {
	switch {
	case r.min != nil && value < *r.min:
		d.add(ruleBadValue, n, n.span, "", "%s is at least %v, not %s", what, *r.min, n.text)
	case r.max != nil && value > *r.max:
		d.add(ruleBadValue, n, n.span, "", "%s is at most %v, not %s", what, *r.max, n.text)
	}
}

// plainly says whether the scalar may be something else than a text: it stands without quotes or was filled in, and is
// one of the words, where there are any.
func (n *Node) plainly(words ...string) bool {
	return (n.plain || n.filled) && (len(words) == 0 || slices.Contains(words, n.text))
}

func matches(pattern, text string) bool {
	return regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString(text)
}

func join(what, key string) string {
	if what == "the file" {
		return key
	}
	return what + "." + key
}
