// Which types may be compared.

package types

// Comparable reports whether a = b plans, and likewise <> and IN. A string may stand for a time or a truth value, in
// either order, but not for a number: Flink's validator lets that pass and its code generator does not.
func Comparable(a, b Type) bool {
	if a.In(Characters) && b.In(Numeric) || a.In(Numeric) && b.In(Characters) {
		return false
	}
	return Ordered(a, b) || a.Root == b.Root
}

// Ordered reports whether a < b plans, and likewise >, <=, >= and BETWEEN; here even a string and a number do.
func Ordered(a, b Type) bool {
	if a.In(Intervals) && b.In(tried|Intervals) || b.In(Intervals) && a.In(tried) {
		return a.Root == b.Root || a.In(Characters) || b.In(Characters)
	}
	if (a.Root == Variant) != (b.Root == Variant) && (a.In(tried) || b.In(tried)) {
		return false
	}
	if !a.In(tried) || !b.In(tried) {
		return true
	}
	for _, family := range orders {
		if a.In(family) || b.In(family) {
			return a.In(family) && b.In(family) || a.In(Characters) && b.In(textual) || b.In(Characters) && a.In(textual)
		}
	}
	return a.Root == b.Root && (a.Root != Array || Same(a, b))
}

// orders are the families whose members are compared with each other.
var orders = [...]Family{Characters, Numeric, Timestamps, BinaryFamily}

const (
	textual = Numeric | Datetimes | Booleans // what a string may be compared with
	tried   = Characters | Numeric | BinaryFamily | Booleans | Datetimes | Constructed
)
