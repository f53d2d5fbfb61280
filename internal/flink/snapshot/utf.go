package snapshot

import (
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// fromModified turns Java's modified UTF-8 into UTF-8. What is no text becomes the replacement character.
func fromModified(raw []byte) string {
	if !slices.ContainsFunc(raw, func(c byte) bool { return c >= 0x80 }) {
		return string(raw)
	}
	units := make([]uint16, 0, len(raw))
	for i := 0; i < len(raw); {
		unit, width := unitAt(raw[i:])
		units = append(units, unit)
		i += width
	}
	return string(utf16.Decode(units))
}

// unitAt reads one UTF-16 code unit.
func unitAt(raw []byte) (unit uint16, width int) {
	follows := func(i int) bool { return len(raw) > i && raw[i]&0xc0 == 0x80 }
	switch first := raw[0]; {
	case first < 0x80:
		return uint16(first), 1
	case first&0xe0 == 0xc0 && follows(1):
		return uint16(first&0x1f)<<6 | uint16(raw[1]&0x3f), 2
	case first&0xf0 == 0xe0 && follows(1) && follows(2):
		return uint16(first&0x0f)<<12 | uint16(raw[1]&0x3f)<<6 | uint16(raw[2]&0x3f), 3
	}
	return utf8.RuneError, 1
}

// toModified turns UTF-8 into Java's modified UTF-8.
func toModified(text string) []byte {
	var raw []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		switch {
		case unit != 0 && unit < 0x80:
			raw = append(raw, byte(unit))
		case unit < 0x800:
			raw = append(raw, 0xc0|byte(unit>>6), 0x80|byte(unit&0x3f))
		default:
			raw = append(raw, 0xe0|byte(unit>>12), 0x80|byte(unit>>6&0x3f), 0x80|byte(unit&0x3f))
		}
	}
	return raw
}
