package lsp_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	projectFile = "version: 1\nname: shop\ntables: [tables/*.sql]\njobs:\n  a: {sql: jobs/a.sql}\n  b: {sql: jobs/b.sql}\n"
	tables      = `CREATE TABLE orders (
  id INT, customer STRING, amount DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts
) WITH ('connector' = 'kafka', 'topic' = 'o', 'properties.bootstrap.servers' = 'k:1', 'properties.group.id' = 'g', 'scan.startup.mode' = 'latest-offset', 'format' = 'json');
`
	jobB = "CREATE TABLE sums (customer STRING, total DECIMAL(38, 2), PRIMARY KEY (customer) NOT ENFORCED) WITH ('connector' = 'print');\n" +
		"INSERT INTO sums SELECT o.customer, SUM(o.amount) AS total FROM orders AS o GROUP BY o.customer;\n"
)

func shop(t testing.TB) *editor {
	return edit(t, map[string]string{"autostream.yaml": projectFile, "tables/orders.sql": tables, "jobs/a.sql": "SELECT id FROM orders;\n", "jobs/b.sql": jobB})
}

func TestDiagnosticsFollowTheText(t *testing.T) {
	t.Parallel()
	e := shop(t)
	found := e.open("jobs/a.sql", "SELECT '🏝', nosuch FROM orders;\n")
	if len(found) != 1 || found[0]["code"] != "AS2003" {
		t.Fatalf("got %v", found)
	}
	start := found[0]["range"].(map[string]any)["start"].(map[string]any)
	if start["character"] != 13.0 { // the island takes two units of UTF-16
		t.Errorf("the finding begins at %v", start)
	}
	// A change of a range, as editors send it.
	e.version["jobs/a.sql"]++
	found = e.judged("jobs/a.sql", func() {
		e.notify("textDocument/didChange", map[string]any{
			"textDocument": map[string]any{"uri": e.uri("jobs/a.sql"), "version": e.version["jobs/a.sql"]},
			"contentChanges": []any{map[string]any{
				"range": map[string]any{"start": map[string]any{"line": 0, "character": 13}, "end": map[string]any{"line": 0, "character": 19}}, "text": "amount"}}})
	})
	if len(found) != 0 {
		t.Errorf("after the repair: %v", found)
	}
	// A shared table that changes changes what is said of the job.
	e.open("tables/orders.sql", tables)
	e.version["tables/orders.sql"]++
	found = e.judged("jobs/a.sql", func() {
		e.notify("textDocument/didChange", map[string]any{
			"textDocument":   map[string]any{"uri": e.uri("tables/orders.sql"), "version": 2},
			"contentChanges": []any{map[string]any{"text": strings.Replace(tables, "amount", "price", 1)}}})
	})
	if len(found) != 1 || !strings.Contains(found[0]["message"].(string), `unknown column "amount"`) {
		t.Errorf("after a shared table changed: %v", found)
	}
}

func labels(result any) []string {
	var out []string
	for _, i := range result.(map[string]any)["items"].([]any) {
		out = append(out, i.(map[string]any)["label"].(string))
	}
	return out
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	e := shop(t)
	for _, tt := range []struct {
		name, text string
		has, lacks []string
	}{
		{"start", "‸", []string{"SELECT", "CREATE TABLE", "INSERT INTO"}, []string{"FROM", "id"}},
		{"columns before FROM is right", "SELECT ‸ FROM orders", []string{"id", "customer", "COUNT", "DISTINCT"}, []string{"WHERE", "orders"}},
		{"columns while typing", "SELECT cu‸ FROM orders", []string{"customer"}, nil},
		{"tables", "SELECT * FROM ‸", []string{"orders"}, []string{"id"}},
		{"tables after JOIN", "SELECT * FROM orders JOIN ‸", []string{"orders"}, nil},
		{"alias", "SELECT o.‸ FROM orders AS o", []string{"id", "amount"}, []string{"COUNT", "SELECT"}},
		{"alias in WHERE", "SELECT 1 FROM orders o, orders p WHERE p.‸", []string{"id"}, []string{"WHERE"}},
		{"what can follow", "SELECT id FROM orders ‸", []string{"WHERE", "GROUP BY", "JOIN", "UNION ALL"}, []string{"SELECT", "THEN", "WHEN"}},
		{"WITH", "WITH x AS (SELECT id AS number FROM orders) SELECT ‸ FROM x", []string{"number"}, []string{"customer"}},
		{"names of WITH", "WITH x AS (SELECT 1 AS a) SELECT * FROM ‸", []string{"x", "orders"}, nil},
		{"subquery", "SELECT ‸ FROM (SELECT id AS inner_id FROM orders) AS s", []string{"inner_id"}, []string{"customer"}},
		{"inside a subquery", "SELECT 1 FROM (SELECT ‸ FROM orders) AS s", []string{"customer"}, nil},
		{"window", "SELECT ‸ FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS w", []string{"window_start", "amount"}, nil},
		{"option keys", "CREATE TABLE t (a INT) WITH ('connector' = 'kafka', '‸')", []string{"topic", "format", "scan.startup.mode"}, []string{"connector"}},
		{"option values", "CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'scan.startup.mode' = '‸')", []string{"earliest-offset"}, nil},
		{"connectors", "CREATE TABLE t (a INT) WITH ('connector' = '‸'", []string{"kafka", "upsert-kafka"}, nil},
		{"comment", "SELECT id -- ‸", nil, []string{"FROM", "id"}},
	} {
		got := labels(e.ask("textDocument/completion", "jobs/a.sql", tt.text, nil))
		for _, want := range tt.has {
			if !slices.Contains(got, want) {
				t.Errorf("%s: no %s among %d: %.300q", tt.name, want, len(got), got)
			}
		}
		for _, not := range tt.lacks {
			if slices.Contains(got, not) {
				t.Errorf("%s: %s is offered", tt.name, not)
			}
		}
	}
}

func TestHover(t *testing.T) {
	t.Parallel()
	e := shop(t)
	for _, tt := range []struct{ text, want string }{
		{"SELECT amo‸unt FROM orders", "amount DECIMAL(10, 2)"},
		{"SELECT amo‸unt FROM orders", "declared in tables/orders.sql:1"},
		{"SELECT id FROM ord‸ers", "connector: kafka"},
		{"SELECT COU‸NT(*) FROM orders", "a value per group"},
		{"SELECT x‸x FROM (SELECT id + 1 AS xx FROM orders)", "made by this query"},
		{"CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'scan.star‸tup.mode' = 'earliest-offset')", "earliest-offset"},
	} {
		result, ok := e.ask("textDocument/hover", "jobs/a.sql", tt.text, nil).(map[string]any)
		if !ok {
			t.Errorf("%s: nothing", tt.text)
			continue
		}
		if got := result["contents"].(map[string]any)["value"].(string); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s\nlacks %s", tt.text, got, tt.want)
		}
	}
}

// locations writes answers with locations shortly: "b.sql:1:40".
func locations(result any) []string {
	out := []string{}
	list, _ := result.([]any)
	for _, l := range list {
		l := l.(map[string]any)
		start := l["range"].(map[string]any)["start"].(map[string]any)
		out = append(out, fmt.Sprintf("%s:%v:%v", filepath.Base(l["uri"].(string)), start["line"], start["character"]))
	}
	slices.Sort(out)
	return out
}

func TestNavigation(t *testing.T) {
	t.Parallel()
	e := shop(t)
	if got := locations(e.ask("textDocument/definition", "jobs/a.sql", "SELECT cust‸omer FROM orders", nil)); !slices.Equal(got, []string{"orders.sql:1:10"}) {
		t.Errorf("definition of a column: %v", got)
	}
	if got := locations(e.ask("textDocument/definition", "jobs/a.sql", "SELECT o.id FROM orders AS o WHERE ‸o.id > 1", nil)); !slices.Equal(got, []string{"a.sql:0:27"}) {
		t.Errorf("definition of an alias: %v", got)
	}
	if got := locations(e.ask("textDocument/references", "jobs/a.sql", "SELECT cust‸omer FROM orders", map[string]any{"context": map[string]any{"includeDeclaration": true}})); !slices.Equal(got,
		[]string{"a.sql:0:7", "b.sql:1:26", "b.sql:1:87", "orders.sql:1:10"}) {
		t.Errorf("references of a column: %v", got)
	}
	if got := locations(e.ask("textDocument/references", "jobs/a.sql", "SELECT id FROM or‸ders", nil)); !slices.Equal(got, []string{"a.sql:0:15", "b.sql:1:64"}) {
		t.Errorf("references of a table: %v", got)
	}
	result := e.ask("textDocument/rename", "jobs/a.sql", "SELECT cust‸omer FROM orders", map[string]any{"newName": "order"})
	changes := result.(map[string]any)["changes"].(map[string]any)
	if len(changes) != 3 || len(changes[e.uri("jobs/b.sql")].([]any)) != 2 {
		t.Errorf("rename of a column: %v", changes)
	}
	if edit := changes[e.uri("jobs/a.sql")].([]any)[0].(map[string]any); edit["newText"] != "`order`" {
		t.Errorf("a reserved word is not quoted: %v", edit)
	}
	result = e.ask("textDocument/rename", "jobs/a.sql", "SELECT o.id FROM orders AS ‸o WHERE o.id > 1", map[string]any{"newName": "x"})
	if edits := result.(map[string]any)["changes"].(map[string]any)[e.uri("jobs/a.sql")].([]any); len(edits) != 3 {
		t.Errorf("rename of an alias: %v", edits)
	}
}

func TestDocumentFeatures(t *testing.T) {
	t.Parallel()
	e := shop(t)
	e.open("jobs/b.sql", jobB)
	doc := map[string]any{"textDocument": e.document("jobs/b.sql")}
	symbols := e.call("textDocument/documentSymbol", doc).([]any)
	if len(symbols) != 2 || symbols[0].(map[string]any)["name"] != "sums" || len(symbols[0].(map[string]any)["children"].([]any)) != 2 {
		t.Errorf("symbols: %v", symbols)
	}
	if hints := e.call("textDocument/inlayHint", doc).([]any); len(hints) != 1 || hints[0].(map[string]any)["label"] != "DECIMAL(38, 2)" {
		t.Errorf("hints: %v", hints)
	}
	if lenses := e.call("textDocument/codeLens", doc).([]any); len(lenses) != 2 {
		t.Errorf("lenses: %v", lenses)
	}
	data := e.call("textDocument/semanticTokens/full", doc).(map[string]any)["data"].([]any)
	if len(data) == 0 || len(data)%5 != 0 {
		t.Errorf("%d numbers of semantic tokens", len(data))
	}
	e.change("jobs/b.sql", "select id from orders where id != 1")
	if edits := e.call("textDocument/formatting", doc).([]any); len(edits) != 1 {
		t.Errorf("formatting: %v", edits)
	}
	e.change("jobs/b.sql", "SELECT id FROM orders WHERE id != 1;\n")
	whole := map[string]any{"start": map[string]any{"line": 0, "character": 0}, "end": map[string]any{"line": 1, "character": 0}}
	actions := e.call("textDocument/codeAction", map[string]any{"textDocument": e.document("jobs/b.sql"), "range": whole, "context": map[string]any{}}).([]any)
	if !strings.Contains(fmt.Sprint(actions), "<>") {
		t.Errorf("no repair of != among %v", actions)
	}
}

func TestProtocol(t *testing.T) {
	t.Parallel()
	e := shop(t)
	e.open("jobs/a.sql", "SELECT 1;\n")
	if _, failure := e.request("textDocument/nosuch", map[string]any{}); failure["code"] != -32601.0 {
		t.Errorf("an unknown method: %v", failure)
	}
	if _, failure := e.request("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": "untitled:1"}}); failure["code"] != -32602.0 {
		t.Errorf("no file: %v", failure)
	}
	if _, failure := e.request("initialize", map[string]any{}); failure["code"] != -32602.0 {
		t.Errorf("initialize twice: %v", failure)
	}
	// A change that comes out of order says nothing of the text that is there.
	e.notify("textDocument/didChange", map[string]any{
		"textDocument": map[string]any{"uri": e.uri("jobs/a.sql"), "version": 1}, "contentChanges": []any{map[string]any{"text": "broken("}}})
	if e.call("textDocument/documentSymbol", map[string]any{"textDocument": e.document("jobs/a.sql")}); len(e.shown["a.sql"]) != 0 {
		t.Errorf("an old version was taken: %v", e.shown["a.sql"])
	}
	// What is cancelled before its turn is answered as cancelled; the cancellation overtakes it.
	go func() {
		e.notify("$/cancelRequest", map[string]any{"id": 900})
		e.send(map[string]any{"id": 900, "method": "textDocument/documentSymbol", "params": map[string]any{"textDocument": e.document("jobs/a.sql")}})
	}()
	if _, failure := e.answer(900); failure["code"] != -32800.0 {
		t.Errorf("a cancelled request: %v", failure)
	}
	// Messages that are too long or no JSON are refused, and the next one is answered.
	go func() {
		const long = 33 << 20
		e.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n", long))
		for range long >> 20 {
			e.raw(string(bytes.Repeat([]byte{'x'}, 1<<20)))
		}
		e.raw("Content-Length: 3\r\n\r\n{x}")
	}()
	for _, code := range []float64{-32600, -32700} {
		m := e.next()
		for m["error"] == nil {
			m = e.next()
		}
		if got := m["error"].(map[string]any)["code"]; got != code {
			t.Errorf("got %v, want %v", got, code)
		}
	}
	e.call("shutdown", nil)
	e.notify("exit", nil)
	if err := <-e.done; err != nil {
		t.Error(err)
	}
}

// What no script shows by itself is said once the others have been read, and follows what is typed in any of them.
func TestRulesAboutTheProject(t *testing.T) {
	t.Parallel()
	sums := "CREATE TABLE sums (customer STRING, total DECIMAL(38, 2), PRIMARY KEY (customer) NOT ENFORCED)\n" +
		"WITH ('connector' = 'upsert-kafka', 'topic' = 's', 'properties.bootstrap.servers' = 'k:1', 'key.format' = 'json', 'value.format' = 'json');\n"
	writes := "INSERT INTO sums SELECT customer, SUM(amount) AS total FROM orders GROUP BY customer;\n"
	e := edit(t, map[string]string{"autostream.yaml": projectFile, "tables/orders.sql": tables, "tables/sums.sql": sums, "jobs/a.sql": writes, "jobs/b.sql": writes})
	codes := func(found []map[string]any) (all []string) {
		for _, f := range found {
			all = append(all, fmt.Sprint(f["code"]))
		}
		return all
	}
	e.open("jobs/b.sql", writes)
	until := func(want bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); slices.Contains(codes(e.shown["b.sql"]), "AS4202") != want; {
			if time.Now().After(deadline) {
				t.Fatalf("the editor shows %v", codes(e.shown["b.sql"]))
			}
			e.judged("jobs/b.sql", func() {})
		}
	}
	until(true)
	e.open("jobs/a.sql", "SELECT customer FROM orders;\n") // what the editor has, not the disk
	until(false)
}
