// Package classfile reads compiled Java classes: what a class extends, its fields and methods with their generic types, and
// the annotations on all of them. Code is not read.
//
// The format is that of the Java Virtual Machine Specification, chapter 4. Jars come from anywhere, so every length is held
// against the bytes that are there: what Parse keeps is never larger than its input times a small number.
package classfile

import (
	"errors"
	"fmt"
	"strings"
)

// Class is a compiled class. Names of classes are written as Class.getName writes them: shop.Functions$Mask.
type Class struct {
	Name        string
	Access      Access
	Super       string   // "" of java.lang.Object itself
	Interfaces  []string // as erased
	Variables   []string // its type parameters
	Extends     Type     // the superclass with its arguments
	Implements  []Type
	Fields      []Field
	Methods     []Method
	Annotations []Annotation
}

// Access is the flags of a class, a field or a method.
type Access uint16

// The flags that matter here. Some bits mean one thing of a method and another of a field.
const (
	Public       Access = 0x0001
	Static       Access = 0x0008
	Final        Access = 0x0010
	Synchronized Access = 0x0020 // of a method
	Bridge       Access = 0x0040 // of a method: made by the compiler for a generic one
	VarArgs      Access = 0x0080 // of a method
	Transient    Access = 0x0080 // of a field
	Interface    Access = 0x0200
	Abstract     Access = 0x0400
	Synthetic    Access = 0x1000
)

// Has reports whether all of the flags are set.
func (a Access) Has(flags Access) bool { return a&flags == flags }

// Field is a field of a class.
type Field struct {
	Name        string
	Access      Access
	Type        Type
	Annotations []Annotation
}

// Method is a method or, with the name <init>, a constructor.
type Method struct {
	Name        string
	Access      Access
	Variables   []string // its own type parameters
	Params      []Param
	Result      Type
	Annotations []Annotation
}

// Param is a parameter. Its name is "" where the compiler left it out.
type Param struct {
	Name        string
	Type        Type
	Annotations []Annotation
}

// maxSize is larger than any class that a virtual machine would load with sense: its code alone is at most 64 KiB a method.
const maxSize = 16 << 20

// errShort is the error of a class that ends before what it promises.
var errShort = errors.New("the class ends too early")

// Parse reads one class. It keeps nothing of data.
func Parse(data []byte) (*Class, error) {
	if len(data) > maxSize {
		return nil, fmt.Errorf("a class of %d bytes is too large", len(data))
	}
	r := &reader{rest: data}
	if r.u4() != 0xCAFEBABE {
		return nil, errors.New("no class: it does not begin with CAFEBABE")
	}
	r.u4() // version: what is read here has been the same since Java 5
	r.pool()
	c := &Class{Access: Access(r.u2()), Name: r.className(), Super: r.className()}
	for range r.u2() {
		if r.err != nil {
			break
		}
		c.Interfaces = append(c.Interfaces, r.className())
	}
	c.erased()
	r.fields(c)
	r.methods(c)
	r.attributes(func(name string, a *reader) {
		switch name {
		case "Signature":
			c.generic(a.utf8())
		case "RuntimeVisibleAnnotations":
			c.Annotations = a.annotations()
		}
	})
	if r.err != nil {
		return nil, r.err
	}
	return c, nil
}

// erased fills in the types of what the class extends as they are without a Signature.
func (c *Class) erased() {
	c.Extends = Type{Name: c.Super}
	for _, name := range c.Interfaces {
		c.Implements = append(c.Implements, Type{Name: name})
	}
}

// generic takes them from the Signature of the class. One that is broken is passed over.
func (c *Class) generic(text string) {
	s := &signature{rest: text}
	variables := s.variables()
	extends := s.field()
	var implements []Type
	for s.ok() && s.rest != "" {
		implements = append(implements, s.field())
	}
	if s.ok() {
		c.Variables, c.Extends, c.Implements = variables, extends, implements
	}
}

func (r *reader) fields(c *Class) {
	for range r.u2() {
		f := Field{Access: Access(r.u2()), Name: r.utf8()}
		f.Type = descriptor(r.utf8())
		r.attributes(func(name string, a *reader) {
			switch name {
			case "Signature":
				s := &signature{rest: a.utf8()}
				if t := s.field(); s.ok() {
					f.Type = t
				}
			case "RuntimeVisibleAnnotations":
				f.Annotations = a.annotations()
			}
		})
		if r.err != nil {
			return
		}
		c.Fields = append(c.Fields, f)
	}
}

func (r *reader) methods(c *Class) {
	for range r.u2() {
		m := Method{Access: Access(r.u2()), Name: r.utf8()}
		m.describe(r.utf8())
		r.attributes(func(name string, a *reader) { m.attribute(name, a) })
		if r.err != nil {
			return
		}
		c.Methods = append(c.Methods, m)
	}
}

// describe takes parameters and result from the descriptor of a method: (Ljava/lang/String;I)V.
func (m *Method) describe(text string) {
	s := &signature{rest: text}
	types, result := s.method()
	if !s.ok() {
		return
	}
	m.Result = result
	for _, t := range types {
		m.Params = append(m.Params, Param{Type: t})
	}
}

func (m *Method) attribute(name string, a *reader) {
	switch name {
	case "Signature":
		s := &signature{rest: a.utf8()}
		variables := s.variables()
		types, result := s.method()
		if !s.ok() || len(types) != len(m.Params) { // parameters that the compiler adds are in the descriptor alone
			return
		}
		m.Variables, m.Result = variables, result
		for i, t := range types {
			m.Params[i].Type = t
		}
	case "RuntimeVisibleAnnotations":
		m.Annotations = a.annotations()
	case "RuntimeVisibleParameterAnnotations":
		m.parameterAnnotations(a)
	case "MethodParameters":
		for i := range int(a.u1()) {
			name := a.utf8()
			a.u2()
			if i < len(m.Params) && name != "" {
				m.Params[i].Name = name
			}
		}
	case "Code":
		m.code(a)
	}
}

// parameterAnnotations come for the last parameters where the compiler has added some in front.
func (m *Method) parameterAnnotations(a *reader) {
	n := int(a.u1())
	from := len(m.Params) - n
	for i := range n {
		all := a.annotations()
		if at := from + i; at >= 0 && a.err == nil {
			m.Params[at].Annotations = all
		}
	}
}

// code takes the names of parameters from the names of local variables, which javac -g keeps.
func (m *Method) code(a *reader) {
	a.u4() // stack, locals
	a.take(int(a.u4()))
	a.take(int(a.u2()) * 8) // exception table
	slots := m.slots()
	a.attributes(func(name string, v *reader) {
		if name != "LocalVariableTable" {
			return
		}
		for range v.u2() {
			start, _, local := v.u2(), v.u2(), v.utf8()
			v.u2()
			at, ok := slots[v.u2()]
			if v.err != nil {
				return
			}
			if ok && start == 0 && m.Params[at].Name == "" {
				m.Params[at].Name = local
			}
		}
	})
}

// slots says which parameter each local variable of the call is. A long or double takes two.
func (m *Method) slots() map[uint16]int {
	slots := map[uint16]int{}
	next := uint16(1)
	if m.Access.Has(Static) {
		next = 0
	}
	for i, p := range m.Params {
		slots[next] = i
		next++
		if p.Type.Dims == 0 && (p.Type.Name == "long" || p.Type.Name == "double") {
			next++
		}
	}
	return slots
}

// dotted turns java/lang/String into java.lang.String.
func dotted(name string) string { return strings.ReplaceAll(name, "/", ".") }
