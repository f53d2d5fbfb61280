package lsp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// jobs are the scripts of the examples and of the shop that tests of jobs run on: real jobs, as people write them.
func jobs(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"../../examples/*/jobs/*.sql", "../../examples/*/tables/*.sql", "../sqltest/testdata/shop/jobs/*.sql", "../sqltest/testdata/shop/tables/*.sql"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Base(file)] = string(text)
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d jobs", len(out))
	}
	return out
}

// Every job is typed, keystroke by keystroke: the server has an answer at each, and never one about a mistake of its own. Every
// few keys it is asked for completion, hover and colours where the cursor is.
func TestEveryKeystroke(t *testing.T) {
	t.Parallel()
	typed := 0
	for name, text := range jobs(t) {
		if typed++; typed > 10 {
			break
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := shop(t)
			e.open("jobs/a.sql", "")
			runes := []rune(text[:min(len(text), 900)])
			for i := range runes {
				e.version["jobs/a.sql"]++
				before, at := spot(string(runes[:i]) + "‸")
				_ = before
				found := e.judged("jobs/a.sql", func() {
					e.notify("textDocument/didChange", map[string]any{
						"textDocument":   map[string]any{"uri": e.uri("jobs/a.sql"), "version": e.version["jobs/a.sql"]},
						"contentChanges": []any{map[string]any{"range": map[string]any{"start": at, "end": at}, "text": string(runes[i])}}})
				})
				for _, f := range found {
					if f["message"] == "" || !strings.HasPrefix(fmt.Sprint(f["code"]), "A") {
						t.Fatalf("after %d keys: %v", i+1, f)
					}
				}
				if i%7 != 0 {
					continue
				}
				_, at = spot(string(runes[:i+1]) + "‸")
				for _, method := range []string{"completion", "hover", "documentSymbol", "semanticTokens/full", "inlayHint", "codeLens", "definition"} {
					if _, failure := e.request("textDocument/"+method, map[string]any{"textDocument": e.document("jobs/a.sql"), "position": at}); failure != nil {
						t.Fatalf("%s after %d keys: %v", method, i+1, failure)
					}
				}
			}
		})
	}
}
