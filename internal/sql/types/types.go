// Package types holds the logical types of Flink SQL and the rules by which one type becomes another.
//
// The rules are those of Flink's planner, found by asking it (testdata/README.md says how): what the result of an
// operator is, which casts it inserts by itself and which it refuses. A type that AutoStream cannot know is [Unknown];
// every rule lets Unknown pass, so that ignorance never becomes a finding.
package types

// Root is the outermost part of a type: what it is before length, precision or element types are said.
type Root uint8

// The roots. The order within numbers is the order in which they widen.
const (
	Unknown Root = iota // not known to AutoStream; not a type of Flink's
	Null                // of the literal NULL

	Char
	Varchar
	Boolean
	Binary
	Varbinary

	TinyInt
	SmallInt
	Integer
	BigInt
	Decimal
	Float
	Double

	Date
	Time
	Timestamp    // without time zone
	TimestampTZ  // with the zone in the value; declared nowhere, yet parsed
	TimestampLTZ // an instant, shown in the session's zone
	YearMonth    // interval of months
	DayTime      // interval of milliseconds

	Array
	Multiset
	Map
	Row
	Structured // an object of a class
	Raw        // bytes with a serializer of their own
	Variant    // since 2.1
	Bitmap     // since 2.3
	Symbol     // word among the arguments of a function, such as a time unit
	Descriptor // DESCRIPTOR(column)
	lastRoot   = Descriptor
)

// MaxLength is the length of STRING and BYTES.
const MaxLength = 1<<31 - 1

// Type is a logical type. It is a small immutable value; two types are compared with [Equal]. The zero value is the
// unknown type.
type Type struct {
	Root      Root
	NotNull   bool  // nullable unless said otherwise, as in DDL
	Precision int32 // characters, bytes, digits of a decimal, fractional digits of a time
	Scale     int32 // of a decimal
	Of        *Nested
}

// Nested is what a type is made of. It is shared between types and never changed.
type Nested struct {
	Key    Type    // of a map
	Elem   Type    // of an array or multiset; values of a map
	Fields []Field // of a row or structured type
	Class  string  // of a structured or raw type
}

// Field is a field of a row or structured type.
type Field struct {
	Name string
	Type Type
}

// The types that need no parameters.
var (
	String = Type{Root: Varchar, Precision: MaxLength}
	Bytes  = Type{Root: Varbinary, Precision: MaxLength}
	Bool   = Type{Root: Boolean}
	Int    = Type{Root: Integer}
	Long   = Type{Root: BigInt}
	F64    = Type{Root: Double}
)

// Of makes a type that has neither parameters nor elements.
func Of(r Root) Type { return Type{Root: r} }

// Sized makes a type with a length or a precision: CHAR(3), TIMESTAMP(3).
func Sized(r Root, precision int) Type { return Type{Root: r, Precision: int32(precision)} }

// DecimalOf makes DECIMAL(precision, scale).
func DecimalOf(precision, scale int) Type {
	return Type{Root: Decimal, Precision: int32(precision), Scale: int32(scale)}
}

// ArrayOf makes ARRAY<elem>.
func ArrayOf(elem Type) Type { return Type{Root: Array, Of: &Nested{Elem: elem}} }

// MultisetOf makes MULTISET<elem>.
func MultisetOf(elem Type) Type { return Type{Root: Multiset, Of: &Nested{Elem: elem}} }

// MapOf makes MAP<key, value>.
func MapOf(key, value Type) Type { return Type{Root: Map, Of: &Nested{Key: key, Elem: value}} }

// RowOf makes ROW<fields>. It keeps the slice.
func RowOf(fields ...Field) Type { return Type{Root: Row, Of: &Nested{Fields: fields}} }

// Known reports whether the type is known at its outermost level.
func (t Type) Known() bool { return t.Root != Unknown }

// Nullable returns the type with NULL allowed.
func (t Type) Nullable() Type {
	t.NotNull = false
	return t
}

// Required returns the type with NULL forbidden.
func (t Type) Required() Type {
	t.NotNull = true
	return t
}

// NullableIf returns the type, nullable when any of the others is: the rule of most operators.
func (t Type) NullableIf(others ...Type) Type {
	t.NotNull = true
	for _, o := range others {
		t.NotNull = t.NotNull && o.NotNull
	}
	return t
}

// Elem returns the type of elements of an array or multiset or of the values of a map, else the unknown type.
func (t Type) Elem() Type {
	if t.Of == nil {
		return Type{}
	}
	return t.Of.Elem
}

// Key returns the type of the keys of a map, else the unknown type.
func (t Type) Key() Type {
	if t.Of == nil {
		return Type{}
	}
	return t.Of.Key
}

// Fields returns the fields of a row or structured type. The caller must not change them.
func (t Type) Fields() []Field {
	if t.Of == nil {
		return nil
	}
	return t.Of.Fields
}

// Field returns the field of a name, which is compared as written, as Flink does.
func (t Type) Field(name string) (Field, bool) {
	for _, f := range t.Fields() {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Equal reports whether two types are the same, nullability at every level included.
func Equal(a, b Type) bool { return a.NotNull == b.NotNull && Same(a, b) }

// Same reports whether two types are the same but for the nullability of the outermost level.
func Same(a, b Type) bool {
	if a.Root != b.Root || a.Precision != b.Precision || a.Scale != b.Scale {
		return false
	}
	if a.Of == b.Of {
		return true
	}
	if a.Of == nil || b.Of == nil || a.Of.Class != b.Of.Class || len(a.Of.Fields) != len(b.Of.Fields) ||
		!Equal(a.Of.Key, b.Of.Key) || !Equal(a.Of.Elem, b.Of.Elem) {
		return false
	}
	for i, f := range a.Of.Fields {
		if f.Name != b.Of.Fields[i].Name || !Equal(f.Type, b.Of.Fields[i].Type) {
			return false
		}
	}
	return true
}

// Attribute says whether a column is a time attribute. It belongs to a column rather than to its type: the values are
// the same, what a job may do with them is not.
type Attribute uint8

// The attributes.
const (
	Regular  Attribute = iota
	Rowtime            // event time, with a watermark
	Proctime           // the clock of the machine
)

// String is what Flink prints behind the type of a column, "" for a regular one.
func (a Attribute) String() string { return [...]string{"", "*ROWTIME*", "*PROCTIME*"}[a] }
