package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// IsNull says whether a field of a row is NULL.
func IsNull(field json.RawMessage) bool { return len(field) == 0 || bytes.Equal(field, []byte("null")) }

// Text renders a value of this type as Flink's own client prints it: text without quotes, DECIMAL with its scale,
// TIMESTAMP with a blank, binary as x'…'. NULL is "NULL". A value that does not fit its type is printed as it came.
func (t LogicalType) Text(field json.RawMessage) string {
	if IsNull(field) {
		return "NULL"
	}
	switch t.Root {
	case "ARRAY":
		return t.elements(field)
	case "MAP", "MULTISET":
		return t.entries(field)
	case "ROW", "STRUCTURED_TYPE":
		return t.row(field)
	case "DECIMAL":
		return withScale(string(field), t.Scale)
	case "INTERVAL_DAY_TIME":
		var ms int64
		if json.Unmarshal(field, &ms) == nil {
			return (time.Duration(ms) * time.Millisecond).String()
		}
	}
	var text string
	if json.Unmarshal(field, &text) != nil {
		return string(field)
	}
	switch t.Root {
	case "BINARY", "VARBINARY", "RAW":
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
			return fmt.Sprintf("x'%x'", raw)
		}
	case "TIMESTAMP_WITHOUT_TIME_ZONE", "TIMESTAMP_WITH_TIME_ZONE", "TIMESTAMP_WITH_LOCAL_TIME_ZONE":
		return strings.Replace(text, "T", " ", 1)
	}
	return text
}

func (t LogicalType) elements(field json.RawMessage) string {
	var values []json.RawMessage
	if t.Element == nil || json.Unmarshal(field, &values) != nil {
		return string(field)
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = t.Element.Text(v)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// entries renders a map in the order of the answer; the keys of a JSON object are text whatever their type.
func (t LogicalType) entries(field json.RawMessage) string {
	decoder := json.NewDecoder(bytes.NewReader(field))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return string(field)
	}
	var texts []string
	for decoder.More() {
		key, err := decoder.Token()
		var value json.RawMessage
		if err != nil || decoder.Decode(&value) != nil {
			return string(field)
		}
		text := string(value)
		if t.Value != nil {
			text = t.Value.Text(value)
		}
		texts = append(texts, fmt.Sprintf("%v=%s", key, text))
	}
	return "{" + strings.Join(texts, ", ") + "}"
}

func (t LogicalType) row(field json.RawMessage) string {
	var values map[string]json.RawMessage
	if json.Unmarshal(field, &values) != nil {
		return string(field)
	}
	texts := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		texts[i] = f.Type.Text(values[f.Name])
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

// withScale brings back the zeros that JSON drops: 1.5 of DECIMAL(10, 2) is 1.50.
func withScale(number string, scale int) string {
	if scale <= 0 || scale > 38 || strings.ContainsAny(number, "eE\"") {
		return number
	}
	whole, fraction, _ := strings.Cut(number, ".")
	if len(fraction) >= scale {
		return number
	}
	return whole + "." + fraction + strings.Repeat("0", scale-len(fraction))
}
