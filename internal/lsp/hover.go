package lsp

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/connector"
)

// registry is what the project knows of connectors.
func (h *home) registry() *connector.Registry {
	if h.project.Connectors != nil {
		return h.project.Connectors
	}
	return connector.Builtin()
}

// hover says what stands at a place: a name, a function, an option.
func (s *Server) hover(script *script, p at) (any, error) {
	at := script.recorded(offset(script.Text.Written.Text, p.Position))
	if n := script.at(at); n != nil {
		return shown(script, n.at, s.describe(script, n)), nil
	}
	for _, statement := range script.Tree.Statements {
		var found any
		ast.Inspect(statement, func(n ast.Node) bool {
			if l := n.Place(); int(l.Start) > at || at > int(l.End) {
				return false
			}
			switch n := n.(type) {
			case *ast.Call:
				if l := n.Name.Loc; int(l.Start) <= at && at <= int(l.End) {
					if text := function(script, n.Name.Text()); text != "" {
						found = shown(script, l, text)
					}
				}
			case *ast.CreateTable:
				if text, where := option(script, n.With, at); text != "" {
					found = shown(script, where, text)
				}
			}
			return true
		})
		if found != nil {
			return found, nil
		}
	}
	return nil, nil
}

func shown(script *script, at ast.Loc, text string) any {
	return map[string]any{
		"contents": map[string]string{"kind": "markdown", "value": text},
		"range":    script.place(at.Span()),
	}
}

// describe tells of a name: its type, whether it may be NULL, and where it comes from.
func (s *Server) describe(script *script, n *name) string {
	var b strings.Builder
	switch n.kind {
	case tableName:
		s.describeTable(&b, script, n.table)
	case aliasName:
		fmt.Fprintf(&b, "`%s` names a table of this query", n.word)
	case columnName, outputName:
		fmt.Fprintf(&b, "```sql\n%s %s\n```\n", n.word, n.column.Type)
		if a := n.column.Attribute.String(); a != "" {
			fmt.Fprintf(&b, "a time attribute (%s)\n\n", strings.Trim(a, "* "))
		}
		if n.table != nil {
			fmt.Fprintf(&b, "from `%s`", n.table.Path.Short())
			if f := n.table.Field(n.word); f != nil {
				b.WriteString([...]string{"", ", computed", ", metadata of the connector"}[f.Kind])
			}
			b.WriteString(declaredIn(n.table))
		} else {
			b.WriteString("made by this query")
		}
	}
	return b.String()
}

func declaredIn(t *bind.Table) string {
	if t.File == nil || t.Syntax == nil {
		return ""
	}
	return fmt.Sprintf(", declared in %s:%d", t.File.Name, t.File.Position(int(t.Syntax.Place().Start)).Line)
}

func (s *Server) describeTable(b *strings.Builder, script *script, t *bind.Table) {
	kind := [...]string{"TABLE", "VIEW", "MATERIALIZED TABLE"}[t.Kind]
	fmt.Fprintf(b, "```sql\n%s %s (\n", kind, t.Path.Short())
	for i, f := range t.Columns {
		if i == 40 {
			fmt.Fprintf(b, "  -- and %d more\n", len(t.Columns)-i)
			break
		}
		fmt.Fprintf(b, "  %s %s%s\n", f.Name, f.Type, [...]string{"", " -- computed", " -- metadata"}[f.Kind])
	}
	b.WriteString(")\n```\n")
	if len(t.PrimaryKey) > 0 {
		fmt.Fprintf(b, "key: %s\n\n", strings.Join(t.PrimaryKey, ", "))
	}
	if c := t.Options["connector"]; c != "" {
		fmt.Fprintf(b, "connector: %s\n\n", c)
		registry := script.home.registry()
		about := t.ForConnector(nil)
		if source := registry.Source(about, script.Release); source.Known && source.Scan && source.Changes != 0 {
			fmt.Fprintf(b, "read: %s\n\n", source.Changes)
		}
		if sink := registry.Sink(about, script.Release); sink.Known && sink.Takes && sink.Changes != 0 {
			fmt.Fprintf(b, "written: %s\n\n", sink.Changes)
		}
	}
	b.WriteString(strings.TrimPrefix(declaredIn(t), ", "))
}

// function tells how a built-in function is called.
func function(script *script, name string) string {
	f := catalog.LookupFunction(name)
	if f == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "```sql\n")
	for i := range f.Signatures {
		fmt.Fprintf(&b, "%s%s\n", f.Name, f.Signatures[i].String())
	}
	if len(f.Signatures) == 0 {
		fmt.Fprintf(&b, "%s(…)\n", f.Name)
	}
	fmt.Fprintf(&b, "```\n%s", [...]string{"", "a value per row", "a value per group", "a value per row, with OVER", "rows per row", "rows per table"}[f.Kind])
	if !f.In(script.Release) {
		fmt.Fprintf(&b, "; not in Flink %s", script.Release)
	}
	return b.String()
}

// option tells of the connector option at a place.
func option(script *script, with *ast.Options, at int) (string, ast.Loc) {
	if with == nil {
		return "", ast.Loc{}
	}
	for i := range with.Items {
		item := &with.Items[i]
		if int(item.Start) > at || at > int(item.End) {
			continue
		}
		if item.Key.Value == "connector" {
			return "connector " + item.Value.Value, item.Loc
		}
		for _, o := range optionsOf(script, with) {
			if o.Key == item.Key.Value {
				return describeOption(o), item.Loc
			}
		}
	}
	return "", ast.Loc{}
}

// optionsOf are the options that a table may have: those of its connector, and those of its format under the format's name.
func optionsOf(script *script, with *ast.Options) []connector.Option {
	get := func(key string) string {
		if o := with.Get(key); o != nil {
			return o.Value.Value
		}
		return ""
	}
	registry := script.home.registry()
	c := registry.Connector(get("connector"))
	if c == nil {
		return nil
	}
	all := append([]connector.Option{}, c.Options...)
	for _, key := range []string{"format", "key.format", "value.format"} {
		if f := registry.Format(get(key)); f != nil {
			prefix := strings.TrimSuffix(key, "format") + get(key) + "."
			for _, o := range f.Options {
				o.Key = prefix + o.Key
				all = append(all, o)
			}
		}
	}
	return all
}

func describeOption(o connector.Option) string {
	var b strings.Builder
	fmt.Fprintf(&b, "`%s`", o.Key)
	if len(o.Values) > 0 {
		fmt.Fprintf(&b, ": one of %s", strings.Join(o.Values, ", "))
	}
	if o.Required {
		b.WriteString("\n\nrequired")
	}
	if o.Default != "" {
		fmt.Fprintf(&b, "\n\ndefault: `%s`", o.Default)
	}
	return b.String()
}
