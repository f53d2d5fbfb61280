package gateway

import (
	"fmt"
	"math"
	"strings"
)

// LogicalType is the type of a column, in the form of the gateway (LogicalTypeJsonSerializer of flink-sql-gateway-api).
// Fields that a type does not have are zero.
type LogicalType struct {
	Root       string       `json:"type"` // LogicalTypeRoot, "VARCHAR"
	Nullable   bool         `json:"nullable"`
	Length     int64        `json:"length"` // CHAR, VARCHAR, BINARY, VARBINARY
	Precision  int          `json:"precision"`
	Scale      int          `json:"scale"`
	Fraction   int          `json:"fractionalPrecision"`
	Resolution string       `json:"resolution"` // of an interval, "DAY_TO_SECOND"
	Element    *LogicalType `json:"elementType"`
	Key        *LogicalType `json:"keyType"`
	Value      *LogicalType `json:"valueType"`
	Fields     []Field      `json:"fields"`
	Class      string       `json:"class"` // RAW
}

// Field is a field of a ROW.
type Field struct {
	Name        string      `json:"name"`
	Type        LogicalType `json:"fieldType"`
	Description string      `json:"description"`
}

// plainNames are the roots that SQL writes otherwise.
var plainNames = map[string]string{
	"INTEGER":                        "INT",
	"TIME_WITHOUT_TIME_ZONE":         "TIME",
	"TIMESTAMP_WITHOUT_TIME_ZONE":    "TIMESTAMP",
	"TIMESTAMP_WITH_TIME_ZONE":       "TIMESTAMP WITH TIME ZONE",
	"TIMESTAMP_WITH_LOCAL_TIME_ZONE": "TIMESTAMP_LTZ",
}

// String returns the type as Flink SQL writes it, "ROW<a INT NOT NULL, b STRING>".
func (t LogicalType) String() string {
	text := t.withoutNull()
	if !t.Nullable && t.Root != "NULL" {
		text += " NOT NULL"
	}
	return text
}

func (t LogicalType) withoutNull() string {
	name := t.Root
	if plain, ok := plainNames[name]; ok {
		name = plain
	}
	switch t.Root {
	case "VARCHAR", "VARBINARY":
		if t.Length == math.MaxInt32 {
			return map[string]string{"VARCHAR": "STRING", "VARBINARY": "BYTES"}[t.Root]
		}
		return fmt.Sprintf("%s(%d)", name, t.Length)
	case "CHAR", "BINARY":
		return fmt.Sprintf("%s(%d)", name, t.Length)
	case "DECIMAL":
		return fmt.Sprintf("DECIMAL(%d, %d)", t.Precision, t.Scale)
	case "TIME_WITHOUT_TIME_ZONE", "TIMESTAMP_WITHOUT_TIME_ZONE", "TIMESTAMP_WITH_LOCAL_TIME_ZONE":
		return fmt.Sprintf("%s(%d)", name, t.Precision)
	case "TIMESTAMP_WITH_TIME_ZONE":
		return fmt.Sprintf("TIMESTAMP(%d) WITH TIME ZONE", t.Precision)
	case "INTERVAL_DAY_TIME", "INTERVAL_YEAR_MONTH":
		return "INTERVAL " + strings.ReplaceAll(t.Resolution, "_", " ")
	case "ARRAY", "MULTISET":
		return name + "<" + t.Element.orUnknown() + ">"
	case "MAP":
		return "MAP<" + t.Key.orUnknown() + ", " + t.Value.orUnknown() + ">"
	case "ROW", "STRUCTURED_TYPE":
		fields := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			fields[i] = quoted(f.Name) + " " + f.Type.String()
		}
		return "ROW<" + strings.Join(fields, ", ") + ">"
	case "RAW":
		return "RAW('" + t.Class + "')"
	}
	return name
}

func (t *LogicalType) orUnknown() string {
	if t == nil {
		return "?"
	}
	return t.String()
}

// quoted puts a name into backquotes unless it needs none.
func quoted(name string) string {
	for i, c := range name {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return "`" + strings.ReplaceAll(name, "`", "``") + "`"
		}
	}
	return name
}
