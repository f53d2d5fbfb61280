package sqltest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/sql/types"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	row := types.RowOf(types.Field{Name: "a", Type: types.Int}, types.Field{Name: "b", Type: types.String})
	for _, tt := range []struct {
		name string
		typ  types.Type
		in   any
		want any
		err  string
	}{
		{name: "null", typ: types.Int},
		{name: "integer", typ: types.Int, in: "+007", want: "7"},
		{name: "too large", typ: types.Of(types.TinyInt), in: "128", err: `"128" is no TINYINT`},
		{name: "smallest", typ: types.Of(types.TinyInt), in: "-128", want: "-128"},
		{name: "no integer", typ: types.Long, in: "1.5", err: "is no BIGINT"},
		{name: "decimal", typ: types.DecimalOf(10, 2), in: "1.50", want: "1.5"},
		{name: "decimal of zeros", typ: types.DecimalOf(10, 2), in: "100.00", want: "100"},
		{name: "decimal that would be rounded", typ: types.DecimalOf(10, 2), in: "1.505", err: "more digits"},
		{name: "double", typ: types.F64, in: "1E3", want: "1000"},
		{name: "infinity", typ: types.F64, in: "-Infinity", want: "-Infinity"},
		{name: "boolean", typ: types.Bool, in: "TRUE", want: "true"},
		{name: "text", typ: types.String, in: "007", want: "007"},
		{name: "timestamp", typ: types.Sized(types.Timestamp, 3), in: "2024-05-01 12:00", want: "2024-05-01T12:00:00"},
		{name: "fraction", typ: types.Sized(types.Timestamp, 9), in: "2024-05-01T12:00:00.120", want: "2024-05-01T12:00:00.12"},
		{name: "instant", typ: types.Sized(types.TimestampLTZ, 3), in: "2024-05-01T12:00:00+02:00", want: "2024-05-01T10:00:00Z"},
		{name: "instant without zone", typ: types.Sized(types.TimestampLTZ, 3), in: "2024-05-01 12:00:00", want: "2024-05-01T12:00:00Z"},
		{name: "no timestamp", typ: types.Sized(types.Timestamp, 3), in: "yesterday", err: `"yesterday" is no TIMESTAMP(3)`},
		{name: "bytes", typ: types.Bytes, in: "x'00FF'", want: "AP8="},
		{name: "array", typ: types.ArrayOf(types.Int), in: []any{"1", nil}, want: []any{"1", nil}},
		{name: "array of another type", typ: types.ArrayOf(types.Int), in: []any{"x"}, err: "item 1"},
		{name: "map", typ: types.MapOf(types.Int, types.String), in: map[string]any{"2": "b", "1": "a"}, want: []any{[]any{"1", "a"}, []any{"2", "b"}}},
		{name: "map of the wire", typ: types.MapOf(types.Int, types.String), in: []any{[]any{"2", "b"}, []any{"1", "a"}}, want: []any{[]any{"1", "a"}, []any{"2", "b"}}},
		{name: "row", typ: row, in: map[string]any{"a": "1"}, want: map[string]any{"a": "1", "b": nil}},
		{name: "row with a field too many", typ: row, in: map[string]any{"c": "1"}, err: "no field c"},
		{name: "text for a row", typ: row, in: "1", err: "not written as one text"},
		{name: "unknown", in: map[string]any{"a": "1"}, want: map[string]any{"a": "1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := normal(tt.typ, tt.in)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func FuzzNormal(f *testing.F) {
	f.Add(uint8(types.Decimal), "1.5")
	f.Add(uint8(types.TimestampLTZ), "2024-05-01T12:00:00Z")
	f.Add(uint8(types.Varbinary), "x'0'")
	f.Fuzz(func(t *testing.T, root uint8, text string) {
		if len(text) > 10<<10 {
			return
		}
		typ := types.Type{Root: types.Root(root % uint8(types.Descriptor)), Precision: 20, Scale: 5}
		once, err := normal(typ, text)
		if err != nil {
			return
		}
		twice, err := normal(typ, once)
		if err != nil || twice != once {
			t.Errorf("%q became %q and then %q: %v", text, once, twice, err)
		}
	})
}
