package preview

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/autostream/autostream/internal/sql/types"
)

// logicalType is a type as the SQL Gateway writes it (org.apache.flink.table.gateway.rest.serde.LogicalTypeJsonSerializer).
type logicalType struct {
	Type                string       `json:"type"`
	Nullable            bool         `json:"nullable"`
	Length              int          `json:"length"`
	Precision           int          `json:"precision"`
	FractionalPrecision int          `json:"fractionalPrecision"`
	Scale               int          `json:"scale"`
	ElementType         *logicalType `json:"elementType"`
	KeyType             *logicalType `json:"keyType"`
	ValueType           *logicalType `json:"valueType"`
	Fields              []struct {
		Name string       `json:"name"`
		Type *logicalType `json:"fieldType"`
	} `json:"fields"`
}

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

// readType reads the gateway's form of a type.
func readType(raw json.RawMessage) (types.Type, error) {
	var l logicalType
	if err := json.Unmarshal(raw, &l); err != nil {
		return types.Type{}, fmt.Errorf("reading a column's type: %w", err)
	}
	return l.resolve(0), nil
}

func (l *logicalType) resolve(depth int) types.Type {
	if l == nil || depth > deepest {
		return types.Type{}
	}
	t := types.Type{Root: roots[l.Type], NotNull: !l.Nullable}
	switch t.Root {
	case types.Char, types.Varchar, types.Binary, types.Varbinary:
		t.Precision = small(l.Length)
	case types.Decimal:
		t.Precision, t.Scale = small(l.Precision), small(l.Scale)
	case types.DayTime:
		t.Precision = small(l.FractionalPrecision)
	case types.Array, types.Multiset:
		t.Of = &types.Nested{Elem: l.ElementType.resolve(depth + 1)}
	case types.Map:
		t.Of = &types.Nested{Key: l.KeyType.resolve(depth + 1), Elem: l.ValueType.resolve(depth + 1)}
	case types.Row, types.Structured:
		t.Of = &types.Nested{}
		for _, f := range l.Fields {
			t.Of.Fields = append(t.Of.Fields, types.Field{Name: f.Name, Type: f.Type.resolve(depth + 1)})
		}
	default:
		t.Precision = small(l.Precision)
	}
	return t
}

func small(n int) int32 { return int32(min(max(n, 0), math.MaxInt32)) }
