package sqltest

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/sql/types"
)

// deepest bounds nested values.
const deepest = 100

// plain turns a value of a test file into the form of the wire: nil, a string whatever the type, []any for a list, and
// map[string]any for a mapping.
func plain(n *yaml.Node) any {
	switch n.Kind() {
	case yaml.Scalar, yaml.Unknown:
		return n.Text()
	case yaml.Sequence:
		list := []any{}
		for _, item := range n.Items() {
			list = append(list, plain(item))
		}
		return list
	case yaml.Mapping:
		object := map[string]any{}
		for _, key := range n.Keys() {
			object[key] = plain(n.Get(key))
		}
		return object
	}
	return nil
}

// normal gives a value the one form that equal values of its type share, so that 1.50 equals 1.5 as a DECIMAL and
// 2024-05-01 12:00 equals 2024-05-01T12:00:00.000 as a TIMESTAMP. It takes values of test files and of the wire.
func normal(t types.Type, v any) (any, error) { return normalAt(t, v, 0) }

func normalAt(t types.Type, v any, depth int) (any, error) {
	if depth > deepest {
		return nil, fmt.Errorf("a value is nested deeper than %d", deepest)
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		if t.In(types.Constructed) {
			return nil, fmt.Errorf("%s is not written as one text", t)
		}
		return scalar(t, v)
	case []any:
		return normalList(t, v, depth)
	case map[string]any:
		return normalObject(t, v, depth)
	}
	return nil, fmt.Errorf("no value of a test: %v", v)
}

func normalList(t types.Type, list []any, depth int) (any, error) {
	switch t.Root {
	case types.Map, types.Multiset:
		return normalPairs(t, list, depth)
	case types.Array, types.Unknown:
	default:
		return nil, fmt.Errorf("a list is no value of %s", t)
	}
	out := make([]any, len(list))
	var err error
	for i, item := range list {
		if out[i], err = normalAt(t.Elem(), item, depth+1); err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
	}
	return out, nil
}

// normalPairs orders the entries of a map, which have no order.
func normalPairs(t types.Type, list []any, depth int) (any, error) {
	out := make([]any, len(list))
	for i, item := range list {
		pair, ok := item.([]any)
		if !ok || len(pair) != 2 {
			return nil, fmt.Errorf("entry %d of a map is no pair", i+1)
		}
		key, err := normalAt(keyOf(t), pair[0], depth+1)
		if err != nil {
			return nil, err
		}
		value, err := normalAt(valueOf(t), pair[1], depth+1)
		if err != nil {
			return nil, err
		}
		out[i] = []any{key, value}
	}
	slices.SortStableFunc(out, func(a, b any) int { return cmp.Compare(text(a.([]any)[0]), text(b.([]any)[0])) })
	return out, nil
}

func keyOf(t types.Type) types.Type {
	if t.Root == types.Multiset {
		return t.Elem()
	}
	return t.Key()
}

func valueOf(t types.Type) types.Type {
	if t.Root == types.Multiset {
		return types.Int
	}
	return t.Elem()
}

func normalObject(t types.Type, object map[string]any, depth int) (any, error) {
	switch t.Root {
	case types.Map, types.Multiset:
		var pairs []any
		for _, key := range slices.Sorted(maps.Keys(object)) {
			pairs = append(pairs, []any{key, object[key]})
		}
		return normalPairs(t, pairs, depth)
	case types.Row, types.Structured:
		out := map[string]any{}
		for _, f := range t.Fields() {
			v, err := normalAt(f.Type, object[f.Name], depth+1)
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", f.Name, err)
			}
			out[f.Name] = v
		}
		for name := range object {
			if _, ok := t.Field(name); !ok {
				return nil, fmt.Errorf("%s has no field %s", t, name)
			}
		}
		return out, nil
	case types.Unknown:
		return object, nil
	}
	return nil, fmt.Errorf("a mapping is no value of %s", t)
}

// scalar gives a single value its one form.
func scalar(t types.Type, text string) (string, error) {
	switch {
	case t.Root == types.Boolean:
		if lower := strings.ToLower(text); lower == "true" || lower == "false" {
			return lower, nil
		}
	case t.In(types.Integers):
		if n, ok := new(big.Int).SetString(strings.TrimPrefix(text, "+"), 10); ok && fits(t.Root, n) {
			return n.String(), nil
		}
	case t.Root == types.Decimal:
		return decimal(t, text)
	case t.In(types.Approximate):
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			bits := 64
			if t.Root == types.Float {
				bits = 32
			}
			return java(strconv.FormatFloat(f, 'g', -1, bits)), nil
		}
	case t.In(types.BinaryFamily):
		return binaryText(text)
	case t.In(types.Datetimes):
		return moment(t, text)
	default: // characters, intervals in their smallest unit, and what is not known
		return text, nil
	}
	return "", fmt.Errorf("%q is no %s", text, t.Nullable())
}

// java writes what Go and Java call differently.
func java(number string) string {
	return strings.NewReplacer("+Inf", "Infinity", "-Inf", "-Infinity").Replace(number)
}

func fits(root types.Root, n *big.Int) bool {
	bits := map[types.Root]uint{types.TinyInt: 7, types.SmallInt: 15, types.Integer: 31}[root]
	if bits == 0 {
		bits = 63
	}
	limit := new(big.Int).Lsh(big.NewInt(1), bits)
	return n.Cmp(limit) < 0 && n.Cmp(new(big.Int).Neg(limit)) >= 0
}

// decimal writes a number without zeros at its end; one that its type would have to round is a mistake.
func decimal(t types.Type, text string) (string, error) {
	if len(text) > 100 || strings.ContainsAny(text, "eE/xXpP_") {
		return "", fmt.Errorf("%q is no %s", text, t.Nullable())
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return "", fmt.Errorf("%q is no %s", text, t.Nullable())
	}
	full := r.FloatString(int(t.Scale))
	if back, _ := new(big.Rat).SetString(full); back == nil || back.Cmp(r) != 0 {
		return "", fmt.Errorf("%s has more digits than %s", text, t.Nullable())
	}
	if strings.Contains(full, ".") {
		full = strings.TrimRight(strings.TrimRight(full, "0"), ".")
	}
	return full, nil
}

// binaryText takes x'00ff' and base64, and writes base64.
func binaryText(text string) (string, error) {
	if digits, ok := strings.CutPrefix(strings.ToLower(text), "x'"); ok {
		raw, err := hex.DecodeString(strings.TrimSuffix(digits, "'"))
		if err != nil {
			return "", fmt.Errorf("%s is no binary value", text)
		}
		return base64.StdEncoding.EncodeToString(raw), nil
	}
	if _, err := base64.StdEncoding.DecodeString(text); err != nil {
		return "", fmt.Errorf("%q is no binary value: write x'00ff', or base64", text)
	}
	return text, nil
}

// moment writes dates and times as java.time reads them.
func moment(t types.Type, text string) (string, error) {
	switch t.Root {
	case types.Date:
		if d, err := time.Parse(time.DateOnly, text); err == nil {
			return d.Format(time.DateOnly), nil
		}
	case types.Time:
		for _, layout := range []string{"15:04:05.999999999", "15:04"} {
			if at, err := time.Parse(layout, text); err == nil {
				return at.Format("15:04:05.999999999"), nil
			}
		}
	default:
		if at, err := ParseTime(text); err == nil {
			if t.Root == types.TimestampLTZ || t.Root == types.TimestampTZ {
				return at.UTC().Format("2006-01-02T15:04:05.999999999Z"), nil
			}
			return at.Format("2006-01-02T15:04:05.999999999"), nil
		}
	}
	return "", fmt.Errorf("%q is no %s", text, t.Nullable())
}

// ParseTime reads a time as people and Flink write it, with a blank or a T between date and time. One without a zone is UTC.
func ParseTime(text string) (time.Time, error) {
	text = strings.Replace(strings.TrimSpace(text), "T", " ", 1)
	for _, layout := range []string{"2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time; write one like 2024-05-01 12:00:00", text)
}

// text is a value as people read it.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
