package main

import (
	"fmt"
	"strconv"
	"strings"
)

// The colours of the terminal in the picture.
const (
	paper = "#0d1117"
	ink   = "#c9d1d9"
)

// look is how text is drawn. An empty colour is the terminal's own.
type look struct {
	ink, paper                           string
	bold, faint, italic, under, reversed bool
}

// change applies the parameters of one SGR sequence, as ECMA-48 8.3.117 and xterm number them.
func (l look) change(parameters string) look {
	codes := strings.FieldsFunc(parameters, func(r rune) bool { return r == ';' || r == ':' })
	if len(codes) == 0 {
		return look{}
	}
	for i := 0; i < len(codes); i++ {
		code, err := strconv.Atoi(codes[i])
		if err != nil {
			continue
		}
		switch {
		case code == 0:
			l = look{}
		case code == 1:
			l.bold = true
		case code == 2:
			l.faint = true
		case code == 3:
			l.italic = true
		case code == 4:
			l.under = true
		case code == 7:
			l.reversed = true
		case code == 22:
			l.bold, l.faint = false, false
		case code == 23:
			l.italic = false
		case code == 24:
			l.under = false
		case code == 27:
			l.reversed = false
		case code == 38 || code == 48:
			colour, used := extended(codes[i+1:])
			i += used
			if code == 38 {
				l.ink = colour
			} else {
				l.paper = colour
			}
		case code == 39:
			l.ink = ""
		case code == 49:
			l.paper = ""
		case code >= 30 && code <= 37:
			l.ink = palette(code - 30)
		case code >= 40 && code <= 47:
			l.paper = palette(code - 40)
		case code >= 90 && code <= 97:
			l.ink = palette(code - 90 + 8)
		case code >= 100 && code <= 107:
			l.paper = palette(code - 100 + 8)
		}
	}
	return l
}

// extended reads a colour by number (5;N) or by parts (2;R;G;B) and says how many parameters that took.
func extended(codes []string) (string, int) {
	number := func(i int) int {
		if i >= len(codes) {
			return 0
		}
		n, _ := strconv.Atoi(codes[i]) // a damaged colour is black
		return n
	}
	switch number(0) {
	case 5:
		return palette(number(1)), 2
	case 2:
		return fmt.Sprintf("#%02x%02x%02x", number(1), number(2), number(3)), 4
	}
	return "", 1
}

// palette is a colour of xterm's 256: 16 named ones, a cube of 6×6×6, 24 greys.
func palette(n int) string {
	named := []string{
		"#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
		"#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc",
	}
	switch {
	case n < 0:
		return ""
	case n < 16:
		return named[n]
	case n < 232:
		step := func(i int) int { return []int{0, 95, 135, 175, 215, 255}[i%6] }
		return fmt.Sprintf("#%02x%02x%02x", step((n-16)/36), step((n-16)/6), step(n-16))
	}
	grey := 8 + (n-232)*10
	return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
}

// background is the colour behind the text, or "" where it is the terminal's own.
func (l look) background() string {
	if l.reversed {
		return or(l.ink, ink)
	}
	return l.paper
}

// attributes are those of the SVG text element.
func (l look) attributes() string {
	fill := or(l.ink, ink)
	if l.reversed {
		fill = or(l.paper, paper)
	}
	text := ` fill="` + fill + `"`
	if l.bold {
		text += ` font-weight="bold"`
	}
	if l.faint {
		text += ` opacity="0.6"`
	}
	if l.italic {
		text += ` font-style="italic"`
	}
	if l.under {
		text += ` text-decoration="underline"`
	}
	return text
}

func or(colour, otherwise string) string {
	if colour == "" {
		return otherwise
	}
	return colour
}
