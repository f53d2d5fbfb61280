package classfile_test

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/flink/classfile"
)

// jar is classes of our own, compiled by javac -g; their sources stand beside it in the room that uses them.
const jar = "../../sql/udf/testdata/shop.jar"

func class(t testing.TB, name string) []byte {
	t.Helper()
	z, err := zip.OpenReader(jar)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(name + ".class")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// outline writes what is public in a class, as javap does.
func outline(c *classfile.Class) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s extends %s\n", c.Name, strings.Join(c.Variables, ","), c.Extends)
	for _, a := range c.Annotations {
		fmt.Fprintf(&b, "@%s %v\n", a.Name, a.Values)
	}
	for _, f := range c.Fields {
		fmt.Fprintf(&b, "  %s %s\n", f.Type, f.Name)
	}
	for _, m := range c.Methods {
		if m.Name == "<init>" && len(m.Params) == 0 {
			continue
		}
		var params []string
		for _, p := range m.Params {
			text := p.Type.String() + " " + p.Name
			for _, a := range p.Annotations {
				text = fmt.Sprintf("@%s %v %s", a.Name[strings.LastIndexByte(a.Name, '.')+1:], a.Values, text)
			}
			params = append(params, text)
		}
		for _, a := range m.Annotations {
			fmt.Fprintf(&b, "  @%s %v\n", a.Name, a.Values)
		}
		fmt.Fprintf(&b, "  %s %s(%s)\n", m.Result, m.Name, strings.Join(params, ", "))
	}
	return b.String()
}

func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"shop/Scalars$Address": `shop.Scalars$Address extends java.lang.Object
  java.lang.String street
  int number
  void <init>(java.lang.String street, int number)
`,
		"shop/Scalars$Identity": `shop.Scalars$IdentityT,C extends org.apache.flink.table.functions.ScalarFunction
  T eval(T value, C other)
`,
		"shop/Scalars$KeepArray": `shop.Scalars$KeepArray extends shop.Scalars$Middle<java.lang.Integer[]>
`,
		"shop/Scalars$Collections": `shop.Scalars$Collections extends org.apache.flink.table.functions.ScalarFunction
  java.util.Map<java.lang.String,java.lang.Long> eval(java.lang.String[] names)
  java.util.List<java.lang.Integer> eval(int[] numbers, boolean sorted)
  java.lang.String[][] eval(java.util.Map<java.lang.String,java.lang.Double> weights)
  byte[] eval(byte[] bytes)
`,
		"shop/Scalars$Same": `shop.Scalars$Same extends org.apache.flink.table.functions.ScalarFunction
  java.lang.Boolean eval(@DataTypeHint map[inputGroup:{org.apache.flink.table.annotation.InputGroup ANY}] java.lang.Object a, @DataTypeHint map[inputGroup:{org.apache.flink.table.annotation.InputGroup ANY}] java.lang.Object b)
`,
		"shop/Tables$Range": `shop.Tables$Range extends org.apache.flink.table.functions.TableFunction<java.lang.Long>
  @org.apache.flink.table.annotation.FunctionHint map[output:{org.apache.flink.table.annotation.DataTypeHint map[value:BIGINT NOT NULL]}]
  void eval(long from, long to)
`,
		"shop/Tables$Words": `shop.Tables$Words extends org.apache.flink.table.functions.TableFunction<org.apache.flink.types.Row>
@org.apache.flink.table.annotation.FunctionHint map[output:{org.apache.flink.table.annotation.DataTypeHint map[value:ROW<word STRING, size INT NOT NULL>]}]
  void eval(java.lang.String text)
  void eval(java.lang.String[] texts)
`,
	}
	for name, want := range tests {
		t.Run(strings.TrimPrefix(name, "shop/"), func(t *testing.T) {
			t.Parallel()
			c, err := classfile.Parse(class(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, outline(c)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRepeatedAnnotation(t *testing.T) {
	t.Parallel()
	c, err := classfile.Parse(class(t, "shop/Scalars$Cut"))
	if err != nil {
		t.Fatal(err)
	}
	const hint = "org.apache.flink.table.annotation.FunctionHint"
	all := classfile.Find(c.Annotations, hint, hint+"s")
	if len(all) != 2 || len(all[0].Annotations("input")) != 2 || all[1].Annotations("output")[0].Text("value") != "BIGINT" {
		t.Errorf("found %v", all)
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	whole := class(t, "shop/Scalars$Mask")
	for n := range whole {
		if _, err := classfile.Parse(whole[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes were taken for a class", n, len(whole))
		}
	}
	for _, text := range []string{"", "PK\x03\x04", "\xca\xfe\xba\xbe\x00\x00\x00\x41\x00\x02\x63"} {
		if _, err := classfile.Parse([]byte(text)); err == nil {
			t.Errorf("%q was taken for a class", text)
		}
	}
}

// FuzzParse holds the promise of Parse about hostile bytes: an error or a class, and never much more memory than the input.
func FuzzParse(f *testing.F) {
	z, err := zip.OpenReader(jar)
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range z.File {
		in, err := file.Open()
		if err != nil {
			f.Fatal(err)
		}
		raw, err := io.ReadAll(in)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	if raw, err := os.ReadFile(jar); err == nil {
		f.Add(raw[:512])
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := classfile.Parse(raw)
		if (c == nil) == (err == nil) {
			t.Errorf("class %v, error %v", c, err)
		}
	})
}
