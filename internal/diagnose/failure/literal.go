package failure

import (
	"regexp/syntax"
	"slices"
)

// shortest is how long a text must be to be worth looking for: shorter ones stand in every line of a log.
const shortest = 5

// required returns texts of which every match of the pattern contains at least one; none where no such texts can be
// told. Logs are searched for these first, all at once, and with the pattern only where one was found.
func required(pattern string) []string {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	found := literals(parsed)
	if slices.ContainsFunc(found, func(s string) bool { return len(s) < shortest }) {
		return nil
	}
	return found
}

func literals(e *syntax.Regexp) []string {
	switch e.Op {
	case syntax.OpLiteral:
		if e.Flags&syntax.FoldCase != 0 {
			return nil
		}
		return []string{string(e.Rune)}
	case syntax.OpCapture, syntax.OpPlus:
		return literals(e.Sub[0])
	case syntax.OpRepeat:
		if e.Min > 0 {
			return literals(e.Sub[0])
		}
	case syntax.OpConcat:
		return best(e.Sub)
	case syntax.OpAlternate:
		var all []string
		for _, sub := range e.Sub {
			found := literals(sub)
			if found == nil {
				return nil
			}
			all = append(all, found...)
		}
		return all
	}
	return nil
}

// best returns the texts of the part whose shortest text is the longest.
func best(parts []*syntax.Regexp) []string {
	var chosen []string
	length := 0
	for _, part := range parts {
		found := literals(part)
		if len(found) == 0 {
			continue
		}
		least := len(found[0])
		for _, text := range found {
			least = min(least, len(text))
		}
		if least > length {
			chosen, length = found, least
		}
	}
	return chosen
}
