package project_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/project"
)

const schemaFile = "../../docs/autostream.schema.json"

// TestSchemaIsCurrent compares the committed schema with the one made from the code; -update writes it.
func TestSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := project.SchemaJSON()
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.MkdirAll(filepath.Dir(schemaFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is out of date: go test ./internal/project -run TestSchemaIsCurrent -update", schemaFile)
	}
}

// TestSchemaAgrees holds the schema against the decoder: both accept the contract and every example, both refuse the
// mistakes that a schema can see.
func TestSchemaAgrees(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	check := func(t *testing.T, text string) error {
		t.Helper()
		instance, err := yaml.ToJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(instance))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(value)
	}
	good := map[string]string{"contract": contract}
	examples, err := filepath.Glob("../../examples/*/autostream.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatal("no examples", err)
	}
	for _, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		good[path] = string(text)
	}
	for name, text := range good {
		if err := check(t, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"unknown_key", "wrong_type", "out_of_range", "targets", "secrets", "empty"} {
		archive, err := txtar.ParseFile("testdata/findings/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		if err := check(t, string(archive.Files[0].Data)); err == nil {
			t.Errorf("%s: the schema accepts what the decoder refuses", name)
		}
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := project.SchemaJSON()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("autostream.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("autostream.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
