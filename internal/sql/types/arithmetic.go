// Results of operators on numbers, times and strings.

package types

// Operator is an operator whose result depends on the types of both sides.
type Operator uint8

// The operators.
const (
	Add Operator = iota
	Subtract
	Multiply
	Divide
	Modulo
	Concat
)

// String is how the operator is written.
func (o Operator) String() string { return [...]string{"+", "-", "*", "/", "%", "||"}[o] }

const (
	maxPrecision = 38 // of a decimal
	minScale     = 6  // that a division keeps and an overflow never goes below
)

// Apply returns the type of a op b, and false when Flink refuses the operands. The result is nullable when a side is.
func Apply(op Operator, a, b Type) (Type, bool) {
	if !a.Known() || !b.Known() || a.Root == Null || b.Root == Null {
		return Type{}, true
	}
	t, ok := apply(op, a, b)
	return t.NullableIf(a, b), ok
}

func apply(op Operator, a, b Type) (Type, bool) {
	switch {
	case op == Concat:
		return concat(a, b)
	case op == Modulo && a.In(Exact) && b.In(Exact):
		return modulo(a, b), true
	case op == Modulo:
		return Type{}, false
	case a.In(Numeric) && b.In(Numeric):
		return arithmetic(op, a, b), true
	case a.In(Datetimes) && b.In(Intervals):
		return a, op == Add || op == Subtract
	case a.In(Intervals) && b.In(Datetimes):
		return b, op == Add
	case a.In(Intervals) && b.Root == a.Root:
		return a, op == Add || op == Subtract
	case a.In(Intervals) && b.In(Numeric):
		return a, op == Multiply
	case a.In(Numeric) && b.In(Intervals):
		return b, op == Multiply
	}
	return Type{}, false
}

// Negate returns the type of -a.
func Negate(a Type) (Type, bool) {
	return a, !a.Known() || a.In(Numeric|Intervals)
}

// arithmetic follows FlinkTypeSystem: integers widen, a decimal with a binary fraction becomes a DOUBLE even for FLOAT.
func arithmetic(op Operator, a, b Type) Type {
	switch {
	case a.In(Approximate) && b.In(Approximate):
		return a // the first of the two, even a FLOAT with a DOUBLE
	case a.Root == Double || b.Root == Double:
		return F64
	case a.Root == Float || b.Root == Float:
		if a.Root == Decimal || b.Root == Decimal {
			return F64
		}
		return Of(Float)
	case a.Root == Decimal || b.Root == Decimal:
		return decimal(op, asDecimal(a), asDecimal(b))
	}
	return Of(max(a.Root, b.Root))
}

// asDecimal returns the decimal that holds every value of an exact type.
func asDecimal(t Type) Type {
	switch t.Root {
	case TinyInt:
		return DecimalOf(3, 0)
	case SmallInt:
		return DecimalOf(5, 0)
	case Integer:
		return DecimalOf(10, 0)
	case BigInt:
		return DecimalOf(19, 0)
	}
	return t
}

// decimal derives precision and scale as LogicalTypeMerging.find*DecimalType of Flink 1.14 and later do.
func decimal(op Operator, a, b Type) Type {
	ap, as, bp, bs := int(a.Precision), int(a.Scale), int(b.Precision), int(b.Scale)
	switch op {
	case Add, Subtract:
		scale := max(as, bs)
		return fit(max(ap-as, bp-bs)+scale+1, scale)
	case Multiply:
		return fit(ap+bp+1, as+bs)
	default:
		scale := max(minScale, as+bp+1)
		return fit(ap-as+bs+scale, scale)
	}
}

// fit cuts a decimal to 38 digits: digits before the point are kept at the cost of those behind, of which 6 stay.
func fit(precision, scale int) Type {
	if precision <= maxPrecision {
		return DecimalOf(precision, scale)
	}
	return DecimalOf(maxPrecision, max(maxPrecision-(precision-scale), min(scale, minScale)))
}

// modulo is an integer of the divisor's type, or a decimal as small as the smaller side.
func modulo(a, b Type) Type {
	if a.Root != Decimal && b.Root != Decimal {
		return b
	}
	a, b = asDecimal(a), asDecimal(b)
	scale := max(a.Scale, b.Scale)
	return DecimalOf(int(min(a.Precision-a.Scale, b.Precision-b.Scale)+scale), int(scale))
}

func concat(a, b Type) (Type, bool) {
	family := Characters
	if a.In(BinaryFamily) {
		family = BinaryFamily
	}
	if !a.In(family) || !b.In(family) {
		return Type{}, false
	}
	return Sized(max(a.Root, b.Root), min(int(a.Precision)+int(b.Precision), MaxLength)), true
}

// SumOf returns the type of SUM over a type: integers keep theirs, a decimal gets all 38 digits. It is nullable.
func SumOf(t Type) Type {
	if t.Root == Decimal {
		return DecimalOf(maxPrecision, int(t.Scale))
	}
	return t.Nullable()
}

// AverageOf returns the type of AVG over a type. It is nullable.
func AverageOf(t Type) Type {
	if t.Root == Decimal {
		return DecimalOf(maxPrecision, max(minScale, int(t.Scale)))
	}
	return t.Nullable()
}
