package token

// This file reads whole statements. Words, blanks and symbols of one byte make up most of a text and are cut here without
// a call for each; everything else is left to Next.

// ends marks what may stand behind a word without belonging to it, whatever the word; part marks what belongs to it.
var part, ends = func() (part, ends [256]bool) {
	for b, c := range class {
		part[b] = c == classLetter || c == classDigit
		ends[b] = c == classBlank
	}
	for _, b := range "(),;=[]<>*+" {
		ends[b] = true
	}
	return part, ends
}()

// Statement appends the tokens up to the next semicolon or the end of the text, that one included.
func (l *Lexer) Statement(tokens []Token) []Token {
	s, i := l.text, l.pos
	for {
		for i < len(s) && class[s[i]] == classBlank {
			i++
		}
		if i < len(s) {
			switch class[s[i]] {
			case classLetter:
				start := i
				for i++; i < len(s) && part[s[i]]; i++ {
				}
				if i == len(s) || ends[s[i]] || s[i] == '.' && !l.dollar && s[start] != '_' {
					tokens = append(tokens, Token{Lookup(s[start:i]), int32(start), int32(i)})
					continue
				}
				i = start
			case classSimple:
				k := simple[s[i]]
				tokens = append(tokens, Token{k, int32(i), int32(i + 1)})
				i++
				if k == Semicolon {
					l.pos = i
					return tokens
				}
				continue
			}
		}
		l.pos = i
		t := l.Next()
		tokens = append(tokens, t)
		if t.Kind == EOF || t.Kind == Semicolon { // behind a comment
			return tokens
		}
		i = l.pos
	}
}
