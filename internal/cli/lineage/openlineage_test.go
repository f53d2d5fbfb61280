package lineage

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestOpenLineage holds the events against the published schemas: of the event, and of every facet that it names.
func TestOpenLineage(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := edgesOf(t)
	if err := r.writeOpenLineage(&out, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	compiler := openLineageCompiler(t)
	event := strings.TrimSpace(out.String())
	if strings.Count(event, "\n") > 0 {
		t.Fatalf("more than one event:\n%s", event)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(value.(map[string]any)["schemaURL"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("the event: %v\n%s", err, event)
	}
	found := map[string]bool{}
	validateFacets(t, compiler, value, found)
	for _, name := range []string{"SQLJobFacet", "SymlinksDatasetFacet", "ColumnLineageDatasetFacet"} {
		if !found[name] {
			t.Errorf("no %s in %s", name, event)
		}
	}
	for _, part := range []string{
		`"namespace":"kafka://broker:9092","name":"clicks"`,
		`"uv":{"inputFields":[{"namespace":"kafka://broker:9092","name":"clicks","field":"user_id","transformations":[{"type":"DIRECT","subtype":"AGGREGATION","description":"COUNT(DISTINCT ` + "`user_id`" + `)","masking":false}]}]}`,
		`"note":{"inputFields":[]}`,
		`"dataset":[{"namespace":"kafka://broker:9092","name":"clicks","field":"secs","transformations":[{"type":"INDIRECT","subtype":"FILTER","masking":false}]}`,
	} {
		if !strings.Contains(event, part) {
			t.Errorf("no %s in %s", part, event)
		}
	}
}

// validateFacets holds everything that names a schema of its own against it.
func validateFacets(t *testing.T, compiler *jsonschema.Compiler, value any, found map[string]bool) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		if url, ok := v["_schemaURL"].(string); ok {
			schema, err := compiler.Compile(url)
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s: %v", url, err)
			}
			found[url[strings.LastIndex(url, "/")+1:]] = true
		}
		for _, child := range v {
			validateFacets(t, compiler, child, found)
		}
	case []any:
		for _, child := range v {
			validateFacets(t, compiler, child, found)
		}
	}
}

// openLineageCompiler knows the published schemas by their addresses.
func openLineageCompiler(t *testing.T) *jsonschema.Compiler {
	t.Helper()
	files, err := filepath.Glob("testdata/openlineage/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no schemas", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		document, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(document.(map[string]any)["$id"].(string), document); err != nil {
			t.Fatal(err)
		}
	}
	return compiler
}
