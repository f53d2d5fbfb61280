package udf_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/udf"
)

// described writes a function as its overloads, one a line.
func described(f *catalog.UserFunction) string {
	if f == nil {
		return "nothing"
	}
	var b strings.Builder
	for _, o := range f.Overloads {
		fmt.Fprintf(&b, "%s = %s\n", &o, o.Result)
	}
	return b.String()
}

func TestInspect(t *testing.T) {
	t.Parallel()
	jar := classfile.OpenJars("testdata/shop.jar")
	tests := map[string]string{
		"Scalars$Mask":      "(STRING, STRING) = STRING\n",
		"Scalars$Add":       "(DOUBLE NOT NULL, DOUBLE NOT NULL) = DOUBLE NOT NULL\n(INT NOT NULL, INT NOT NULL) = INT NOT NULL\n(BIGINT, BIGINT) = BIGINT\n",
		"Scalars$Join":      "(STRING, STRING…) = STRING\n",
		"Scalars$Cut":       "(STRING, INT) = STRING\n(BIGINT) = BIGINT\n",
		"Scalars$Inferred":  "",
		"Scalars$Same":      "(any, any) = BOOLEAN\n",
		"Scalars$Vague":     "(any) = UNKNOWN\n",
		"Scalars$Raw":       "(STRING) = UNKNOWN\n",
		"Scalars$Empty":     "",
		"Scalars$Pick":      "(MAP<STRING, INT>, STRING NOT NULL) = INT\n",
		"Scalars$Times":     "(TIMESTAMP_LTZ(9), any) = TIMESTAMP_LTZ(9)\n(DATE, any) = DATE\n(DATE, TIME(9)) = TIMESTAMP(9)\n(TIMESTAMP(3)) = TIMESTAMP(3)\n(TINYINT NOT NULL, FLOAT NOT NULL) = SMALLINT NOT NULL\n",
		"Tables$Mixed":      "(INT) = ROW<`a` INT, `b` INT>\n(STRING) = ROW<`text` STRING>\n",
		"Tables$Pairs":      "(STRING) = STRUCTURED<'org.apache.flink.api.java.tuple.Tuple2', `f0` STRING, `f1` INT>\n",
		"Aggregates$Bounds": "(INT) = ROW<`low` INT, `high` INT>\n(INT, INT) = ROW<`low` INT, `high` INT>\n",
		"Aggregates$Top2":   "nothing",
		"Processes$Half":    "(arg0 => TABLE, STRING) = STRING\n",
		"Processes$Match":   "(orders => TABLE, payments => TABLE) = STRING\n",
		"Processes$Ask":     "(INT) = INT\n(STRING) = STRING\n",
		"NotThere":          "nothing",
		"Scalars$KeepArray": "(ARRAY<INT>, STRING) = ARRAY<INT>\n",
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, described(udf.Inspect("shop."+name, jar))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTraits(t *testing.T) {
	t.Parallel()
	jar := classfile.OpenJars("testdata/shop.jar", "testdata/no.jar")
	all := udf.Inspect("shop.Processes$AuditAll", jar)
	p := all.Overloads[0].Params[0]
	if p.Table != catalog.SetSemantics || !p.Traits.Has(catalog.TakesUpdates|catalog.RequireUpdateBefore|catalog.RequireFullDelete) {
		t.Errorf("AuditAll reads %+v", p)
	}
	if f := udf.Inspect("shop.Aggregates$WeightedAverage", jar); !f.Retracts || !f.Merges || f.Kind != catalog.Aggregate {
		t.Errorf("WeightedAverage is %+v", f)
	}
	if f := udf.Inspect("shop.Aggregates$Longest", jar); f.Retracts || !f.Merges {
		t.Errorf("Longest is %+v", f)
	}
	if f := udf.Inspect("shop.Processes$Latest", jar); !f.Emits {
		t.Errorf("Latest is %+v", f)
	}
}

// doubling is classes of which each extends the next with its argument twice.
type doubling struct{}

func (doubling) Class(name string) *classfile.Class {
	t := classfile.Type{Name: "T", Variable: true}
	return &classfile.Class{Name: name, Variables: []string{"T"}, Extends: classfile.Type{Name: name + "x", Args: []classfile.Type{{Name: "P", Args: []classfile.Type{t, t}}}}}
}

func TestEndlessClasses(t *testing.T) {
	t.Parallel()
	if f := udf.Inspect("shop.Endless", doubling{}); f != nil {
		t.Errorf("it is %+v", f)
	}
}
