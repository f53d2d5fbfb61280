package diag_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
)

func unknownColumn() diag.Finding {
	file := source.New("jobs/pv.sql", "SELECT\n  uuid\nFROM events")
	start := strings.Index(file.Text, "uuid")
	span := source.Span{Start: start, End: start + 4}
	return diag.Finding{
		Rule: "AS2003", Name: "unknown-column", Category: diag.Name, File: file, Span: span, Statement: 1,
		Message: `unknown column "uuid" in events`, Help: "events has uid (STRING)",
		Fixes: []diag.Fix{{Title: "use uid", Edits: []diag.Edit{{Span: span, Text: "uid"}}}},
	}
}

func TestWriteText(t *testing.T) {
	t.Parallel()
	f := unknownColumn()
	f.Related = []diag.Related{{File: f.File, Span: source.Span{Start: len("SELECT\n  uuid\nFROM ")}, Message: "events is here"}}
	var out strings.Builder
	if err := diag.WriteText(&out, []diag.Finding{f}, diag.Style{}); err != nil {
		t.Fatal(err)
	}
	want := "jobs/pv.sql:2:3: error AS2003: unknown column \"uuid\" in events\n" +
		"    2 |   uuid\n      |   ^^^^\n" +
		"  jobs/pv.sql:3:6: events is here\n" +
		"  events has uid (STRING)\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(diag.JSON([]diag.Finding{unknownColumn()}))
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"rule":"AS2003","name":"unknown-column","level":"error","category":"name","file":"jobs/pv.sql","statement":1,` +
		`"line":2,"column":3,"endLine":2,"endColumn":7,"message":"unknown column \"uuid\" in events","help":"events has uid (STRING)",` +
		`"fixes":[{"title":"use uid","safe":false,"edits":[{"line":2,"column":3,"endLine":2,"endColumn":7,"text":"uid"}]}]}]`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
	if text, _ := json.Marshal(diag.JSON(nil)); string(text) != "[]" {
		t.Errorf("no findings print as %s", text)
	}
}

func TestSortAndWorst(t *testing.T) {
	t.Parallel()
	a, b := source.New("a", "xx"), source.New("b", "xx")
	findings := []diag.Finding{
		{File: b, Rule: "3", Level: diag.Note},
		{File: a, Rule: "2", Span: source.Span{Start: 1}, Level: diag.Warning},
		{File: a, Rule: "1", Level: diag.Note},
	}
	if worst, ok := diag.Worst(findings); worst != diag.Warning || !ok {
		t.Errorf("Worst = %v, %v", worst, ok)
	}
	if _, ok := diag.Worst(nil); ok {
		t.Error("no findings have a worst level")
	}
	diag.Sort(findings)
	order := ""
	for _, f := range findings {
		order += f.Rule
	}
	if order != "123" {
		t.Errorf("order %s", order)
	}
}
