package types_test

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// columns are those of testdata/README.md.
var columns = map[string]types.Type{
	"ti": types.Of(types.TinyInt), "si": types.Of(types.SmallInt), "i": types.Int, "bi": types.Long,
	"f": types.Of(types.Float), "d": types.F64, "dc": types.DecimalOf(10, 2), "dl": types.DecimalOf(38, 18),
	"c": types.Sized(types.Char, 3), "v": types.Sized(types.Varchar, 5), "s": types.String,
	"bn": types.Sized(types.Binary, 2), "vb": types.Sized(types.Varbinary, 4), "by_": types.Bytes, "b": types.Bool,
	"dt": types.Of(types.Date), "tm": types.Sized(types.Time, 0), "ts": types.Sized(types.Timestamp, 3), "ts6": types.Sized(types.Timestamp, 6),
	"lz": types.Sized(types.TimestampLTZ, 3), "lz9": types.Sized(types.TimestampLTZ, 9),
	"ai": types.ArrayOf(types.Int), "as_": types.ArrayOf(types.String.Required()), "mp": types.MapOf(types.String, types.Int),
	"ms": types.MultisetOf(types.String), "r": types.RowOf(types.Field{Name: "a", Type: types.Int}, types.Field{Name: "b", Type: types.String.Required()}),
	"nn": types.Int.Required(), "sn": types.String.Required(), "dn": types.DecimalOf(5, 1).Required(),
	"ar": types.ArrayOf(types.RowOf(types.Field{Name: "x", Type: types.Int}, types.Field{Name: "y", Type: types.String})),
	"rt": types.Sized(types.Timestamp, 3), "p": types.Sized(types.TimestampLTZ, 3).Required(),
}

// rule reads one line of the data and answers it.
type rule struct {
	form   *regexp.Regexp
	answer func(a, b types.Type, operator string) string
}

var rules = []rule{
	{regexp.MustCompile(`^(\w+) ([-+*/%]) (\w+)$`), func(a, b types.Type, operator string) string {
		return show(types.Apply(types.Operator(strings.Index("+-*/%", operator)), a, b))
	}},
	{regexp.MustCompile(`^(\w+) ([=<]) (\w+)$`), func(a, b types.Type, operator string) string {
		compare := map[string]func(a, b types.Type) bool{"=": types.Comparable, "<": types.Ordered}[operator]
		if !compare(a, b) {
			return "!"
		}
		return types.Bool.NullableIf(a, b).String()
	}},
	{regexp.MustCompile(`^COALESCE\((\w+)(,) (\w+)\)$`), func(a, b types.Type, _ string) string {
		t, ok := types.Merge(a, b)
		t.NotNull = a.NotNull || b.NotNull
		return show(t, ok)
	}},
	{regexp.MustCompile(`^CASE WHEN b THEN (\w+) (ELSE) (\w+) END$`), func(a, b types.Type, _ string) string {
		return show(types.Common(a, b))
	}},
	{regexp.MustCompile(`^INSERT (\w+) (INTO) (\w+)$`), func(a, b types.Type, _ string) string {
		return accepted(types.CastsImplicitly(a, b))
	}},
}

func show(t types.Type, ok bool) string {
	if !ok {
		return "!"
	}
	return t.String()
}

func accepted(ok bool) string {
	if ok {
		return "ok"
	}
	return "!"
}

// TestRulesOfThePlanner compares every rule with what Flink 2.2.1 answered.
func TestRulesOfThePlanner(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/rules-2.2.1.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	asked := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		expression, want, _ := strings.Cut(lines.Text(), "\t")
		if x, to, ok := written(expression); ok {
			if got := accepted(types.Casts(columns[x], to)); got != want {
				t.Errorf("%s: %s, Flink says %s", expression, got, want)
			}
			asked++
		}
		for _, r := range rules {
			m := r.form.FindStringSubmatch(expression)
			if m == nil || expression == "COALESCE(lz, p)" { // refused for the time attribute, not for the type
				continue
			}
			a, b := columns[m[1]], columns[m[3]]
			want = strings.NewReplacer(" *ROWTIME*", "", " *PROCTIME*", "").Replace(want)
			if got := r.answer(a, b, m[2]); got != want {
				t.Errorf("%s: %s, Flink says %s", expression, got, want)
			}
			asked++
		}
	}
	if asked < 4000 {
		t.Errorf("only %d expressions were asked", asked)
	}
}

// written reads CAST(column AS type).
func written(expression string) (column string, to types.Type, ok bool) {
	parsed, findings := parser.ParseExpr(source.New("x.sql", expression), parser.Options{Release: token.V2_2})
	cast, isCast := parsed.(*ast.Cast)
	if len(findings) > 0 || !isCast {
		return "", types.Type{}, false
	}
	to, _ = types.FromSyntax(cast.Type)
	return cast.X.(*ast.ColumnRef).Parts[0].Name, to, true
}

// TestSyntax reads types as they are written and prints them as Flink does.
func TestSyntax(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"INTEGER": "INT", "CHAR": "CHAR(1)", "VARCHAR": "VARCHAR(1)", "CHARACTER VARYING(7)": "VARCHAR(7)",
		"DECIMAL": "DECIMAL(10, 0)", "NUMERIC(5)": "DECIMAL(5, 0)", "DOUBLE PRECISION": "DOUBLE", "TIME": "TIME(0)", "TIMESTAMP": "TIMESTAMP(6)",
		"TIMESTAMP(3) WITH LOCAL TIME ZONE": "TIMESTAMP_LTZ(3)", "TIMESTAMP_LTZ": "TIMESTAMP_LTZ(6)", "BYTES": "BYTES", "INT ARRAY": "ARRAY<INT>",
		"MAP<STRING, ARRAY<INT NOT NULL>>": "MAP<STRING, ARRAY<INT NOT NULL>>", "ROW<a INT, `b c` STRING NULL>": "ROW<`a` INT, `b c` STRING>",
		"ROW(a INT NOT NULL)": "ROW<`a` INT NOT NULL>", "MULTISET<DATE>": "MULTISET<DATE>", "no_such.type": "UNKNOWN", "ARRAY<TEXT>": "ARRAY<UNKNOWN>",
	} {
		_, got, ok := written("CAST(x AS " + text + ")")
		if !ok || got.String() != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
