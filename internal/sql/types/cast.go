// Casts: which Flink inserts by itself, and which it takes when they are written.

package types

// implicit says, for each target, the roots that Flink casts to it without being asked: the casts before a sink and of
// arguments (LogicalTypeCasts, the same in 1.17 to 2.3). CHAR takes only CHAR because a longer text would be cut.
var implicit = [...]Family{
	Char:         1 << Char,
	Varchar:      Characters,
	Boolean:      Booleans,
	Binary:       1 << Binary,
	Varbinary:    BinaryFamily,
	TinyInt:      1 << TinyInt,
	SmallInt:     1<<TinyInt | 1<<SmallInt,
	Integer:      1<<TinyInt | 1<<SmallInt | 1<<Integer,
	BigInt:       Integers,
	Decimal:      Numeric,
	Float:        Integers | 1<<Decimal | 1<<Float,
	Double:       Numeric,
	Date:         1<<Date | 1<<Timestamp,
	Time:         1<<Time | 1<<Timestamp,
	Timestamp:    1<<Timestamp | 1<<TimestampLTZ,
	TimestampLTZ: 1<<Timestamp | 1<<TimestampLTZ,
	YearMonth:    1 << YearMonth,
	DayTime:      1 << DayTime,
	Array:        1 << Array,
	Multiset:     1 << Multiset,
	Map:          1 << Map,
	Row:          Rows,
	Structured:   Rows,
	Variant:      1 << Variant,
	Bitmap:       1 << Bitmap,
	lastRoot:     0,
}

// explicit says the same of CAST; it is what implicit does not have already.
var explicit = [...]Family{
	Char:         printable,
	Varchar:      printable,
	Boolean:      Characters | Numeric,
	Binary:       Characters | BinaryFamily | 1<<Bitmap,
	Varbinary:    Characters | BinaryFamily | 1<<Bitmap,
	TinyInt:      number,
	SmallInt:     number,
	Integer:      number,
	BigInt:       number,
	Decimal:      number,
	Float:        number,
	Double:       number,
	Date:         Characters | Timestamps,
	Time:         Characters | Timestamps,
	Timestamp:    Characters | Datetimes,
	TimestampLTZ: Characters | Datetimes,
	YearMonth:    Integers,
	DayTime:      Integers,
	lastRoot:     0,
}

const (
	number    = Numeric | Characters | Booleans
	printable = Characters | BinaryFamily | Booleans | Numeric | Datetimes | Intervals | Constructed | 1<<Raw | 1<<Bitmap
)

// judged are the roots that the tables speak about; casts from or to the others pass.
const judged = Characters | BinaryFamily | Booleans | Numeric | Datetimes&^(1<<TimestampTZ) | Intervals | Constructed | 1<<Variant | 1<<Bitmap

// CastsImplicitly reports whether a value of one type may go where the other is wanted, as INSERT wants it.
// Nullability of the outermost level is no matter: Flink checks NOT NULL of a sink row by row.
func CastsImplicitly(from, to Type) bool { return casts(CastsImplicitly, implicit[to.Root], from, to) }

// Casts reports whether CAST(from AS to) plans. A VARIANT is cast neither to anything nor from anything, not even to itself
// (2.1 to 2.3).
func Casts(from, to Type) bool {
	allowed := implicit[to.Root] | explicit[to.Root]
	return casts(Casts, allowed&^(1<<Variant), from, to)
}

// casts asks for a root of allowed and, below it, the same rule of elements and fields; fields go by position.
func casts(rule func(from, to Type) bool, allowed Family, from, to Type) bool {
	if !from.In(judged) || !to.In(judged) {
		return true
	}
	if !from.In(allowed) {
		return false
	}
	a, b := from.Of, to.Of
	if a == nil || b == nil || !from.In(Constructed) || !to.In(Constructed) {
		return true
	}
	printed := from.Root == Array && a.Elem.In(Rows) && b.Elem.In(Characters) // Flink loses the type of the array
	if len(a.Fields) != len(b.Fields) || printed || !rule(a.Key, b.Key) || !rule(a.Elem, b.Elem) {
		return false
	}
	for i, f := range a.Fields {
		if !rule(f.Type, b.Fields[i].Type) {
			return false
		}
	}
	return true
}
