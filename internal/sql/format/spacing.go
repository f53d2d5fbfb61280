package format

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// marks is what the tree says about single tokens, by the offset at which they start.
type marks struct {
	names map[int32]bool // words that are names here: their case stays
	tight map[int32]bool // no blank before the token
}

// spaced is the general rule: whether a blank stands between two tokens of one line.
func spaced(before, after token.Token) bool {
	switch after.Kind {
	case token.Comma, token.Semicolon, token.RParen, token.RBracket, token.RBrace, token.Period, token.LBracket:
		return false
	}
	switch before.Kind {
	case token.LParen, token.LBracket, token.Period:
		return false
	}
	return true
}

// mark collects what the tree below n says about single tokens.
func mark(n ast.Node, tokens []token.Token) marks {
	m := marks{names: map[int32]bool{}, tight: map[int32]bool{}}
	at := func(offset int32) int { return indexAt(tokens, offset) }
	// tighten takes the blank before the first token of kinds at or after an offset, but before limit.
	tighten := func(from, limit int32, kinds ...token.Kind) {
		for i := at(from); i < len(tokens) && tokens[i].Start < limit; i++ {
			if slices.Contains(kinds, tokens[i].Kind) {
				m.tight[tokens[i].Start] = true
				return
			}
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			m.names[n.Start] = true
		case *ast.HintArg:
			for i := at(n.Start); i < len(tokens) && tokens[i].Start < n.End; i++ {
				m.names[tokens[i].Start] = true
			}
		case *ast.Hint:
			tighten(n.Name.End, n.End, token.LParen)
		case *ast.Call:
			tighten(n.Name.End, n.End, token.LParen)
		case *ast.KeywordCall, *ast.JSONCall, *ast.JSONConstructor, *ast.Cast, *ast.Unnest:
			tighten(start(n), end(n), token.LParen)
		case *ast.TableFunction:
			if n.Wrapped {
				tighten(n.Start, n.End, token.LParen)
			}
		case *ast.Row:
			if n.Keyword != 0 {
				tighten(n.Start, n.End, token.LParen)
			}
		case *ast.Collection:
			tighten(n.Start, n.End, token.LParen, token.LBracket)
		case *ast.TimeUnit:
			tighten(n.Start, n.End, token.LParen)
		case *ast.Unary:
			if n.Op == token.Minus || n.Op == token.Plus {
				m.sign(tokens, at(n.Start))
			}
		case *ast.Interval:
			if n.Sign != 0 {
				m.sign(tokens, at(n.Start)+1)
			}
		case *ast.PatternRepeat:
			for i := at(end(n.Item)); i < len(tokens) && tokens[i].Start < n.End; i++ {
				m.tight[tokens[i].Start] = true
			}
		case ast.TypeName:
			m.typeName(n, tokens)
		}
		return true
	})
	return m
}

// sign binds a sign to what follows, unless the two would begin a comment.
func (m marks) sign(tokens []token.Token, i int) {
	if i+1 < len(tokens) && tokens[i+1].Kind != token.Minus && tokens[i+1].Kind != token.Plus {
		m.tight[tokens[i+1].Start] = true
	}
}

// typeName writes types without blanks around their brackets: MAP<STRING, DECIMAL(10, 2)>.
func (m marks) typeName(n ast.TypeName, tokens []token.Token) {
	start, end := start(n), end(n)
	for i := indexAt(tokens, start); i < len(tokens) && tokens[i].Start < end; i++ {
		switch tokens[i].Kind {
		case token.Lt, token.Gt, token.LParen:
			if tokens[i].Start > start {
				m.tight[tokens[i].Start] = true
			}
		}
		if i > 0 && tokens[i-1].Kind == token.Lt && tokens[i].Start > start {
			m.tight[tokens[i].Start] = true
		}
	}
}

// indexAt is the index of the first token that starts at or after an offset.
func indexAt(tokens []token.Token, offset int32) int {
	low, high := 0, len(tokens)
	for low < high {
		if middle := (low + high) / 2; tokens[middle].Start < offset {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
