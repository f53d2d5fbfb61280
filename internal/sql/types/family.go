// Families of types: what rules speak about.

package types

// Family is a set of roots.
type Family uint32

// The families.
const (
	Characters   = Family(1<<Char | 1<<Varchar)
	BinaryFamily = Family(1<<Binary | 1<<Varbinary)
	Integers     = Family(1<<TinyInt | 1<<SmallInt | 1<<Integer | 1<<BigInt)
	Exact        = Integers | 1<<Decimal
	Approximate  = Family(1<<Float | 1<<Double)
	Numeric      = Exact | Approximate
	Timestamps   = Family(1<<Timestamp | 1<<TimestampTZ | 1<<TimestampLTZ)
	Datetimes    = Timestamps | 1<<Date | 1<<Time
	Intervals    = Family(1<<YearMonth | 1<<DayTime)
	Collections  = Family(1<<Array | 1<<Multiset | 1<<Map)
	Constructed  = Collections | 1<<Row | 1<<Structured
	Booleans     = Family(1 << Boolean)
	Rows         = Family(1<<Row | 1<<Structured)
)

// In reports whether the root belongs to a family.
func (r Root) In(f Family) bool { return f&(1<<r) != 0 }

// In reports whether the type belongs to a family.
func (t Type) In(f Family) bool { return t.Root.In(f) }
