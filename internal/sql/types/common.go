// Types that several values agree on.

package types

// Common returns the type that all branches of a CASE and all inputs of a UNION agree on, and false when Flink finds
// none or cannot cast to the one it finds. It is nullable when any of the types is.
func Common(all ...Type) (Type, bool) { return fold(branches, all) }

// Merge returns the type that the arguments of a function agree on, such as those of COALESCE, GREATEST and ARRAY_APPEND.
// It is nullable when any of the types is; COALESCE and the like correct that themselves. Flink has two rules for one
// question (Calcite's for CASE, LogicalTypeMerging for functions), which differ on FLOAT and on TIMESTAMP_LTZ.
func Merge(all ...Type) (Type, bool) { return fold(arguments, all) }

type agreement uint8

const (
	branches agreement = iota
	arguments
)

func fold(rule agreement, all []Type) (Type, bool) {
	if len(all) == 0 {
		return Type{}, true
	}
	result := all[0]
	for _, t := range all[1:] {
		common, ok := rule.common(result, t)
		if !ok {
			return Type{}, false
		}
		result = common
	}
	return result, true
}

func (rule agreement) common(a, b Type) (Type, bool) {
	switch {
	case !a.Known() || !b.Known():
		return Type{}, true
	case a.Root == Null:
		return b.Nullable(), true
	case b.Root == Null:
		return a.Nullable(), true
	}
	t, ok := rule.nonNull(a, b)
	return t.NullableIf(a, b), ok
}

func (rule agreement) nonNull(a, b Type) (Type, bool) {
	switch {
	case Same(a, b):
		return a, true
	case a.In(Numeric) && b.In(Numeric):
		return rule.number(a, b), true
	case a.In(Characters) && b.In(Characters):
		return text(Char, Varchar, a, b), true
	case a.In(BinaryFamily) && b.In(BinaryFamily):
		return text(Binary, Varbinary, a, b), true
	case a.In(Timestamps) && b.In(Timestamps):
		return Sized(rule.timestamp(a, b), int(max(a.Precision, b.Precision))), true
	case a.In(Datetimes) && b.In(Datetimes) && a.Root != b.Root:
		return rule.partOf(a, b)
	case a.Root == b.Root && a.In(Intervals|Datetimes):
		return Sized(a.Root, int(max(a.Precision, b.Precision))), true
	case a.Root == b.Root && a.In(Constructed):
		return rule.nested(a, b)
	}
	return Type{}, false
}

func (rule agreement) number(a, b Type) Type {
	if a.Root == Double || b.Root == Double {
		return F64
	}
	if a.Root == Float || b.Root == Float {
		if rule == branches && (a.Root == Decimal || b.Root == Decimal) {
			return F64
		}
		return Of(Float)
	}
	if a.Root != Decimal && b.Root != Decimal {
		return Of(max(a.Root, b.Root))
	}
	a, b = asDecimal(a), asDecimal(b)
	scale := max(a.Scale, b.Scale)
	return DecimalOf(int(min(max(a.Precision-a.Scale, b.Precision-b.Scale)+scale, maxPrecision)), int(scale))
}

// text widens two lengths; only equal lengths stay fixed.
func text(fixed, varying Root, a, b Type) Type {
	if a.Root == fixed && b.Root == fixed && a.Precision == b.Precision {
		return Sized(fixed, int(a.Precision))
	}
	return Sized(varying, int(max(a.Precision, b.Precision)))
}

func (rule agreement) timestamp(a, b Type) Root {
	switch {
	case rule == arguments:
		return max(a.Root, b.Root)
	case a.Precision == b.Precision:
		return a.Root
	}
	return min(a.Root, b.Root)
}

// partOf agrees on the date or the time of a timestamp, which only arguments of functions do.
func (rule agreement) partOf(a, b Type) (Type, bool) {
	part, whole := a, b
	if b.Root < a.Root {
		part, whole = b, a
	}
	return part, rule == arguments && whole.Root == Timestamp
}

func (rule agreement) nested(a, b Type) (Type, bool) {
	if a.Of == nil || b.Of == nil {
		return a, true
	}
	if len(a.Of.Fields) != len(b.Of.Fields) || a.Of.Class != b.Of.Class {
		return Type{}, false
	}
	key, ok1 := rule.common(a.Of.Key, b.Of.Key)
	elem, ok2 := rule.common(a.Of.Elem, b.Of.Elem)
	of := &Nested{Key: key, Elem: elem, Class: a.Of.Class, Fields: make([]Field, len(a.Of.Fields))}
	for i, f := range a.Of.Fields {
		t, ok := rule.common(f.Type, b.Of.Fields[i].Type)
		if !ok {
			return Type{}, false
		}
		of.Fields[i] = Field{Name: f.Name, Type: t}
	}
	return Type{Root: a.Root, Of: of}, ok1 && ok2
}
