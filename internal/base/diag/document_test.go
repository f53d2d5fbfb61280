package diag_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
)

func document(findings ...diag.Finding) *diag.Document {
	return &diag.Document{
		Findings: findings, Path: func(f *source.File) string { return f.Name }, Version: "1.0.0", Limit: diag.Error,
		Rules:   []diag.Rule{{ID: "AS2003", Name: "unknown-column", Category: diag.Name, Text: "No table has it."}},
		Details: func(string) (string, string) { return "text", "*markdown*" },
		Page:    func(id string) string { return "https://example.org/rules#" + id },
	}
}

// TestSARIF holds what is written to the schema that OASIS publishes with the standard.
func TestSARIF(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	published, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sarif.json", published); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	f := unknownColumn()
	f.Related = []diag.Related{{File: f.File, Message: "declared here"}}
	f.Fixes = append(f.Fixes, diag.Fix{Title: "remove it", Edits: []diag.Edit{{Span: f.Span}}})
	unlisted := f
	unlisted.Rule, unlisted.Level = "AP2001", diag.Note
	for name, d := range map[string]*diag.Document{"empty": document(), "findings": document(f, unlisted, f)} {
		var out bytes.Buffer
		if err := diag.WriteSARIF(&out, d); err != nil {
			t.Fatal(err)
		}
		log, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Lines may move; what stands at the place may not.
func TestFingerprints(t *testing.T) {
	t.Parallel()
	at := func(text, what string, n int) diag.Finding {
		start := 0
		for range n {
			start += strings.Index(text[start:], what) + len(what)
		}
		return diag.Finding{Rule: "AS1", File: source.New("a.sql", text), Span: source.Span{Start: start - len(what), End: start}}
	}
	const one, two = "SELECT a = NULL", "-- more\n\nSELECT a = NULL"
	same := diag.Fingerprints([]diag.Finding{at(one, "a = NULL", 1), at(two, "a = NULL", 1)})
	if alone := diag.Fingerprints([]diag.Finding{at(two, "a = NULL", 1)}); same[0] != alone[0] {
		t.Error("a line above changes the fingerprint")
	}
	if same[0] == same[1] {
		t.Error("two findings have one fingerprint")
	}
	if other := diag.Fingerprints([]diag.Finding{at(one, "a", 1)}); other[0] == same[0] {
		t.Error("another text has the same fingerprint")
	}
}

// Fixes that get in each other's way wait for the next round, each as a whole.
func TestApply(t *testing.T) {
	t.Parallel()
	edit := func(start, end int, text string) diag.Edit {
		return diag.Edit{Span: source.Span{Start: start, End: end}, Text: text}
	}
	got, made := diag.Apply("0123456789", []diag.Fix{
		{Edits: []diag.Edit{edit(8, 9, ""), edit(1, 2, "one")}},
		{Edits: []diag.Edit{edit(2, 3, "x"), edit(5, 6, "y")}}, // meets the first
		{Edits: []diag.Edit{edit(4, 4, "-")}},
	})
	if got != "0one23-45679" || made != 2 {
		t.Errorf("%s, %d made", got, made)
	}
}
