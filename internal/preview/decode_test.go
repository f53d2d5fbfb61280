package preview

import (
	"encoding/json"
	"testing"

	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/sql/types"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typ, raw string
		text, json     string
	}{
		{"null", `{"type":"VARCHAR","nullable":true,"length":5}`, `null`, "NULL", "null"},
		{"word null", `{"type":"VARCHAR","length":5}`, `"NULL"`, "NULL", `"NULL"`},
		{"boolean", `{"type":"BOOLEAN"}`, `true`, "TRUE", "true"},
		{"big integer", `{"type":"BIGINT"}`, `9223372036854775807`, "9223372036854775807", "9223372036854775807"},
		{"decimal", `{"type":"DECIMAL","precision":38,"scale":10}`, `12345678901234567890.123456789`, "12345678901234567890.1234567890", "12345678901234567890.1234567890"},
		{"decimal with exponent", `{"type":"DECIMAL","precision":10,"scale":0}`, `1E+2`, "100", "100"},
		{"small decimal", `{"type":"DECIMAL","precision":20,"scale":10}`, `1E-10`, "0.0000000001", "0.0000000001"},
		{"decimal zero", `{"type":"DECIMAL","precision":5,"scale":2}`, `0`, "0.00", "0.00"},
		{"negative decimal", `{"type":"DECIMAL","precision":5,"scale":2}`, `-0.5`, "-0.50", "-0.50"},
		{"absurd exponent", `{"type":"DECIMAL","precision":5,"scale":2}`, `1E+999999999`, "1E+999999999", "1E+999999999"},
		{"double", `{"type":"DOUBLE"}`, `1.0E300`, "1.0E300", "1.0E300"},
		{"not a number", `{"type":"DOUBLE"}`, `"NaN"`, "NaN", `"NaN"`},
		{"date", `{"type":"DATE"}`, `"2024-02-29"`, "2024-02-29", `"2024-02-29"`},
		{"time", `{"type":"TIME_WITHOUT_TIME_ZONE","precision":0}`, `"12:34:56"`, "12:34:56", `"12:34:56"`},
		{"timestamp", `{"type":"TIMESTAMP_WITHOUT_TIME_ZONE","precision":3}`, `"2024-02-29T01:02:03"`, "2024-02-29 01:02:03.000", `"2024-02-29T01:02:03.000"`},
		{"timestamp without seconds", `{"type":"TIMESTAMP_WITHOUT_TIME_ZONE","precision":0}`, `"2024-02-29T01:02"`, "2024-02-29 01:02:00", `"2024-02-29T01:02:00"`},
		{"nanoseconds", `{"type":"TIMESTAMP_WITHOUT_TIME_ZONE","precision":9}`, `"2024-02-29T01:02:03.123456789"`, "2024-02-29 01:02:03.123456789", `"2024-02-29T01:02:03.123456789"`},
		{"instant", `{"type":"TIMESTAMP_WITH_LOCAL_TIME_ZONE","precision":3}`, `"2024-02-29T01:02:03.5Z"`, "2024-02-29 01:02:03.500Z", `"2024-02-29T01:02:03.500Z"`},
		{"months", `{"type":"INTERVAL_YEAR_MONTH","precision":2}`, `14`, "+1-02", `"+1-02"`},
		{"negative months", `{"type":"INTERVAL_YEAR_MONTH","precision":2}`, `-25`, "-2-01", `"-2-01"`},
		{"interval", `{"type":"INTERVAL_DAY_TIME","precision":2,"fractionalPrecision":3}`, `273906789`, "+3 04:05:06.789", `"+3 04:05:06.789"`},
		{"bytes", `{"type":"BINARY","length":3}`, `"AP8Q"`, "x'00ff10'", `"AP8Q"`},
		{"array", `{"type":"ARRAY","elementType":{"type":"DECIMAL","precision":5,"scale":2}}`, `[1.5,null]`, "[1.50, NULL]", "[1.50,null]"},
		{"map in order", `{"type":"MAP","keyType":{"type":"VARCHAR"},"valueType":{"type":"INTEGER"}}`, `{"b":2,"a":1}`, "{a=1, b=2}", `{"a":1,"b":2}`},
		{"multiset", `{"type":"MULTISET","elementType":{"type":"VARCHAR"}}`, `{"x":3}`, "{x=3}", `{"x":3}`},
		{
			"row in order of its fields", `{"type":"ROW","fields":[{"name":"z","fieldType":{"type":"INTEGER"}},{"name":"a b","fieldType":{"type":"VARBINARY"}},{"name":"n","fieldType":{"type":"INTEGER"}}]}`,
			`{"a b":"/w==","z":1}`, "(1, x'ff', NULL)", `{"z":1,"a b":"/w==","n":null}`,
		},
		{"wide and quoted", `{"type":"VARCHAR"}`, `"漢字 😀 \"<&>\"\n"`, "漢字 😀 \"<&>\"\n", `"漢字 😀 \"<&>\"\n"`},
		{"row without its fields", `{"type":"ROW","fields":[{"name":"a","fieldType":{"type":"INTEGER"}}]}`, `{}`, "(NULL)", `{"a":null}`},
		{"array that is none", `{"type":"ARRAY","elementType":{"type":"INTEGER"}}`, `7`, "7", "7"},
		{"bytes that are none", `{"type":"VARBINARY"}`, `"not base64!"`, "not base64!", `"not base64!"`},
		{"absurd scale", `{"type":"DECIMAL","scale":1000000}`, `"x"`, "x", `"x"`},
		{"unknown type", `{"type":"SOMETHING"}`, `{"a":[1,"x"]}`, "{a=[1, x]}", `{"a":[1,"x"]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			typ := readType(t, tt.typ)
			v, err := decode(typ, json.RawMessage(tt.raw))
			if err != nil {
				t.Fatal(err)
			}
			if got := String(v); got != tt.text {
				t.Errorf("text %s, want %s", got, tt.text)
			}
			if got := string(AppendJSON(nil, v)); got != tt.json {
				t.Errorf("JSON %s, want %s", got, tt.json)
			}
		})
	}
}

// readType reads a type as the gateway writes it.
func readType(t *testing.T, text string) types.Type {
	t.Helper()
	var logical gateway.LogicalType
	if err := json.Unmarshal([]byte(text), &logical); err != nil {
		t.Fatal(err)
	}
	return typeOf(logical)
}

func TestDecodePlain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ        types.Type
		text, json string
	}{
		{types.Long, "42", "42"},
		{types.DecimalOf(10, 4), "1.1000", "1.1000"},
		{types.F64, "1.0E300", "1.0E300"},
		{types.F64, "-Infinity", `"-Infinity"`},
		{types.Bool, "TRUE", "true"},
		{types.String, "NULL", `"NULL"`},
		{types.Sized(types.Timestamp, 3), "2024-02-29 01:02:03.000", `"2024-02-29T01:02:03.000"`},
		{types.Bytes, "x'00ff10'", `"AP8Q"`},
		{types.MapOf(types.Int, types.String), "{1=x}", `"{1=x}"`},
		{types.Of(types.Variant), `{"a":1}`, `"{\"a\":1}"`},
	}
	for _, tt := range tests {
		if got := string(AppendJSON(nil, decodePlain(tt.typ, &tt.text))); got != tt.json {
			t.Errorf("%s %s: %s, want %s", tt.typ, tt.text, got, tt.json)
		}
	}
	if got := decodePlain(types.String, nil); got != (Null{}) {
		t.Errorf("nothing is %v, want NULL", got)
	}
}

func TestLineKeepsTheOrderOfColumns(t *testing.T) {
	t.Parallel()
	columns := []Column{{Name: "z"}, {Name: "a"}, {Name: "m"}}
	e := Event{Kind: UpdateBefore, Fields: []Value{Number("1"), Text("x")}}
	if got, want := string(AppendLine(nil, columns, e)), `{"kind":"-U","row":{"z":1,"a":"x","m":null}}`+"\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzDecode feeds types and values that no Flink would send: nothing panics, and what comes out is JSON.
func FuzzDecode(f *testing.F) {
	f.Add(`{"type":"DECIMAL","precision":5,"scale":2}`, `1E+9`)
	f.Add(`{"type":"ROW","fields":[{"name":"a","fieldType":{"type":"ARRAY","elementType":{"type":"INTEGER"}}}]}`, `{"a":[1,2]}`)
	f.Add(`{"type":"MAP","keyType":null,"valueType":{"type":"BINARY"}}`, `{"k":"AA=="}`)
	f.Add(`{"type":"INTERVAL_DAY_TIME"}`, `-9223372036854775808`)
	f.Add(`{"type":"TIMESTAMP_WITHOUT_TIME_ZONE","precision":9999}`, `"T:Z"`)
	f.Fuzz(func(t *testing.T, typ, raw string) {
		if len(typ)+len(raw) > 10<<10 {
			t.Skip("inputs are capped at 10 KiB")
		}
		var logical gateway.LogicalType
		if json.Unmarshal([]byte(typ), &logical) != nil || !json.Valid([]byte(raw)) {
			return
		}
		read := typeOf(logical)
		v, err := decode(read, json.RawMessage(raw))
		if err != nil {
			return
		}
		if out := AppendJSON(nil, v); !json.Valid(out) {
			t.Errorf("%s as %s gives %s, which is not JSON", raw, typ, out)
		}
		_ = String(v)
		_ = AppendJSON(nil, decodePlain(read, &raw))
	})
}
