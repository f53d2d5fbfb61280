package lsp

import (
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// cursor is a place in a text that is being typed, and the tokens of its statement.
type cursor struct {
	script   *script
	text     string
	typed    source.Span // the word under the cursor, up to the cursor
	inString bool
	comment  bool
	tokens   []token.Token // of the statement
	n        int           // how many of them stand before the word
}

func newCursor(script *script, text string, at int) *cursor {
	c := &cursor{script: script, text: text, typed: source.Span{Start: at, End: at}}
	lexer := token.NewLexer(text)
	last := 0
	passed := false
	for t := lexer.Next(); t.Kind != token.EOF; t = lexer.Next() {
		start, end := int(t.Start), int(t.End)
		if start >= at && !passed {
			c.comment = strings.Contains(commentEnd(text[last:at]), "--")
			passed = true
		}
		last = end
		if t.Kind == token.Semicolon {
			if end <= at {
				c.tokens, c.n = nil, 0
				continue
			}
			break
		}
		c.tokens = append(c.tokens, t)
		switch {
		case end < at || end == at && !wordLike(t):
			c.n = len(c.tokens)
		case start < at && (t.Kind.IsString() || t.Kind == token.UnclosedString):
			c.inString, c.n, passed = true, len(c.tokens)-1, true
			c.typed.Start = start + 1
		case start < at:
			c.n = len(c.tokens) - 1
			c.typed.Start = start
			passed = true
		}
	}
	if !passed {
		c.comment = strings.Contains(commentEnd(text[min(last, at):at]), "--")
	}
	return c
}

// commentEnd is what stands on the last line of a gap between tokens.
func commentEnd(gap string) string { return gap[strings.LastIndexByte(gap, '\n')+1:] }

func wordLike(t token.Token) bool {
	return t.Kind.IsWord() || t.Kind == token.Identifier || t.Kind == token.QuotedIdentifier || t.Kind == token.UnclosedString
}

// kind is that of a token before the word: -1 is the last.
func (c *cursor) kind(i int) token.Kind {
	if i = c.n + i; i < 0 || i >= len(c.tokens) {
		return token.EOF
	}
	return c.tokens[i].Kind
}

// at is the text of a token before the word, without backticks.
func (c *cursor) at(i int) string {
	if i = c.n + i; i < 0 || i >= len(c.tokens) {
		return ""
	}
	return c.word(i)
}

func (c *cursor) word(i int) string {
	return strings.Trim(c.text[c.tokens[i].Start:c.tokens[i].End], "`")
}

// session is what the statement sees: the tables of the script and those before it.
func (c *cursor) session() *bind.Session { return c.script.Session }

// follows asks the parser whether a word can stand at the cursor: all that it has against the text is then that the text ends.
// It names the last character for that, which is a blank.
func (c *cursor) follows(word string) bool {
	start := c.typed.Start
	if c.n > 0 {
		start = int(c.tokens[0].Start)
	}
	text := c.text[start:c.typed.Start] + " " + word
	_, findings := parser.Parse(source.New("", text+"  "), parser.Options{Release: c.script.Release})
	for _, f := range findings {
		if f.Span.Start < len(text) && !strings.Contains(f.Message, "found end of the statement") {
			return false
		}
	}
	return true
}

// fromTable is a table of a FROM clause.
type fromTable struct {
	name    string
	columns []column
}

type column struct{ name, typ string }

// scope is the tables of the FROM clause around the cursor: those of the innermost parentheses that have one.
func (c *cursor) scope() []fromTable {
	open := c.n
	for {
		from, to := c.block(open)
		if tables := c.from(from, to); len(tables) > 0 || from == 0 {
			return tables
		}
		open = from - 1
	}
}

// block is the tokens of the innermost parentheses around a token.
func (c *cursor) block(i int) (from, to int) {
	depth := 0
	for from = i; from > 0; from-- {
		switch c.tokens[from-1].Kind {
		case token.RParen:
			depth++
			continue
		case token.LParen:
			if depth == 0 {
				goto end
			}
			depth--
		}
	}
end:
	depth = 0
	for to = i; to < len(c.tokens); to++ {
		switch c.tokens[to].Kind {
		case token.LParen:
			depth++
		case token.RParen:
			if depth == 0 {
				return from, to
			}
			depth--
		}
	}
	return from, to
}

// from reads the tables behind FROM and JOIN among tokens, leaving out what stands in parentheses of its own. Of a set
// operation that is all of its FROM clauses.
func (c *cursor) from(from, to int) []fromTable {
	var out []fromTable
	listing, depth := false, 0
	for i := from; i < to; i++ {
		k := c.tokens[i].Kind
		switch {
		case k == token.LParen:
			if listing && depth == 0 {
				if t, next := c.derived(i, to); next > i {
					out, i, listing = append(out, t), next-1, false
					continue
				}
			}
			depth++
		case k == token.RParen:
			depth--
		case depth > 0:
		case k == token.FROM || k == token.JOIN:
			listing = true
		case k == token.Comma && c.inFrom(from, i):
			listing = true
		case listing && i != c.n && (k == token.Identifier || k == token.QuotedIdentifier || k.IsName(c.script.Release)):
			t, next := c.named(i, to)
			out, i, listing = append(out, t), next-1, false
		case listing && k != token.LATERAL && k != token.TABLE:
			listing = false
		}
	}
	return out
}

// inFrom reports whether a comma separates tables: the last clause word before it is FROM.
func (c *cursor) inFrom(from, i int) bool {
	depth := 0
	for i--; i >= from; i-- {
		switch c.tokens[i].Kind {
		case token.RParen:
			depth++
		case token.LParen:
			depth--
		case token.FROM:
			if depth == 0 {
				return true
			}
		case token.SELECT, token.WHERE, token.GROUP, token.HAVING, token.ORDER, token.ON, token.VALUES:
			if depth == 0 {
				return false
			}
		}
	}
	return false
}

// fromList reports whether the cursor stands among the tables of FROM.
func (c *cursor) fromList() bool {
	from, _ := c.block(c.n)
	return c.inFrom(from, c.n)
}

// named reads a table by name with its alias.
func (c *cursor) named(i, to int) (fromTable, int) {
	parts := []string{c.word(i)}
	for i+2 < to && c.tokens[i+1].Kind == token.Period {
		i += 2
		parts = append(parts, c.word(i))
	}
	columns := c.columnsOfQuery("SELECT * FROM " + c.text[c.tokens[i].Start:c.tokens[i].End])
	if len(parts) > 1 {
		columns = c.columnsOfTable(strings.Join(parts, "."))
	}
	alias, next := c.alias(i+1, to)
	if alias == "" {
		alias = parts[len(parts)-1]
	}
	return fromTable{alias, columns}, next
}

func (c *cursor) columnsOfTable(name string) []column {
	for t := range c.session().Tables {
		if t.Path.Short() == name || t.Path.String() == name {
			var out []column
			for _, f := range t.Columns {
				out = append(out, column{f.Name, f.Type.String()})
			}
			return out
		}
	}
	return nil
}

// derived reads a query or a table function in parentheses with its alias.
func (c *cursor) derived(i, to int) (fromTable, int) {
	depth, end := 0, i
	for ; end < to; end++ {
		switch c.tokens[end].Kind {
		case token.LParen:
			depth++
		case token.RParen:
			depth--
		}
		if depth == 0 {
			break
		}
	}
	if end == to {
		return fromTable{}, i
	}
	inside := c.text[c.tokens[i].Start:c.tokens[end].End]
	query := "SELECT * FROM " + inside
	if i > 0 && c.tokens[i-1].Kind == token.TABLE {
		query = "SELECT * FROM TABLE" + inside
	}
	alias, next := c.alias(end+1, to)
	return fromTable{alias, c.columnsOfQuery(query)}, next
}

func (c *cursor) alias(i, to int) (string, int) {
	if i < to && c.tokens[i].Kind == token.AS {
		i++
	}
	if i < to && i != c.n && (c.tokens[i].Kind == token.QuotedIdentifier || c.tokens[i].Kind == token.Identifier) {
		return c.word(i), i + 1
	}
	return "", i
}

// columnsOfQuery binds a query behind the WITH items of the statement.
func (c *cursor) columnsOfQuery(query string) []column {
	if with := c.withText(); with != "" {
		query = with + " " + query
	}
	tree, _ := parser.Parse(source.New("", query), parser.Options{Release: c.script.Release})
	bound := c.session().Child().Script(tree)
	if len(bound.Statements) == 0 || bound.Statements[0].Query == nil {
		return nil
	}
	var out []column
	for _, col := range bound.Statements[0].Query.Columns() {
		out = append(out, column{col.Name, col.Type.String()})
	}
	return out
}

// withItems finds the queries that WITH names before the cursor: where each begins and ends among the tokens.
func (c *cursor) withItems() (first int, names []string, end int) {
	for first = 0; first < c.n && c.tokens[first].Kind != token.WITH; first++ {
		if c.tokens[first].Kind == token.SELECT || c.tokens[first].Kind == token.LParen {
			return 0, nil, 0
		}
	}
	i := first + 1
	for i+3 < len(c.tokens) && i < c.n {
		name := c.word(i)
		i++
		if c.tokens[i].Kind == token.LParen { // columns
			_, close := c.block(i + 1)
			i = close + 1
		}
		if i+1 >= len(c.tokens) || c.tokens[i].Kind != token.AS || c.tokens[i+1].Kind != token.LParen {
			break
		}
		_, close := c.block(i + 2)
		if close >= c.n {
			break
		}
		names, end = append(names, name), close+1
		if i = close + 1; i >= len(c.tokens) || c.tokens[i].Kind != token.Comma {
			break
		}
		i++
	}
	return first, names, end
}

func (c *cursor) withNames() []string {
	_, names, _ := c.withItems()
	return names
}

func (c *cursor) withText() string {
	first, names, end := c.withItems()
	if len(names) == 0 {
		return ""
	}
	return c.text[c.tokens[first].Start:c.tokens[end-1].End]
}

// with is the options around the cursor, as far as they are written, and the key whose value is being typed.
func (c *cursor) with() (with *ast.Options, key string) {
	from, to := c.block(c.n)
	if from < 2 || c.tokens[from-2].Kind != token.WITH {
		return nil, ""
	}
	with = &ast.Options{}
	for i := from; i < to; i++ {
		if i+2 < to && c.tokens[i].Kind.IsString() && c.tokens[i+1].Kind == token.Eq && c.tokens[i+2].Kind.IsString() {
			if i != c.n && i+2 != c.n {
				with.Items = append(with.Items, ast.Option{Key: ast.Text{Value: c.literal(i)}, Value: ast.Text{Value: c.literal(i + 2)}})
			}
		}
	}
	if c.kind(-1) == token.Eq && c.n >= 2 {
		key = c.literal(c.n - 2)
	}
	return with, key
}

func (c *cursor) literal(i int) string {
	return strings.Trim(c.text[c.tokens[i].Start:c.tokens[i].End], "'")
}
