package yaml

import (
	"encoding"
	"reflect"
	"slices"
)

// Schema describes what Decode accepts for a struct as JSON Schema (draft 2020-12), from the same tags, so that editors
// complete keys and mark mistakes while they are typed. Values may also be written as a ${NAME} that gives them.
func Schema(of any, id, title string) map[string]any {
	out := schemaOf(reflect.TypeOf(of), rules{})
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	out["$id"], out["title"] = id, title
	return out
}

func schemaOf(t reflect.Type, r rules) map[string]any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if own, ok := reflect.TypeAssert[Decoder](reflect.New(t)); ok {
		return own.Schema()
	}
	if _, ok := reflect.TypeAssert[encoding.TextUnmarshaler](reflect.New(t)); ok || t == duration {
		return map[string]any{"type": []string{"string", "integer"}}
	}
	switch t.Kind() {
	case reflect.Struct:
		return objectSchema(t)
	case reflect.Map:
		out := map[string]any{"type": []string{"object", "null"}, "additionalProperties": schemaOf(t.Elem(), r)}
		if r.keys != "" {
			out["propertyNames"] = map[string]any{"pattern": "^(?:" + r.keys + ")$"}
		}
		return out
	case reflect.Slice:
		return map[string]any{"type": []string{"array", "null"}, "items": schemaOf(t.Elem(), r)}
	case reflect.Bool:
		return orVariable(map[string]any{"type": "boolean"})
	case reflect.Int, reflect.Int64:
		return orVariable(bounded("integer", r))
	case reflect.Float64:
		return orVariable(bounded("number", r))
	}
	return textSchema(r)
}

func objectSchema(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range fieldsOf(t) {
		property := schemaOf(f.kind, f.rules)
		if f.doc != "" {
			property["description"] = f.doc
		}
		if f.example != "" {
			property["examples"] = []string{f.example}
		}
		properties[f.name] = property
		if f.required {
			required = append(required, f.name)
		}
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		slices.Sort(required)
		out["required"] = required
	} else {
		out["type"] = []string{"object", "null"}
	}
	return out
}

func bounded(kind string, r rules) map[string]any {
	out := map[string]any{"type": kind}
	if r.min != nil {
		out["minimum"] = *r.min
	}
	if r.max != nil {
		out["maximum"] = *r.max
	}
	return out
}

func textSchema(r rules) map[string]any {
	switch {
	case r.any:
		return map[string]any{"type": []string{"string", "number", "boolean"}}
	case len(r.enum) > 0:
		return orVariable(map[string]any{"enum": r.enum})
	case r.pattern != "":
		return orVariable(map[string]any{"type": "string", "pattern": "^(?:" + r.pattern + ")$"})
	}
	return map[string]any{"type": "string"}
}

// orVariable allows a text with a variable in it beside what the schema asks for.
func orVariable(schema map[string]any) map[string]any {
	return map[string]any{"anyOf": []any{schema, map[string]any{"type": "string", "pattern": `\$\{`}}}
}
