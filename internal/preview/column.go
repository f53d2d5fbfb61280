package preview

import (
	"math"

	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/sql/types"
)

// roots are the names of LogicalTypeRoot. One that is not here is Unknown: its values are shown as they come.
var roots = map[string]types.Root{
	"NULL": types.Null, "CHAR": types.Char, "VARCHAR": types.Varchar, "BOOLEAN": types.Boolean,
	"BINARY": types.Binary, "VARBINARY": types.Varbinary,
	"TINYINT": types.TinyInt, "SMALLINT": types.SmallInt, "INTEGER": types.Integer, "BIGINT": types.BigInt,
	"DECIMAL": types.Decimal, "FLOAT": types.Float, "DOUBLE": types.Double,
	"DATE": types.Date, "TIME_WITHOUT_TIME_ZONE": types.Time,
	"TIMESTAMP_WITHOUT_TIME_ZONE":    types.Timestamp,
	"TIMESTAMP_WITH_TIME_ZONE":       types.TimestampTZ,
	"TIMESTAMP_WITH_LOCAL_TIME_ZONE": types.TimestampLTZ,
	"INTERVAL_YEAR_MONTH":            types.YearMonth,
	"INTERVAL_DAY_TIME":              types.DayTime,
	"ARRAY":                          types.Array, "MULTISET": types.Multiset, "MAP": types.Map, "ROW": types.Row,
	"STRUCTURED_TYPE": types.Structured, "RAW": types.Raw, "VARIANT": types.Variant, "BITMAP": types.Bitmap,
}

// deepest is how far types and values may be nested; Flink's own limit is the stack of its JVM.
const deepest = 100

// typeOf takes a type over from the gateway.
func typeOf(l gateway.LogicalType) types.Type { return typeAt(&l, 0) }

func typeAt(l *gateway.LogicalType, depth int) types.Type {
	if l == nil || depth > deepest {
		return types.Type{}
	}
	t := types.Type{Root: roots[l.Root], NotNull: !l.Nullable}
	switch t.Root {
	case types.Char, types.Varchar, types.Binary, types.Varbinary:
		t.Precision = small(l.Length)
	case types.Decimal:
		t.Precision, t.Scale = small(int64(l.Precision)), small(int64(l.Scale))
	case types.DayTime:
		t.Precision = small(int64(l.Fraction))
	case types.Array, types.Multiset:
		t.Of = &types.Nested{Elem: typeAt(l.Element, depth+1)}
	case types.Map:
		t.Of = &types.Nested{Key: typeAt(l.Key, depth+1), Elem: typeAt(l.Value, depth+1)}
	case types.Row, types.Structured:
		t.Of = &types.Nested{}
		for _, f := range l.Fields {
			t.Of.Fields = append(t.Of.Fields, types.Field{Name: f.Name, Type: typeAt(&f.Type, depth+1)})
		}
	default:
		t.Precision = small(int64(l.Precision))
	}
	return t
}

func small(n int64) int32 { return int32(min(max(n, 0), math.MaxInt32)) }
