// What binding tells connectors, and asks them.

package bind

import (
	"maps"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/types"
)

// ForConnector is what the connector of a table is told of it. The options of OPTIONS hints, where there are some, win
// over those of the table.
func (t *Table) ForConnector(hints *ast.Hints) connector.Table {
	c := connector.Table{Options: t.Options, PrimaryKey: t.PrimaryKey, Partitioned: len(t.Partition) > 0, Open: t.Open}
	if more := optionHints(hints); len(more) > 0 {
		c.Options = maps.Clone(t.Options)
		for _, arg := range more {
			c.Options[arg.Key] = arg.Value
		}
	}
	for _, f := range t.Columns {
		switch f.Kind {
		case Physical:
			c.Columns = append(c.Columns, types.Field{Name: f.Name, Type: f.Type})
		case Metadata:
			c.Metadata = append(c.Metadata, connector.MetadataColumn{Name: f.Name, Key: f.Metadata, Type: f.Type, Virtual: f.Virtual})
		}
	}
	return c
}

// Source describes the table that is read, with the options of its hints.
func (s *Scan) Source(session *Session) connector.Source {
	return session.connectors().Source(s.Table.ForConnector(s.Hints), session.Release)
}

// Sink describes the table that is written, with the options of its hints.
func (i *Insert) Sink(session *Session) connector.Sink {
	if i.Table == nil {
		return connector.Sink{}
	}
	return session.connectors().Sink(i.Table.ForConnector(i.hints()), session.Release)
}

func (i *Insert) hints() *ast.Hints {
	if s, ok := i.Syntax.(*ast.Insert); ok && s.Table != nil {
		return s.Table.Hints
	}
	return nil
}

// optionHints returns the options of OPTIONS('key' = 'value') hints.
func optionHints(hints *ast.Hints) []ast.HintArg {
	if hints == nil {
		return nil
	}
	var all []ast.HintArg
	for _, h := range hints.Items {
		if strings.EqualFold(h.Name.Name, "OPTIONS") {
			all = append(all, h.Args...)
		}
	}
	return all
}

// connectors returns the connectors that the session knows.
func (s *Session) connectors() *connector.Registry {
	for ; s != nil; s = s.parent {
		if s.Connectors != nil {
			return s.Connectors
		}
	}
	return connector.Builtin()
}
