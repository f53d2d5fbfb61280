// How types are written: as Flink prints them in its messages.

package types

import (
	"slices"
	"strconv"
	"strings"
)

var rootNames = [...]string{
	Unknown: "UNKNOWN", Null: "NULL", Char: "CHAR", Varchar: "VARCHAR", Boolean: "BOOLEAN", Binary: "BINARY", Varbinary: "VARBINARY",
	TinyInt: "TINYINT", SmallInt: "SMALLINT", Integer: "INT", BigInt: "BIGINT", Decimal: "DECIMAL", Float: "FLOAT", Double: "DOUBLE",
	Date: "DATE", Time: "TIME", Timestamp: "TIMESTAMP", TimestampTZ: "TIMESTAMP_TZ", TimestampLTZ: "TIMESTAMP_LTZ",
	YearMonth: "INTERVAL MONTH", DayTime: "INTERVAL SECOND", Array: "ARRAY", Multiset: "MULTISET", Map: "MAP", Row: "ROW",
	Structured: "STRUCTURED", Raw: "RAW", Variant: "VARIANT", Bitmap: "BITMAP", Symbol: "SYMBOL", Descriptor: "DESCRIPTOR",
}

// String names the root in capitals.
func (r Root) String() string { return rootNames[min(r, lastRoot)] }

// RootNamed returns the root that String names so.
func RootNamed(name string) (Root, bool) {
	at := slices.Index(rootNames[:], name)
	return Root(max(at, 0)), at > int(Null)
}

// String writes the type as Flink's asSummaryString does: DECIMAL(10, 2) NOT NULL, ROW<`a` INT>.
func (t Type) String() string {
	var b strings.Builder
	t.write(&b)
	return b.String()
}

func (t Type) write(b *strings.Builder) {
	switch t.Root {
	case Varchar, Varbinary:
		if t.Precision == MaxLength {
			b.WriteString(map[Root]string{Varchar: "STRING", Varbinary: "BYTES"}[t.Root])
			break
		}
		t.writeParameters(b)
	case Char, Binary, Time, Timestamp, TimestampTZ, TimestampLTZ, Decimal:
		t.writeParameters(b)
	case DayTime:
		b.WriteString("INTERVAL SECOND(3)")
	case Array, Multiset, Map, Row, Structured, Raw:
		b.WriteString(t.Root.String())
		t.writeNested(b)
	default:
		b.WriteString(t.Root.String())
	}
	if t.NotNull {
		b.WriteString(" NOT NULL")
	}
}

func (t Type) writeParameters(b *strings.Builder) {
	b.WriteString(t.Root.String())
	b.WriteByte('(')
	b.WriteString(strconv.Itoa(int(t.Precision)))
	if t.Root == Decimal {
		b.WriteString(", ")
		b.WriteString(strconv.Itoa(int(t.Scale)))
	}
	b.WriteByte(')')
}

func (t Type) writeNested(b *strings.Builder) {
	if t.Of == nil {
		return
	}
	b.WriteByte('<')
	separator := ""
	if t.Of.Class != "" {
		b.WriteString("'" + t.Of.Class + "'")
		separator = ", "
	}
	switch t.Root {
	case Map:
		t.Of.Key.write(b)
		b.WriteString(", ")
		t.Of.Elem.write(b)
	case Array, Multiset:
		t.Of.Elem.write(b)
	}
	for _, f := range t.Of.Fields {
		b.WriteString(separator + "`" + strings.ReplaceAll(f.Name, "`", "``") + "` ")
		f.Type.write(b)
		separator = ", "
	}
	b.WriteByte('>')
}
