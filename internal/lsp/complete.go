package lsp

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
)

// item is one thing that may be written.
type item struct {
	Label    string   `json:"label"`
	Kind     int      `json:"kind"`
	Detail   string   `json:"detail,omitempty"`
	Sort     string   `json:"sortText,omitempty"`
	TextEdit textEdit `json:"textEdit"`
}

// The kinds of completion items of the protocol that SQL has.
const (
	itemFunction = 3
	itemField    = 5
	itemTable    = 7
	itemProperty = 10
	itemValue    = 12
	itemKeyword  = 14
)

// complete offers what may stand at a place. It works on tokens: a script that is being typed has no tree yet.
func (s *Server) complete(params json.RawMessage) (any, error) {
	return s.asked(func(script *script, p at) (any, error) {
		text := script.Text.Written.Text
		c := newCursor(script, text, offset(text, p.Position))
		items := c.items()
		edit := rangeOf(script.Text.Written, c.typed)
		for i := range items {
			items[i].TextEdit = textEdit{edit, items[i].TextEdit.NewText}
			if items[i].TextEdit.NewText == "" {
				items[i].TextEdit.NewText = items[i].Label
			}
		}
		return map[string]any{"isIncomplete": false, "items": items}, nil
	})(params)
}

// items offers by what stands before the cursor.
func (c *cursor) items() []item {
	switch before := c.kind(-1); {
	case c.comment:
		return []item{}
	case c.inString:
		return c.options()
	case before == token.Period && c.at(-2) != "":
		return c.columnsOf(c.at(-2))
	case before == token.FROM || before == token.JOIN || before == token.INTO || before == token.TABLE || before == token.DESCRIBE:
		return append(c.tables(), c.keywords()...)
	case before == token.EOF || before == token.Semicolon:
		return c.keywords()
	default:
		items := c.columns()
		items = append(items, c.keywords()...)
		if before == token.Comma && c.fromList() {
			items = append(items, c.tables()...)
		}
		return append(items, c.functions()...)
	}
}

func (c *cursor) tables() []item {
	items := []item{}
	for t := range c.session().Tables {
		items = append(items, item{Label: t.Path.Short(), Kind: itemTable, Detail: [...]string{"table", "view", "materialized table"}[t.Kind], Sort: "1" + t.Path.Name,
			TextEdit: textEdit{NewText: path(t, c.script.Release)}})
	}
	for _, name := range c.withNames() {
		items = append(items, item{Label: name, Kind: itemTable, Detail: "WITH", Sort: "0" + name})
	}
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.Label, b.Label) })
	return items
}

// path is the name of a table as it has to be written.
func path(t *bind.Table, release token.Release) string {
	parts := strings.Split(t.Path.Short(), ".")
	for i := range parts {
		parts[i] = identifier(parts[i], release)
	}
	return strings.Join(parts, ".")
}

// columns are those of all tables in the FROM clause of the query around the cursor.
func (c *cursor) columns() []item {
	items := []item{}
	for _, t := range c.scope() {
		items = append(items, c.fields(t.columns, t.name)...)
	}
	return items
}

func (c *cursor) columnsOf(alias string) []item {
	for _, t := range c.scope() {
		if strings.EqualFold(t.name, alias) {
			return c.fields(t.columns, t.name)
		}
	}
	return []item{}
}

func (c *cursor) fields(columns []column, of string) []item {
	items := []item{}
	for _, col := range columns {
		items = append(items, item{Label: col.name, Kind: itemField, Detail: strings.TrimSpace(col.typ + " " + of), Sort: "0" + col.name,
			TextEdit: textEdit{NewText: identifier(col.name, c.script.Release)}})
	}
	return items
}

func (c *cursor) functions() []item {
	items := []item{}
	catalog.FunctionNames(c.script.Release, func(name string) bool {
		detail := ""
		if f := catalog.LookupFunction(name); f != nil && len(f.Signatures) > 0 {
			detail = f.Signatures[0].String()
		}
		items = append(items, item{Label: name, Kind: itemFunction, Detail: detail, Sort: "3" + name})
		return true
	})
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.Label, b.Label) })
	return items
}

// options offers keys and values of a WITH list.
func (c *cursor) options() []item {
	with, key := c.with()
	if with == nil {
		return []item{}
	}
	items := []item{}
	known := optionsOf(c.script, with)
	switch {
	case key == "connector":
		for _, name := range c.script.home.registry().Names(c.script.Release) {
			items = append(items, item{Label: name, Kind: itemValue})
		}
	case key != "":
		for _, o := range known {
			if o.Key == key {
				for _, v := range o.Values {
					items = append(items, item{Label: v, Kind: itemValue})
				}
			}
		}
	default:
		if with.Get("connector") == nil {
			items = append(items, item{Label: "connector", Kind: itemProperty})
		}
		for _, o := range known {
			if with.Get(o.Key) == nil && !strings.ContainsAny(o.Key, "*#") {
				items = append(items, item{Label: o.Key, Kind: itemProperty, Detail: o.Default})
			}
		}
	}
	return items
}

// starts are the words that begin statements; followers those that go on with one. Which of them can stand at a place is asked
// of the parser.
var (
	starts = []string{"SELECT", "WITH", "VALUES", "CREATE TABLE", "CREATE TEMPORARY TABLE", "CREATE VIEW", "CREATE FUNCTION", "CREATE CATALOG", "CREATE DATABASE",
		"INSERT INTO", "INSERT OVERWRITE", "EXECUTE STATEMENT SET BEGIN", "BEGIN STATEMENT SET", "END", "SET", "RESET", "USE", "SHOW TABLES", "DESCRIBE", "EXPLAIN", "ALTER TABLE", "DROP TABLE", "DROP VIEW", "ADD JAR"}
	followers = []string{"SELECT", "DISTINCT", "FROM", "WHERE", "GROUP BY", "HAVING", "WINDOW", "QUALIFY", "ORDER BY", "LIMIT", "OFFSET", "UNION ALL", "UNION", "INTERSECT", "EXCEPT",
		"JOIN", "INNER JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", "LATERAL TABLE", "ON", "USING", "AS", "AND", "OR", "NOT", "IN", "IS NULL", "IS NOT NULL", "BETWEEN", "LIKE",
		"CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "INTERVAL", "OVER", "PARTITION BY", "ROWS", "RANGE", "FILTER", "FOR SYSTEM_TIME AS OF", "MATCH_RECOGNIZE", "TABLE", "VALUES", "WITH", "INTO",
		"EXISTS", "PRIMARY KEY", "WATERMARK FOR", "METADATA", "COMMENT", "PARTITIONED BY", "NOT NULL", "NOT ENFORCED", "NULL", "TRUE", "FALSE", "ASC", "DESC", "BEGIN", "SET"}
)

// keywords offers the words that can follow what stands before the cursor.
func (c *cursor) keywords() []item {
	items := []item{}
	words := followers
	if b := c.kind(-1); b == token.EOF || b == token.Semicolon {
		words = starts
	}
	typed := strings.ToUpper(c.text[c.typed.Start:c.typed.End])
	for _, word := range words {
		if strings.HasPrefix(word, typed) && c.follows(word) {
			items = append(items, item{Label: word, Kind: itemKeyword, Sort: "2" + word})
		}
	}
	return items
}
