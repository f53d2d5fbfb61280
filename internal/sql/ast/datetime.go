// What the texts of dates and times have to be.

package ast

import (
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/token"
)

// Valid reports whether the text is one of a point in time. Flink looks at it in the parser up to 1.20, when it plans since.
func (d *DateTime) Valid() bool {
	if d.Value.Kind == token.Variable || strings.Contains(d.Value.Value, "${") {
		return true
	}
	text := strings.TrimSpace(d.Value.Value)
	switch d.Kind {
	case token.TIME, token.LBraceTime:
		return validClock(text)
	case token.TIMESTAMP, token.TIMESTAMP_LTZ, token.LBraceTimestamp:
		date, clock, _ := strings.Cut(text, " ")
		return validDate(date) && (clock == "" || validClock(clock))
	}
	return validDate(text)
}

func validDate(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) != 3 {
		return false
	}
	var n [3]int
	for i, part := range parts {
		v, err := strconv.Atoi(part)
		if err != nil || part == "" || part[0] == '+' {
			return false
		}
		n[i] = v
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if n[1] < 1 || n[1] > 12 || n[2] < 1 {
		return false
	}
	leap := n[1] == 2 && n[0]%4 == 0 && (n[0]%100 != 0 || n[0]%400 == 0)
	return n[2] <= days[n[1]-1] || leap && n[2] == 29
}

func validClock(s string) bool {
	whole, fraction, _ := strings.Cut(strings.TrimSpace(s), ".")
	parts := strings.Split(whole, ":")
	if len(parts) != 3 {
		return false
	}
	limits := [...]int{23, 59, 59}
	for i, part := range parts {
		v, err := strconv.Atoi(part)
		if err != nil || v < 0 || v > limits[i] {
			return false
		}
	}
	return strings.Trim(fraction, "0123456789") == ""
}
