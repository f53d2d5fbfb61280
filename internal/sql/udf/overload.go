// From methods and hints to overloads.

package udf

import (
	"slices"
	"strconv"

	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

// overloads returns the ways to call the function: hints with parameters and result count as they are, those with one of
// the two complete every method, and what is missing comes from the method (BaseMappingExtractor).
func (i *inspector) overloads() []catalog.Overload {
	var all []catalog.Overload
	global := i.templates(i.classAnnotations())
	for _, m := range i.methods(i.base.method) {
		hints := slices.Concat(global, i.templates(m.Annotations))
		all = append(all, i.mapped(m, hints)...)
	}
	return distinct(all)
}

// classAnnotations returns those of the class and of the classes that it extends.
func (i *inspector) classAnnotations() []classfile.Annotation {
	var all []classfile.Annotation
	for _, l := range i.chain {
		all = append(all, l.class.Annotations...)
	}
	return all
}

func (i *inspector) mapped(m method, hints []template) []catalog.Overload {
	var found []catalog.Overload
	var inputs [][]catalog.UserParam
	var result *types.Type
	for _, h := range hints {
		switch {
		case h.takes && h.returns:
			found = append(found, catalog.Overload{Params: h.params, Result: h.result})
		case h.takes:
			inputs = append(inputs, h.params)
		case h.returns:
			result = &h.result
		}
	}
	if result == nil && len(found) > 0 {
		return found
	}
	if result == nil {
		t := i.result(m)
		result = &t
	}
	if len(inputs) == 0 {
		inputs = append(inputs, i.params(m))
	}
	for _, params := range inputs {
		found = append(found, catalog.Overload{Params: params, Result: *result})
	}
	return found
}

// distinct drops overloads that another one before takes the place of.
func distinct(all []catalog.Overload) []catalog.Overload {
	var kept []catalog.Overload
	for _, o := range all {
		if !slices.ContainsFunc(kept, func(k catalog.Overload) bool { return slices.EqualFunc(k.Params, o.Params, sameParam) }) {
			kept = append(kept, o)
		}
	}
	return kept
}

func sameParam(a, b catalog.UserParam) bool {
	return a.Type.Known() && types.Equal(a.Type, b.Type) && a.Repeated == b.Repeated && a.Table == b.Table
}

// params are the parameters of a method, in SQL.
func (i *inspector) params(m method) []catalog.UserParam {
	from := min(i.base.skip, len(m.Params))
	if i.base.kind == catalog.TableFunc {
		for from < len(m.Params) && (m.Params[from].Type.Name == functions+"ProcessTableFunction$Context" || has(m.Params[from].Annotations, "StateHint")) {
			from++
		}
	}
	var params []catalog.UserParam
	for _, p := range m.Params[from:] {
		params = append(params, i.param(p))
	}
	i.name(params, m.Params[from:])
	if n := len(params); n > 0 && m.Access.Has(classfile.VarArgs) {
		last := m.Params[len(m.Params)-1]
		if last.Type.Dims > 0 && !has(last.Annotations, "DataTypeHint") {
			params[n-1].Type = i.typeOf(last.Type.Elem())
		} else {
			params[n-1].Type = types.Type{}
		}
		params[n-1].Repeated = true
	}
	return params
}

// name gives parameters the names that their hints say; where one does and another does not, Flink numbers the other.
func (i *inspector) name(params []catalog.UserParam, from []classfile.Param) {
	hinted := slices.ContainsFunc(params, func(p catalog.UserParam) bool { return p.Name != "" })
	for n := range params {
		switch {
		case params[n].Name != "":
		case hinted:
			params[n].Name = "arg" + strconv.Itoa(n)
		default:
			params[n].Name = from[n].Name
		}
	}
}

func (i *inspector) param(p classfile.Param) catalog.UserParam {
	for _, h := range p.Annotations {
		if h.Name == annotations+"ArgumentHint" {
			return i.argument(h, p.Type)
		}
	}
	for _, d := range p.Annotations {
		if d.Name == annotations+"DataTypeHint" {
			return catalog.UserParam{Type: i.hinted(d, p.Type)}
		}
	}
	return catalog.UserParam{Type: i.typeOf(p.Type)}
}

func has(all []classfile.Annotation, name string) bool {
	return slices.ContainsFunc(all, func(a classfile.Annotation) bool { return a.Name == annotations+name })
}

// result is what a method gives: the hint at it or at its class, the type that it returns, or the argument of the class of
// Flink that it extends.
func (i *inspector) result(m method) types.Type {
	of := m.Result
	switch {
	case i.base.async && i.base.kind == catalog.Scalar:
		of = unresolved
		if len(m.Params) > 0 && len(m.Params[0].Type.Args) == 1 {
			of = m.Params[0].Type.Args[0]
		}
	case i.base.kind != catalog.Scalar:
		of = unresolved
		if len(i.root.Args) > 0 {
			of = i.root.Args[0]
		}
	}
	hints := slices.Concat(m.Annotations, i.classAnnotations())
	for _, d := range hints {
		if d.Name == annotations+"DataTypeHint" {
			return i.hinted(d, of)
		}
	}
	return i.typeOf(of)
}
