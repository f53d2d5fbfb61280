package catalog

import (
	"testing"

	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func TestFunctionsFile(t *testing.T) {
	t.Parallel()
	all, err := parseFunctions(functionsText)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 245 {
		t.Errorf("only %d functions", len(all))
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	if LookupFunction("no_such") != nil {
		t.Error("a function that is not there was found")
	}
	f := LookupFunction("array_sort")
	if f == nil || f.In(token.V1_19) || !f.In(token.V1_20) {
		t.Errorf("ARRAY_SORT came with 1.20, not as %+v", f)
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []types.Type
		want string // "" when no signature takes them
	}{
		{"COUNT", []types.Type{types.String}, "BIGINT NOT NULL"},
		{"SUM", []types.Type{types.DecimalOf(10, 2)}, "DECIMAL(38, 2)"},
		{"UPPER", []types.Type{types.String.Required()}, "STRING NOT NULL"},
		{"UPPER", []types.Type{types.Sized(types.Timestamp, 3)}, ""},
		{"UPPER", []types.Type{types.String, types.String}, ""},
		{"UPPER", []types.Type{{}}, "UNKNOWN"},
		{"COALESCE", []types.Type{types.Int, types.Long.Required()}, "BIGINT NOT NULL"},
		{"IF", []types.Type{types.Bool, types.Int, types.Long}, "BIGINT"},
		{"MAP_KEYS", []types.Type{types.MapOf(types.String, types.Int)}, "ARRAY<STRING>"},
		{"ARRAY_CONTAINS", []types.Type{types.Int, types.Int}, ""},
		{"CONCAT", nil, ""},
		{"UUID", nil, "CHAR(36) NOT NULL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if s := LookupFunction(tt.name).Signature(tt.args); s != nil {
				got = s.Result.Of(tt.args).String()
			}
			if got != tt.want {
				t.Errorf("%v gives %q, want %q", tt.args, got, tt.want)
			}
		})
	}
}

func FuzzParseFunctions(f *testing.F) {
	f.Add("ABS scalar 1.17-2.1 (numeric|interval, [any…]) = arg1? ; () = STRING!")
	f.Fuzz(func(_ *testing.T, text string) { _, _ = parseFunctions(text) })
}
