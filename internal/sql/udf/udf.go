// Package udf finds out how functions of users are called: it reads their compiled classes as Flink's reflection does when
// a function is registered (TypeInferenceExtractor, BaseMappingExtractor, DataTypeExtractor of flink-table-common).
//
//	class → the methods that Flink calls → hints and generic types → overloads: parameters, result
//
// What the classes at hand do not say is unknown: a class in another jar, a type inference written in code, a class for
// which Flink would need a serializer. An unknown type takes anything and refuses nothing.
package udf

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/catalog"
)

// Classes are the classes that can be looked at.
type Classes interface {
	// Class returns the class of a name such as shop.Functions$Mask, or nil when it is not there or cannot be read.
	Class(name string) *classfile.Class
}

// base is a class of Flink that functions extend.
type base struct {
	kind   catalog.Kind
	method string // that Flink calls with the arguments
	skip   int    // parameters of it that are no arguments
	async  bool
}

const functions = "org.apache.flink.table.functions."

func baseOf(name string) (base, bool) {
	name, ok := strings.CutPrefix(name, functions)
	if !ok {
		return base{}, false
	}
	switch name {
	case "ScalarFunction":
		return base{kind: catalog.Scalar, method: "eval"}, true
	case "AsyncScalarFunction":
		return base{kind: catalog.Scalar, method: "eval", skip: 1, async: true}, true
	case "TableFunction":
		return base{kind: catalog.TableValued, method: "eval"}, true
	case "AsyncTableFunction":
		return base{kind: catalog.TableValued, method: "eval", skip: 1, async: true}, true
	case "AggregateFunction":
		return base{kind: catalog.Aggregate, method: "accumulate", skip: 1}, true
	case "ProcessTableFunction":
		return base{kind: catalog.TableFunc, method: "eval"}, true
	}
	return base{}, false
}

// Inspect returns what can be said about the function of a class; nil when that is nothing.
func Inspect(class string, classes Classes) *catalog.UserFunction {
	i := &inspector{classes: classes, budget: maxTypes}
	levels, root := i.levels(class)
	of, ok := baseOf(root.Name)
	if !ok {
		return nil
	}
	f := &catalog.UserFunction{Class: class, Kind: of.kind, Async: of.async}
	i.base, i.root, i.chain = of, root, levels
	f.Retracts = len(i.methods("retract")) > 0
	f.Merges = len(i.methods("merge")) > 0
	f.Emits = slices.ContainsFunc(levels, func(l level) bool {
		return slices.Contains(l.class.Interfaces, functions+"ChangelogFunction")
	})
	if i.inherits() { // from what is not at hand
		f.Retracts, f.Merges = true, true
	} else if !i.infers() {
		f.Overloads = i.overloads()
	}
	return f
}

// inspector looks at one function.
type inspector struct {
	classes Classes
	base    base
	root    classfile.Type // the class of Flink, with its arguments
	chain   []level        // the class, and what it extends before that
	budget  int            // how many types may still be made while arguments replace variables
}

// maxTypes ends chains of classes that double their type arguments at every step.
const maxTypes = 10_000

// level is a class of a chain, with the types that its variables stand for.
type level struct {
	class     *classfile.Class
	variables map[string]classfile.Type
}

// maxLevels is longer than any chain of classes that people write.
const maxLevels = 32

// levels follows what a class extends, up to the first class that is not at hand or belongs to Flink.
func (i *inspector) levels(name string) ([]level, classfile.Type) {
	var all []level
	at := classfile.Type{Name: name}
	for range maxLevels {
		if _, ok := baseOf(at.Name); ok {
			break
		}
		c := i.classes.Class(at.Name)
		if c == nil {
			break
		}
		l := level{class: c, variables: map[string]classfile.Type{}}
		for n, v := range c.Variables {
			if n < len(at.Args) {
				l.variables[v] = at.Args[n]
			}
		}
		all = append(all, l)
		at = i.resolve(c.Extends, l.variables)
	}
	return all, at
}

// unresolved is a type about which nothing is known.
var unresolved = classfile.Type{Name: "?"}

// resolve puts types in the place of variables.
func (i *inspector) resolve(t classfile.Type, variables map[string]classfile.Type) classfile.Type {
	if i.budget--; i.budget < 0 {
		return unresolved
	}
	if t.Variable {
		to, ok := variables[t.Name]
		if !ok {
			return unresolved
		}
		to.Dims += t.Dims
		return to
	}
	if len(t.Args) > 0 {
		args := make([]classfile.Type, len(t.Args))
		for n, a := range t.Args {
			args[n] = i.resolve(a, variables)
		}
		t.Args = args
	}
	return t
}

// infers reports whether the function says in code how it is called.
func (i *inspector) infers() bool {
	return slices.ContainsFunc(i.chain, func(l level) bool {
		return slices.ContainsFunc(l.class.Methods, func(m classfile.Method) bool { return m.Name == "getTypeInference" })
	})
}

// inherits reports whether the function may have methods of an interface, which are not looked at.
func (i *inspector) inherits() bool {
	return slices.ContainsFunc(i.chain, func(l level) bool {
		return slices.ContainsFunc(l.class.Interfaces, func(name string) bool { return !harmless(name) })
	})
}

// harmless interfaces have no methods that Flink would call with arguments.
func harmless(name string) bool {
	return strings.HasPrefix(name, "java.") || strings.HasPrefix(name, "org.apache.flink.") || strings.HasPrefix(name, "scala.")
}

// method is a method of the function with its types resolved.
type method struct {
	classfile.Method
	text string // as java.lang.reflect.Method writes it: Flink goes by that order
}

// methods returns the public methods of a name, those of the class before those that it inherits.
func (i *inspector) methods(name string) []method {
	var all []method
	seen := map[string]bool{}
	for _, l := range i.chain {
		for _, m := range l.class.Methods {
			if m.Name != name || !m.Access.Has(classfile.Public) || m.Access&(classfile.Bridge|classfile.Synthetic) != 0 {
				continue
			}
			head := modifiers(m.Access) + erased(m.Result) + " " + l.class.Name + "." + m.Name
			m = i.resolved(m, l.variables)
			var written, exact []string
			for _, p := range m.Params {
				written, exact = append(written, erased(p.Type)), append(exact, p.Type.String())
			}
			key := strings.Join(exact, ",")
			if !seen[key] {
				all = append(all, method{Method: m, text: head + "(" + strings.Join(written, ",") + ")"})
			}
			seen[key] = true
		}
	}
	slices.SortStableFunc(all, func(a, b method) int { return strings.Compare(a.text, b.text) })
	return all
}

func (i *inspector) resolved(m classfile.Method, variables map[string]classfile.Type) classfile.Method {
	m.Result = i.resolve(m.Result, variables)
	params := slices.Clone(m.Params)
	for n := range params {
		params[n].Type = i.resolve(params[n].Type, variables)
	}
	m.Params = params
	return m
}

// modifiers writes them in the order of java.lang.reflect.Modifier.
func modifiers(a classfile.Access) string {
	words := []string{"public"}
	for _, m := range []struct {
		flag classfile.Access
		word string
	}{{classfile.Abstract, "abstract"}, {classfile.Static, "static"}, {classfile.Final, "final"}, {classfile.Synchronized, "synchronized"}} {
		if a.Has(m.flag) {
			words = append(words, m.word)
		}
	}
	return strings.Join(words, " ") + " "
}

func erased(t classfile.Type) string {
	if t.Variable || t.Name == unresolved.Name {
		t = classfile.Type{Name: "java.lang.Object", Dims: t.Dims}
	}
	t.Args = nil
	return t.String()
}
