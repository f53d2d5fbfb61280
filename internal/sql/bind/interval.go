// Intervals: their types, and the texts that their units take.

package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// intervalRoot is the type of an interval whose first unit is known.
func intervalRoot(unit token.Kind) types.Root {
	switch unit {
	case token.YEAR, token.YEARS, token.QUARTER, token.QUARTERS, token.MONTH, token.MONTHS:
		return types.YearMonth
	}
	return types.DayTime
}

func (b *binder) interval(e *env, x *ast.Interval) Expr {
	root := intervalRoot(x.Unit.From)
	switch value := x.Value.(type) {
	case *ast.String:
		b.intervalText(x, value)
		return b.literal(x.Loc, types.Of(root).Required())
	case *ast.Number:
		return b.literal(x.Loc, types.Of(root).Required())
	}
	value := b.expr(e, x.Value)
	return b.operator(x.Loc, "INTERVAL", types.Of(root).NullableIf(value.Type()), value)
}

// intervalParts are the fields of intervals with two units, in their order: what separates each from the one before, and the
// greatest value that it has behind another.
var intervalParts = [...]intervalPart{
	{token.YEAR, 0, 0}, {token.MONTH, '-', 11}, {token.DAY, 0, 0}, {token.HOUR, ' ', 23}, {token.MINUTE, ':', 59}, {token.SECOND, ':', 59},
}

type intervalPart struct {
	unit      token.Kind
	separator byte
	most      int
}

// maxDays is how many digits FlinkTypeFactory allows for the first field of an interval of days or less.
const maxDays = 3

// intervalText checks the text of an interval as SqlIntervalQualifier does: the first field has no more digits than its
// precision, which is 2 when none is said, those behind it have one or two and stay below the next greater unit.
func (b *binder) intervalText(x *ast.Interval, s *ast.String) {
	first, fraction := precisions(x.Unit)
	switch {
	case first > maxDays && intervalRoot(x.Unit.From) == types.DayTime:
		b.report(LiteralText, x.Loc, "an interval of %s has %d digits at most, not %d", x.Unit.From, maxDays, first)
		return
	case fraction < 1 || fraction > 9:
		b.report(LiteralText, x.Loc, "fractions of a second have 1 to 9 digits, not %d", fraction)
		return
	}
	if s.Kind != token.String || strings.Contains(s.Value, "${") {
		return
	}
	text := strings.TrimSpace(s.Value)
	if text != "" && (text[0] == '-' || text[0] == '+') {
		text = text[1:]
	}
	whole, rest, ok := digits(text)
	if ok && x.Unit.To != 0 {
		rest, ok = fields(rest, x.Unit.From, x.Unit.To)
	}
	if partAt(lastOf(x.Unit)) == len(intervalParts)-1 && strings.HasPrefix(rest, ".") {
		behind, after, some := digits(rest[1:])
		ok, rest = ok && some && len(behind) <= fraction, after
	}
	switch {
	case !ok || rest != "":
		b.report(LiteralText, s.Loc, "%q is no interval %s", s.Value, unitsOf(x.Unit)).Help = "it is written as INTERVAL '" + sample(x.Unit) + "' " + unitsOf(x.Unit)
	case len(strings.TrimLeft(whole, "0")) > first:
		b.report(LiteralText, s.Loc, "an interval of %s has %d digits at most, %q has more", x.Unit.From, first, s.Value).Help = "write " + x.Unit.From.String() + "(" + strconv.Itoa(len(whole)) + ")"
	}
}

// precisions are the digits of the first field and of fractions of a second.
func precisions(u ast.TimeUnit) (first, fraction int) {
	first, fraction = 2, 6
	whole, behind, two := strings.Cut(u.Precision, ",")
	if n, err := strconv.Atoi(strings.TrimSpace(whole)); err == nil {
		first = n
	}
	if !two {
		behind = u.Fraction
	}
	if n, err := strconv.Atoi(strings.TrimSpace(behind)); err == nil {
		fraction = n
	}
	return first, fraction
}

// digits cuts the number at the beginning of a text.
func digits(text string) (number, rest string, ok bool) {
	rest = strings.TrimLeft(text, "0123456789")
	number = text[:len(text)-len(rest)]
	return number, rest, number != ""
}

// fields cuts the fields behind the first one.
func fields(text string, from, to token.Kind) (rest string, ok bool) {
	for _, part := range intervalParts[partAt(from)+1 : partAt(to)+1] {
		if text == "" || text[0] != part.separator {
			return text, false
		}
		number, after, found := digits(text[1:])
		if n, err := strconv.Atoi(number); !found || err != nil || len(number) > 2 || n > part.most {
			return text, false
		}
		text = after
	}
	return text, true
}

// partAt is the index of a unit among the fields, -1 for units that stand alone. DAYS is DAY.
func partAt(unit token.Kind) int {
	name := strings.TrimSuffix(unit.String(), "S")
	return slices.IndexFunc(intervalParts[:], func(p intervalPart) bool { return p.unit.String() == name })
}

func lastOf(u ast.TimeUnit) token.Kind {
	if u.To != 0 {
		return u.To
	}
	return u.From
}

// unitsOf writes the units of an interval.
func unitsOf(u ast.TimeUnit) string {
	if u.To == 0 {
		return u.From.String()
	}
	return u.From.String() + " TO " + u.To.String()
}

// sample writes an interval that has the units.
func sample(u ast.TimeUnit) string {
	text := []byte("1")
	if u.To != 0 {
		for _, part := range intervalParts[partAt(u.From)+1 : partAt(u.To)+1] {
			text = append(text, part.separator, '1')
		}
	}
	return string(text)
}
