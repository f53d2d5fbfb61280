// Types as they are written in SQL.

package types

import (
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// FromSyntax returns the type that a type name stands for. A name that is no type of Flink's is returned in unknown (the
// first, when there are several); the type is then unknown where it stood. ${VARIABLES} in lengths give the default.
func FromSyntax(name ast.TypeName) (t Type, unknown *ast.NamedType) {
	switch n := name.(type) {
	case *ast.BasicType:
		t = basic(n)
	case *ast.CollectionType:
		elem, bad := FromSyntax(n.Element)
		t, unknown = ArrayOf(elem), bad
		if n.Kind == token.MULTISET {
			t = MultisetOf(elem)
		}
	case *ast.MapType:
		key, badKey := FromSyntax(n.Key)
		value, badValue := FromSyntax(n.Value)
		t, unknown = MapOf(key, value), first(badKey, badValue)
	case *ast.RowType:
		t.Root = Row
		t.Of, unknown = fieldsOf(n.Fields, "")
	case *ast.StructuredType:
		t.Root = Structured
		t.Of, unknown = fieldsOf(n.Fields, n.Class.Value)
	case *ast.RawType:
		t = Type{Root: Raw, Of: &Nested{Class: n.Class.Value}}
	case *ast.NamedType:
		return Type{NotNull: n.Null == ast.NotNull}, n
	case nil, *ast.BadType:
		return Type{}, nil
	}
	t.NotNull = name.Nullability() == ast.NotNull
	return t, unknown
}

func first(a, b *ast.NamedType) *ast.NamedType {
	if a != nil {
		return a
	}
	return b
}

func fieldsOf(fields []ast.RowField, class string) (*Nested, *ast.NamedType) {
	of := &Nested{Class: class, Fields: make([]Field, len(fields))}
	var unknown *ast.NamedType
	for i, f := range fields {
		t, bad := FromSyntax(f.Type)
		of.Fields[i] = Field{Name: f.Name.Text(), Type: t}
		unknown = first(unknown, bad)
	}
	return of, unknown
}

// basicRoots are the words of types without parts. The precision is what Flink assumes when none is written.
var basicRoots = map[token.Kind]Type{
	token.CHAR: Sized(Char, 1), token.CHARACTER: Sized(Char, 1), token.VARCHAR: Sized(Varchar, 1), token.STRING: String,
	token.BINARY: Sized(Binary, 1), token.VARBINARY: Sized(Varbinary, 1), token.BYTES: Bytes, token.BOOLEAN: Bool,
	token.TINYINT: Of(TinyInt), token.SMALLINT: Of(SmallInt), token.INT: Int, token.INTEGER: Int, token.BIGINT: Long,
	token.DECIMAL: DecimalOf(10, 0), token.DEC: DecimalOf(10, 0), token.NUMERIC: DecimalOf(10, 0),
	token.FLOAT: Of(Float), token.REAL: Of(Float), token.DOUBLE: F64,
	token.DATE: Of(Date), token.TIME: Sized(Time, 0), token.TIMESTAMP: Sized(Timestamp, 6), token.TIMESTAMP_LTZ: Sized(TimestampLTZ, 6),
	token.VARIANT: Of(Variant), token.BITMAP: Of(Bitmap), token.NULL: Of(Null),
}

var varying = map[Root]Root{Char: Varchar, Binary: Varbinary}

func basic(n *ast.BasicType) Type {
	t := basicRoots[n.Kind]
	if n.Varying {
		t.Root = varying[t.Root]
	}
	if n.Zone == ast.WithLocalZone && t.Root == Timestamp {
		t.Root = TimestampLTZ
	}
	if p, err := strconv.ParseInt(n.Precision, 10, 32); err == nil {
		t.Precision = int32(p)
	}
	if s, err := strconv.ParseInt(n.Scale, 10, 32); err == nil {
		t.Scale = int32(s)
	}
	return t
}

// OfNumber returns the type of an unsigned number as it is written: INT or BIGINT as it fits, a decimal with just its
// digits, or a DOUBLE.
func OfNumber(n *ast.Number) Type {
	switch n.Kind {
	case token.Approximate:
		return F64.Required()
	case token.Decimal:
		whole, fraction, _ := strings.Cut(n.Text, ".")
		return DecimalOf(len(whole)+len(fraction), len(fraction)).Required()
	}
	v, err := strconv.ParseInt(n.Text, 10, 64)
	switch {
	case err != nil:
		return DecimalOf(len(n.Text), 0).Required()
	case v > 1<<31-1:
		return Long.Required()
	}
	return Int.Required()
}
