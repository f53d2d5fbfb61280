// Annotations.

package classfile

import (
	"math"
	"strings"
)

// Annotation is an annotation with the values that were written; defaults stand in its own class and are not here.
type Annotation struct {
	Name   string // of its class
	Values map[string]any
}

// Values of annotations are string, int64 (of all whole numbers and char), float64, bool, [Type] (of a class), [Enum],
// Annotation, and []any of these.

// Enum is a constant of an enumeration.
type Enum struct {
	Class string
	Name  string
}

// Find returns the annotations of a class by its name, those of its container (a repeated annotation) among them. The
// container holds them as its value.
func Find(all []Annotation, name, container string) []Annotation {
	var found []Annotation
	for _, a := range all {
		switch a.Name {
		case name:
			found = append(found, a)
		case container:
			found = append(found, a.Annotations("value")...)
		}
	}
	return found
}

// Text returns a value that is a string, else "".
func (a Annotation) Text(key string) string {
	text, _ := a.Values[key].(string)
	return text
}

// Flag returns a value that is a boolean, else false.
func (a Annotation) Flag(key string) bool {
	flag, _ := a.Values[key].(bool)
	return flag
}

// List returns the values of an array. A single value is a list of one, as Java writes it.
func (a Annotation) List(key string) []any {
	switch v := a.Values[key].(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// Annotations returns the annotations in an array of them, or the one that stands alone.
func (a Annotation) Annotations(key string) []Annotation {
	var all []Annotation
	for _, v := range a.List(key) {
		if inner, ok := v.(Annotation); ok {
			all = append(all, inner)
		}
	}
	return all
}

// Enums returns the names of the constants in an array of an enumeration.
func (a Annotation) Enums(key string) []string {
	var all []string
	for _, v := range a.List(key) {
		if e, ok := v.(Enum); ok {
			all = append(all, e.Name)
		}
	}
	return all
}

// maxDepth is how deep annotations and arrays may nest.
const maxDepth = 16

func (r *reader) annotations() []Annotation {
	var all []Annotation
	for range r.u2() {
		a := r.annotation()
		if r.err != nil {
			return nil
		}
		all = append(all, a)
	}
	return all
}

func (r *reader) annotation() Annotation {
	a := Annotation{Name: descriptor(r.utf8()).Name}
	for range r.u2() {
		name := r.utf8()
		value := r.value()
		if r.err != nil {
			return a
		}
		if a.Values == nil {
			a.Values = map[string]any{}
		}
		a.Values[name] = value
	}
	return a
}

// value reads an element_value.
func (r *reader) value() any {
	if r.depth++; r.depth > maxDepth {
		r.fail("annotations are nested too deep")
	}
	defer func() { r.depth-- }()
	switch tag := r.u1(); tag {
	case 's':
		return r.utf8()
	case 'Z':
		return r.number() != 0
	case 'B', 'C', 'I', 'J', 'S':
		return r.number()
	case 'D', 'F':
		return math.Float64frombits(uint64(r.number()))
	case 'c':
		return descriptor(r.utf8())
	case 'e':
		class := descriptor(r.utf8()).Name
		return Enum{Class: class, Name: r.utf8()}
	case '@':
		return r.annotation()
	case '[':
		list := []any{}
		for range r.u2() {
			v := r.value()
			if r.err != nil {
				return nil
			}
			list = append(list, v)
		}
		return list
	default:
		r.fail("an annotation has a value of the unknown kind %q", strings.ToValidUTF8(string(rune(tag)), "?"))
	}
	return nil
}
