// From Java types to types of SQL, as DataTypeExtractor and ClassDataTypeConverter go.

package udf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/types"
)

// parse reads a type as it is written in a hint. A text that is none is unknown.
func parse(text string) types.Type {
	x, findings := parser.ParseExpr(source.New("hint", "CAST(NULL AS ROW<f "+text+">)"), parser.Options{}) // NOT NULL needs a field
	cast, ok := x.(*ast.Cast)
	if !ok || len(findings) > 0 {
		return types.Type{}
	}
	row, unknown := types.FromSyntax(cast.Type)
	if unknown != nil || len(row.Fields()) != 1 || row.Fields()[0].Type.Root == types.Raw {
		return types.Type{}
	}
	return row.Fields()[0].Type
}

// extraction is the reading of one type, with what a hint says about all of its parts.
type extraction struct {
	*inspector
	decimal types.Type // of BigDecimal; unknown without a hint
	seconds *int64     // fractional digits of times
	inside  []string   // classes whose fields are being read
}

func (i *inspector) typeOf(t classfile.Type) types.Type {
	e := extraction{inspector: i}
	return e.of(t)
}

// plain are the classes that stand for one type. Primitive ones cannot be NULL.
func plain(name string) (types.Type, bool) {
	switch name {
	case "java.lang.String":
		return types.String, true
	case "boolean", "java.lang.Boolean":
		return types.Bool, true
	case "byte", "java.lang.Byte":
		return types.Of(types.TinyInt), true
	case "short", "java.lang.Short":
		return types.Of(types.SmallInt), true
	case "int", "java.lang.Integer":
		return types.Int, true
	case "long", "java.lang.Long":
		return types.Long, true
	case "float", "java.lang.Float":
		return types.Of(types.Float), true
	case "double", "java.lang.Double":
		return types.F64, true
	case "java.sql.Date", "java.time.LocalDate":
		return types.Of(types.Date), true
	case "java.sql.Time":
		return types.Sized(types.Time, 0), true
	case "java.time.LocalTime":
		return types.Sized(types.Time, 9), true
	case "java.sql.Timestamp", "java.time.LocalDateTime":
		return types.Sized(types.Timestamp, 9), true
	case "java.time.Instant":
		return types.Sized(types.TimestampLTZ, 9), true
	case "org.apache.flink.types.variant.Variant":
		return types.Of(types.Variant), true
	}
	return types.Type{}, false
}

// maxElements bounds how deep arrays, maps and rows nest.
const maxElements = 24

func (e *extraction) of(t classfile.Type) types.Type {
	if len(e.inside) > maxElements || t.Variable {
		return types.Type{}
	}
	if t.Dims > 0 {
		if t.Name == "byte" && t.Dims == 1 {
			return types.Bytes
		}
		return collection(types.ArrayOf, e.of(t.Elem()))
	}
	if of, ok := plain(t.Name); ok {
		of.NotNull = !strings.Contains(t.Name, ".")
		if e.seconds != nil && of.In(types.Timestamps) {
			of.Precision = int32(*e.seconds)
		}
		return of
	}
	switch {
	case t.Name == "java.math.BigDecimal":
		return e.decimal
	case t.Name == "java.util.List" && len(t.Args) == 1:
		return collection(types.ArrayOf, e.of(t.Args[0]))
	case t.Name == "java.util.Map" && len(t.Args) == 2:
		key, value := e.of(t.Args[0]), e.of(t.Args[1])
		if !key.Known() || !value.Known() {
			return types.Type{}
		}
		return types.MapOf(key, value)
	case strings.HasPrefix(t.Name, "org.apache.flink.api.java.tuple.Tuple"):
		return e.tuple(t)
	case strings.HasPrefix(t.Name, "java.") || strings.HasPrefix(t.Name, "org.apache.flink.") || t.Name == unresolved.Name:
		return types.Type{}
	}
	return e.object(t)
}

// collection makes a type of elements that are known.
func collection(of func(types.Type) types.Type, elem types.Type) types.Type {
	if !elem.Known() {
		return elem
	}
	return of(elem)
}

func (e *extraction) tuple(t classfile.Type) types.Type {
	of := &types.Nested{Class: t.Name}
	for n, a := range t.Args {
		field := e.of(a)
		if !field.Known() {
			return field
		}
		of.Fields = append(of.Fields, types.Field{Name: "f" + strconv.Itoa(n), Type: field})
	}
	if len(of.Fields) == 0 {
		return types.Type{}
	}
	return types.Type{Root: types.Structured, Of: of}
}

// object is a structured type: a class whose fields are all public, or reached by public methods.
func (e *extraction) object(t classfile.Type) types.Type {
	levels, root := e.levels(t.Name)
	if len(levels) == 0 || root.Name != "java.lang.Object" || slices.Contains(e.inside, t.Name) {
		return types.Type{}
	}
	c := levels[0].class
	if !c.Access.Has(classfile.Public) || c.Access&(classfile.Interface|classfile.Abstract) != 0 || len(c.Variables) > 0 {
		return types.Type{}
	}
	e.inside = append(e.inside, t.Name)
	defer func() { e.inside = e.inside[:len(e.inside)-1] }()
	of := &types.Nested{Class: t.Name}
	for _, l := range slices.Backward(levels) {
		for _, f := range l.class.Fields {
			if f.Access&(classfile.Static|classfile.Transient) != 0 {
				continue
			}
			field := e.field(f, l.variables)
			if !field.Known() || !f.Access.Has(classfile.Public) && !reached(levels, f.Name) {
				return types.Type{}
			}
			of.Fields = append(of.Fields, types.Field{Name: f.Name, Type: field})
		}
	}
	if len(of.Fields) == 0 || !ordered(c, of.Fields) {
		return types.Type{}
	}
	return types.Type{Root: types.Structured, Of: of}
}

func (e *extraction) field(f classfile.Field, variables map[string]classfile.Type) types.Type {
	of := e.resolve(f.Type, variables)
	for _, d := range f.Annotations {
		if d.Name == annotations+"DataTypeHint" {
			return e.hinted(d, of)
		}
	}
	return e.of(of)
}

// reached reports whether there is a method to read a field; Flink wants one to write it as well, or a constructor.
func reached(levels []level, name string) bool {
	title := strings.ToUpper(name[:min(1, len(name))]) + name[min(1, len(name)):]
	for _, l := range levels {
		for _, m := range l.class.Methods {
			if m.Access.Has(classfile.Public) && len(m.Params) == 0 && slices.Contains([]string{"get" + title, "is" + title, name}, m.Name) {
				return true
			}
		}
	}
	return false
}

// ordered puts fields in the order of a constructor that takes all of them, else in that of their names. It reports
// whether one of the two can be told: without the names of its parameters a constructor says nothing.
func ordered(c *classfile.Class, fields []types.Field) bool {
	empty := false
	for _, m := range c.Methods {
		if m.Name != "<init>" || !m.Access.Has(classfile.Public) {
			continue
		}
		empty = empty || len(m.Params) == 0
		if len(m.Params) != len(fields) || len(fields) == 0 {
			continue
		}
		place := map[string]int{}
		for n, p := range m.Params {
			place[strings.ToLower(p.Name)] = n
		}
		all := !slices.ContainsFunc(fields, func(f types.Field) bool { _, ok := place[strings.ToLower(f.Name)]; return !ok })
		if all {
			slices.SortFunc(fields, func(a, b types.Field) int {
				return place[strings.ToLower(a.Name)] - place[strings.ToLower(b.Name)]
			})
			return true
		}
	}
	slices.SortFunc(fields, func(a, b types.Field) int { return strings.Compare(a.Name, b.Name) })
	return empty
}
