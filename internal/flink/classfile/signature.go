// Types: descriptors and generic signatures.

package classfile

import "strings"

// Type is a type as Java knows it at compile time.
type Type struct {
	Name     string // of a class, a primitive type or void; of a type variable; "?" for a wildcard
	Args     []Type // of a class
	Dims     int    // of an array
	Variable bool   // Name is that of a type variable
}

// String writes the type as Java does: java.util.Map<java.lang.String,int[]>.
func (t Type) String() string {
	text := t.Name
	if len(t.Args) > 0 {
		args := make([]string, len(t.Args))
		for i, a := range t.Args {
			args[i] = a.String()
		}
		text += "<" + strings.Join(args, ",") + ">"
	}
	return text + strings.Repeat("[]", t.Dims)
}

// Elem returns the type of the elements of an array.
func (t Type) Elem() Type {
	t.Dims--
	return t
}

var primitives = map[byte]string{
	'B': "byte", 'C': "char", 'D': "double", 'F': "float", 'I': "int", 'J': "long", 'S': "short", 'Z': "boolean", 'V': "void",
}

// descriptor reads the descriptor of a field: [Ljava/lang/String;. It is the zero Type when it is broken.
func descriptor(text string) Type {
	s := &signature{rest: text}
	t := s.field()
	if !s.ok() || s.rest != "" {
		return Type{}
	}
	return t
}

// signature reads descriptors and signatures (JVMS 4.7.9.1), of which descriptors are a part.
type signature struct {
	rest   string
	depth  int
	broken bool
}

// maxNesting is how deep type arguments may nest; a virtual machine has 255 dimensions of an array as its own limit.
const (
	maxNesting = 64
	maxDims    = 255
)

func (s *signature) ok() bool { return !s.broken }

// next takes the next byte.
func (s *signature) next() byte {
	if s.rest == "" {
		s.broken = true
		return 0
	}
	c := s.rest[0]
	s.rest = s.rest[1:]
	return c
}

// accept takes the next byte if it is c.
func (s *signature) accept(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// until takes everything before any of the stops, which has to come.
func (s *signature) until(stops string) string {
	at := strings.IndexAny(s.rest, stops)
	if at < 0 {
		s.broken = true
		s.rest = ""
		return ""
	}
	text := s.rest[:at]
	s.rest = s.rest[at:]
	return text
}

// method reads (types)result; what it throws is left over.
func (s *signature) method() (params []Type, result Type) {
	if !s.accept('(') {
		s.broken = true
	}
	for s.ok() && !s.accept(')') {
		params = append(params, s.field())
	}
	return params, s.field()
}

// variables reads <T:bound:bound…> and returns the names.
func (s *signature) variables() []string {
	if !s.accept('<') {
		return nil
	}
	var names []string
	for s.ok() && !s.accept('>') {
		names = append(names, s.until(":"))
		for s.accept(':') {
			if !strings.HasPrefix(s.rest, ":") { // a class bound may be left out
				s.field()
			}
		}
	}
	return names
}

// field reads one type.
func (s *signature) field() Type {
	if s.depth++; s.depth > maxNesting {
		s.broken = true
	}
	defer func() { s.depth-- }()
	dims := 0
	for s.accept('[') {
		if dims++; dims > maxDims {
			s.broken = true
			return Type{}
		}
	}
	c := s.next()
	if !s.ok() {
		return Type{}
	}
	t := Type{Dims: dims}
	switch c {
	case 'L':
		s.class(&t)
	case 'T':
		t.Name, t.Variable = s.until(";"), true
		s.accept(';')
	default:
		t.Name = primitives[c]
		s.broken = s.broken || t.Name == ""
	}
	return t
}

// class reads a class behind L. The arguments of an enclosing class say nothing about the inner one.
func (s *signature) class(t *Type) {
	t.Name = dotted(s.until("<;."))
	for s.ok() {
		switch s.next() {
		case ';':
			return
		case '.':
			t.Name += "$" + s.until("<;.")
			t.Args = nil
		case '<':
			for s.ok() && !s.accept('>') {
				t.Args = append(t.Args, s.argument())
			}
		}
	}
}

// argument reads a type argument. A wildcard with a bound above stands for it.
func (s *signature) argument() Type {
	switch {
	case s.accept('*'):
		return Type{Name: "?"}
	case s.accept('-'):
		s.field()
		return Type{Name: "?"}
	}
	s.accept('+')
	return s.field()
}
