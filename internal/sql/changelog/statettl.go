// STATE_TTL hints: how long one aggregation or one side of a join keeps its state.

package changelog

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
)

// ttlHints is what the STATE_TTL hints of a statement say.
type ttlHints struct {
	selects []ast.Loc
	joins   map[ast.Loc][]sideTTL // by the place of the join
	inputs  map[ast.Loc]sideTTL   // of what a SELECT groups, by the place of the SELECT
}

// sideTTL is the time to live of the rows of one table.
type sideTTL struct{ table, ttl string }

// ttlOf collects the hints of a statement. A hint counts for the SELECT that it stands in, by the names of its tables.
func ttlOf(statement ast.Node) *ttlHints {
	h := &ttlHints{joins: map[ast.Loc][]sideTTL{}, inputs: map[ast.Loc]sideTTL{}}
	ast.Inspect(statement, func(n ast.Node) bool {
		if s, ok := n.(*ast.Select); ok {
			h.selects = append(h.selects, s.Loc)
			if said := said(s.Hints); len(said) > 0 && s.From != nil {
				h.inside(s, said)
			}
		}
		return true
	})
	return h
}

// said returns the values of STATE_TTL hints by table.
func said(hints *ast.Hints) map[string]string {
	values := map[string]string{}
	if hints == nil {
		return values
	}
	for i := range hints.Items {
		if strings.EqualFold(hints.Items[i].Name.Name, "STATE_TTL") {
			for _, a := range hints.Items[i].Args {
				values[a.Key] = a.Value
			}
		}
	}
	return values
}

// inside notes what the hints say of the joins of one SELECT, not of those in queries below it.
func (h *ttlHints) inside(s *ast.Select, values map[string]string) {
	if ttl, ok := values[tableName(s.From)]; ok {
		h.inputs[s.Loc] = sideTTL{table: tableName(s.From), ttl: ttl}
	}
	ast.Inspect(s.From, func(n ast.Node) bool {
		if _, below := n.(*ast.Select); below {
			return false
		}
		if j, ok := n.(*ast.Join); ok {
			for _, side := range []ast.TableRef{j.Left, j.Right} {
				if ttl, ok := values[tableName(side)]; ok {
					h.joins[j.Loc] = append(h.joins[j.Loc], sideTTL{table: tableName(side), ttl: ttl})
				}
			}
		}
		return true
	})
}

// tableName returns the name by which hints know a table, "" for a join.
func tableName(t ast.TableRef) string {
	switch t := t.(type) {
	case *ast.Alias:
		return t.Name.Name
	case *ast.Table:
		return t.Name.Last().Name
	}
	return ""
}

// limit says in the state of an operator what the hints say of it. Zero keeps state forever.
func (h *ttlHints) limit(op *Operator) {
	switch op.Kind {
	case Join:
		sides := h.joins[op.At]
		switch {
		case len(sides) == 2 && !forever(sides[0].ttl) && !forever(sides[1].ttl):
			op.State.Limit, op.State.hinted = sides[0].words()+", "+sides[1].words(), true
		case len(sides) > 0:
			for _, s := range sides {
				op.State.Keeps += ", those of " + s.words() + " (STATE_TTL)"
			}
		}
	case GroupAggregate, GlobalGroupAggregate, IncrementalAggregate:
		if s, ok := h.inputs[h.around(op.At)]; ok {
			op.State.Limit, op.State.hinted = s.ttl, true
			if forever(s.ttl) {
				op.State.Limit = ""
			}
		}
	}
}

func (s sideTTL) words() string {
	if forever(s.ttl) {
		return s.table + " forever"
	}
	return s.table + " for " + s.ttl
}

// around returns the place of the innermost SELECT around another place.
func (h *ttlHints) around(at ast.Loc) ast.Loc {
	var best ast.Loc
	for _, s := range h.selects {
		if s.Contains(at) && (best == ast.Loc{} || best.Contains(s)) {
			best = s
		}
	}
	return best
}

// forever reports whether a time to live is zero, which never ends.
func forever(ttl string) bool {
	digits := strings.TrimRight(strings.ToLower(strings.TrimSpace(ttl)), "abcdefghijklmnopqrstuvwxyzµ ")
	return digits != "" && strings.Trim(digits, "0") == ""
}
