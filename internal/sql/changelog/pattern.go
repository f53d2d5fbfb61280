// Patterns of MATCH_RECOGNIZE that Flink parses and does not run (MatchUtil, CommonExecMatch).

package changelog

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
)

func (b *builder) checkPatternForm(rel *bind.Match) {
	s := rel.Syntax
	if s.Pattern == nil {
		return
	}
	seen := map[string]bool{}
	ast.Inspect(s.Pattern, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.PatternVar:
			if seen[n.Name.Name] {
				b.refuse(MatchForm, n.Place(), "variable "+n.Name.Name+" stands twice in the pattern", "give the second one a name of its own")
			}
			seen[n.Name.Name] = true
		case *ast.PatternAlt:
			b.refuse(MatchForm, n.Place(), "a pattern has no alternatives on Flink", "put the alternatives into the condition of one variable")
		case *ast.PatternGroup:
			if n.Kind == token.PERMUTE || n.Kind == token.LBrace {
				b.refuse(MatchForm, n.Place(), "PERMUTE and {- -} do not run on Flink", "")
			}
		case *ast.PatternRepeat:
			if several(n.Item) {
				b.refuse(MatchForm, n.Place(), "a group of variables is not repeated on Flink", "")
			}
			if n.Quantity == "?" && n.Reluctant {
				b.refuse(MatchForm, n.Place(), "?? does not run on Flink", "write ?")
			}
			if strings.Trim(n.Quantity, "{0,}") == "" && strings.HasPrefix(n.Quantity, "{") && n.Quantity != "{0,}" && n.Quantity != "{,}" {
				b.refuse(MatchForm, n.Place(), n.Quantity+" takes no row", "leave the variable out")
			}
		}
		return true
	})
	b.checkOptional(s.Pattern)
	if matchesNothing(s.Pattern) {
		b.refuse(MatchForm, s.Pattern.Place(), "the pattern matches no rows at all, too", "make one variable of it not optional")
	}
	if i, ok := s.Within.(*ast.Interval); ok && (i.Unit.From == token.YEAR || i.Unit.From == token.MONTH) {
		b.refuse(MatchForm, i.Loc, "WITHIN takes an interval of days or less", "")
	}
	if len(s.Measures) == 0 {
		b.refuse(MatchForm, rel.Place(), "MATCH_RECOGNIZE without MEASURES does not run on Flink", "")
	}
	b.checkMeasures(s)
}

// checkOptional refuses what may be missing right behind what takes as much as it can (Pattern.optional of Flink CEP).
func (b *builder) checkOptional(p ast.Pattern) {
	var items []ast.Pattern
	switch p := p.(type) {
	case *ast.PatternSeq:
		items = p.Items
	case *ast.PatternGroup:
		items = p.Items
	}
	for i, item := range items {
		b.checkOptional(item)
		if r, ok := item.(*ast.PatternRepeat); ok && i > 0 && greedy(items[i-1]) && slices.Contains([]string{"?", "*", "{0,}", "{,}", "{0,1}", "{,1}"}, r.Quantity) {
			b.refuse(MatchForm, item.Place(), "what may be missing cannot follow a greedy quantifier", "make the quantifier before it reluctant: +?")
		}
	}
}

// several reports whether a pattern is more than one variable.
func several(p ast.Pattern) bool {
	vars := 0
	ast.Inspect(p, func(n ast.Node) bool {
		if _, ok := n.(*ast.PatternVar); ok {
			vars++
		}
		return true
	})
	return vars > 1
}

// checkMeasures refuses functions of MEASURES without code.
func (b *builder) checkMeasures(s *ast.MatchRecognize) {
	for _, m := range s.Measures {
		ast.Inspect(m.Expr, func(n ast.Node) bool {
			c, ok := n.(*ast.Call)
			if ok && (c.Modifier == token.RUNNING || strings.EqualFold(c.Name.Text(), "CLASSIFIER")) {
				b.refuse(MatchForm, c.Loc, "RUNNING and CLASSIFIER do not run on Flink", "")
			}
			return true
		})
	}
}

// matchesNothing reports whether all of a pattern is optional.
func matchesNothing(p ast.Pattern) bool {
	all := func(items []ast.Pattern) bool {
		for _, item := range items {
			if !matchesNothing(item) {
				return false
			}
		}
		return true
	}
	switch p := p.(type) {
	case *ast.PatternSeq:
		return all(p.Items)
	case *ast.PatternGroup:
		return p.Kind == token.LParen && all(p.Items)
	case *ast.PatternRepeat:
		q := p.Quantity
		return q == "*" || q == "?" || strings.HasPrefix(q, "{0") || strings.HasPrefix(q, "{,") || matchesNothing(p.Item)
	}
	return false
}
