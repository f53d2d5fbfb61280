package ast

import "github.com/autostream/autostream/internal/sql/token"

// Nullability is what stands behind a type.
type Nullability uint8

// The nullabilities.
const (
	NullUnspecified Nullability = iota
	Nullable                    // NULL
	NotNull                     // NOT NULL
)

// TypeLoc is the place of a type and its nullability, embedded in every type.
type TypeLoc struct {
	Loc
	Null Nullability
}

// Nullability returns what stands behind the type.
func (t *TypeLoc) Nullability() Nullability { return t.Null }

// BasicType is a type of the grammar that has no types inside.
//
//	INT | DECIMAL(p, s) | VARCHAR(n) | DOUBLE PRECISION | TIMESTAMP(p) WITH LOCAL TIME ZONE | STRING | …
type BasicType struct {
	TypeLoc
	Kind      token.Kind // token.INT, token.CHARACTER, …; INTEGER is not INT here
	Varying   bool       // CHAR VARYING, BINARY VARYING
	Precise   bool       // DOUBLE PRECISION
	Precision string     // as written, "" without
	Scale     string
	Zone      Zone
	Charset   *Ident // CHARACTER SET name
}

// Zone is the time zone clause of TIME and TIMESTAMP.
type Zone uint8

// The zones.
const (
	NoZone        Zone = iota
	WithoutZone        // WITHOUT TIME ZONE
	WithLocalZone      // WITH LOCAL TIME ZONE
)

// CollectionType is an array or multiset.
//
//	ARRAY<type> | MULTISET<type> | type ARRAY | type MULTISET
type CollectionType struct {
	TypeLoc
	Kind    token.Kind // token.ARRAY, token.MULTISET
	Element TypeName
	Postfix bool // the word stands behind the element
}

// MapType is MAP<key, value>.
type MapType struct {
	TypeLoc
	Key, Value TypeName
}

// RowType is a row.
//
//	ROW<name type ['comment'], …> | ROW(name type ['comment'], …)
type RowType struct {
	TypeLoc
	Parens bool // ( ) instead of < >
	Fields []RowField
}

// StructuredType is STRUCTURED<'class', name type ['comment'], …>, since 2.1.
type StructuredType struct {
	TypeLoc
	Class  Text
	Fields []RowField
}

// RowField is a field of a row or structured type.
type RowField struct {
	Loc
	Name    Name // of one part, but for columns declared on the spot
	Type    TypeName
	Comment *Text
}

// RawType is RAW('class', 'serializer').
type RawType struct {
	TypeLoc
	Class, Serializer Text
}

// NamedType is a user's type, or a name that Flink does not know.
type NamedType struct {
	TypeLoc
	Name Name
}

// BadType stands where a type should have been.
type BadType struct{ TypeLoc }

func (*BasicType) typeName()      {}
func (*CollectionType) typeName() {}
func (*MapType) typeName()        {}
func (*RowType) typeName()        {}
func (*StructuredType) typeName() {}
func (*RawType) typeName()        {}
func (*NamedType) typeName()      {}
func (*BadType) typeName()        {}
