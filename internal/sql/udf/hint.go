// Hints: the annotations that say how a function is called where its Java types do not.

package udf

import (
	"slices"

	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

const annotations = "org.apache.flink.table.annotation."

// template is one @FunctionHint: parameters, a result, or both.
type template struct {
	params  []catalog.UserParam
	result  types.Type
	takes   bool // has parameters
	returns bool // has a result
}

// templates reads the @FunctionHints of a class or a method.
func (i *inspector) templates(all []classfile.Annotation) []template {
	var found []template
	for _, a := range classfile.Find(all, annotations+"FunctionHint", annotations+"FunctionHints") {
		var t template
		arguments := append(a.Annotations("arguments"), a.Annotations("argument")...)
		inputs := a.Annotations("input")
		names := a.List("argumentNames")
		t.takes = a.Values["input"] != nil || len(arguments) > 0
		for n, d := range inputs {
			p := catalog.UserParam{Type: i.hinted(d, unresolved)}
			if n < len(names) {
				p.Name, _ = names[n].(string)
			}
			t.params = append(t.params, p)
		}
		for _, h := range arguments {
			t.params = append(t.params, i.argument(h, unresolved))
		}
		if n := len(t.params); n > 0 && a.Flag("isVarArgs") {
			t.params[n-1].Repeated = true
		}
		for _, d := range a.Annotations("output") {
			t.result, t.returns = i.hinted(d, unresolved), true
		}
		found = append(found, t)
	}
	return found
}

// hinted returns the type that a @DataTypeHint gives to a Java type.
func (i *inspector) hinted(d classfile.Annotation, of classfile.Type) types.Type {
	if text := d.Text("value"); text != "" {
		return parse(text)
	}
	if group, ok := d.Values["inputGroup"].(classfile.Enum); ok && group.Name == "ANY" {
		return types.Type{}
	}
	if to, ok := d.Values["bridgedTo"].(classfile.Type); ok {
		of = to
	}
	e := extraction{inspector: i}
	if p, ok := d.Values["defaultDecimalPrecision"].(int64); ok {
		s, _ := d.Values["defaultDecimalScale"].(int64)
		e.decimal = types.DecimalOf(int(p), int(s))
	}
	if p, ok := d.Values["defaultSecondPrecision"].(int64); ok {
		e.seconds = &p
	}
	return e.of(of)
}

// argument reads an @ArgumentHint about a parameter of a Java type.
func (i *inspector) argument(h classfile.Annotation, of classfile.Type) catalog.UserParam {
	p := catalog.UserParam{Name: h.Text("name"), Optional: h.Flag("isOptional")}
	traits := h.Enums("value")
	p.Table, p.Traits = uses(traits), traitsOf(traits)
	if types := h.Annotations("type"); len(types) > 0 {
		p.Type = i.hinted(types[0], of)
	} else {
		p.Type = i.typeOf(of)
	}
	return p
}

func uses(traits []string) catalog.TableUse {
	switch {
	case slices.Contains(traits, "ROW_SEMANTIC_TABLE"), slices.Contains(traits, "TABLE_AS_ROW"):
		return catalog.RowSemantics
	case slices.Contains(traits, "SET_SEMANTIC_TABLE"), slices.Contains(traits, "TABLE_AS_SET"):
		return catalog.SetSemantics
	}
	return catalog.NoTable
}

func traitsOf(names []string) catalog.Traits {
	var all catalog.Traits
	for _, name := range names {
		switch name {
		case "OPTIONAL_PARTITION_BY":
			all |= catalog.OptionalPartition
		case "PASS_COLUMNS_THROUGH":
			all |= catalog.PassThrough
		case "SUPPORT_UPDATES":
			all |= catalog.TakesUpdates
		case "REQUIRE_UPDATE_BEFORE":
			all |= catalog.RequireUpdateBefore
		case "REQUIRE_FULL_DELETE":
			all |= catalog.RequireFullDelete
		case "REQUIRE_ON_TIME":
			all |= catalog.RequireOnTime
		}
	}
	return all
}
