package preview

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/types"
)

// decode reads a value in the gateway's row format JSON. Flink writes decimals without the zeros at their end, intervals
// as plain numbers, bytes in base64; all of them get back the form that their type has.
func decode(t types.Type, raw json.RawMessage) (Value, error) { return decodeAt(t, raw, 0) }

func decodeAt(t types.Type, raw json.RawMessage, depth int) (Value, error) {
	raw = bytes.TrimSpace(raw)
	if depth > deepest {
		return nil, fmt.Errorf("a value is nested deeper than %d", deepest)
	}
	if len(raw) == 0 || string(raw) == "null" {
		return Null{}, nil
	}
	switch raw[0] {
	case '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, fmt.Errorf("reading a string: %w", err)
		}
		return ofText(t, text), nil
	case '[':
		return decodeList(t, raw, depth)
	case '{':
		return decodeObject(t, raw, depth)
	case 't', 'f':
		var b bool
		if err := json.Unmarshal(raw, &b); err != nil {
			return nil, fmt.Errorf("reading a boolean: %w", err)
		}
		return Bool(b), nil
	}
	var n json.Number
	if err := json.Unmarshal(raw, &n); err != nil {
		return nil, fmt.Errorf("reading a number: %w", err)
	}
	return ofNumber(t, n.String()), nil
}

func decodeList(t types.Type, raw json.RawMessage, depth int) (Value, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, fmt.Errorf("reading an array: %w", err)
	}
	list := make(List, len(items))
	for i, item := range items {
		v, err := decodeAt(t.Elem(), item, depth+1)
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	return list, nil
}

// decodeObject reads a row, whose fields come in the order of its type, or a map, whose keys Flink gives in no order.
func decodeObject(t types.Type, raw json.RawMessage, depth int) (Value, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, fmt.Errorf("reading an object: %w", err)
	}
	if t.Root == types.Row || t.Root == types.Structured {
		record := make(Record, 0, len(t.Fields()))
		for _, f := range t.Fields() {
			v, err := decodeAt(f.Type, object[f.Name], depth+1)
			if err != nil {
				return nil, err
			}
			record = append(record, Entry{Name: f.Name, Value: v})
		}
		return record, nil
	}
	elem := t.Elem()
	if t.Root == types.Multiset {
		elem = types.Int
	}
	entries := make(Map, 0, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		v, err := decodeAt(elem, object[name], depth+1)
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{Name: name, Value: v})
	}
	return entries, nil
}

// ofText makes a value of a JSON string.
func ofText(t types.Type, text string) Value {
	switch t.Root {
	case types.Binary, types.Varbinary:
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
			return Bytes(raw)
		}
	case types.Timestamp, types.TimestampLTZ, types.TimestampTZ:
		return padFraction(text, int(t.Precision))
	}
	return Text(text)
}

// padFraction gives a time all the digits of its precision: Java leaves zeros out.
func padFraction(text string, precision int) Timestamp {
	zone := ""
	if strings.HasSuffix(text, "Z") {
		text, zone = text[:len(text)-1], "Z"
	}
	if strings.Count(text, ":") == 1 {
		text += ":00"
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if precision = min(precision, 9); len(fraction) < precision {
		fraction += strings.Repeat("0", precision-len(fraction))
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return Timestamp(whole + zone)
}

// ofNumber makes a value of a JSON number.
func ofNumber(t types.Type, text string) Value {
	switch t.Root {
	case types.Decimal:
		return padScale(text, int(t.Scale))
	case types.YearMonth:
		if months, err := strconv.ParseInt(text, 10, 64); err == nil {
			sign, months := signed(months)
			return Text(fmt.Sprintf("%c%d-%02d", sign, months/12, months%12))
		}
	case types.DayTime:
		if millis, err := strconv.ParseInt(text, 10, 64); err == nil {
			sign, millis := signed(millis)
			seconds := millis / 1000
			return Text(fmt.Sprintf("%c%d %02d:%02d:%02d.%03d", sign, seconds/86400, seconds/3600%24, seconds/60%60, seconds%60, millis%1000))
		}
	}
	return Number(text)
}

func signed(n int64) (sign rune, magnitude uint64) {
	if n < 0 {
		return '-', uint64(-(n + 1)) + 1
	}
	return '+', uint64(n)
}

// widest is more digits than a DECIMAL has; longer numbers and exponents stay as they came.
const widest = 100

// padScale writes a decimal with all digits of its scale: 1E+2 is 100, 1.1 is 1.1000 at scale 4.
func padScale(text string, scale int) Number {
	mantissa, exponent, _ := strings.Cut(strings.ToUpper(text), "E")
	e, err := strconv.Atoi(strings.TrimPrefix(exponent, "+"))
	if exponent != "" && (err != nil || e < -widest || e > widest) || len(mantissa) > widest {
		return Number(text)
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return Number(text)
	}
	_, fraction, _ := strings.Cut(mantissa, ".")
	return Number(r.FloatString(max(min(scale, widest), len(fraction)-e, 0)))
}

// decodePlain reads a value in the row format PLAIN_TEXT, the only one for types that Flink's JSON cannot hold: maps whose
// keys are no strings, VARIANT. Nested values stay text there.
func decodePlain(t types.Type, text *string) Value {
	if text == nil {
		return Null{}
	}
	switch t.Root {
	case types.Boolean:
		return Bool(*text == "TRUE")
	case types.TinyInt, types.SmallInt, types.Integer, types.BigInt, types.Decimal, types.Float, types.Double:
		if json.Valid([]byte(*text)) {
			return Number(*text)
		}
	case types.Timestamp, types.TimestampLTZ, types.TimestampTZ:
		return Timestamp(strings.Replace(*text, " ", "T", 1))
	case types.Binary, types.Varbinary:
		digits := strings.TrimSuffix(strings.TrimPrefix(*text, "x'"), "'")
		if raw, err := hex.DecodeString(digits); err == nil && len(digits) == len(*text)-len("x''") {
			return Bytes(raw)
		}
	}
	return Text(*text)
}
