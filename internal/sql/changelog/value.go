// Expressions over the columns of an operator's input.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Value is an expression over the columns of an input. Only what decides on operators is kept of it: which columns it
// reads, whether it passes one on, and what it compares.
type Value struct {
	Expr      bind.Expr // as bound; nil for what the planner adds
	Input     int       // the column that it passes on; none for a computed value
	Cast      bool      // it passes the column on through a cast that loses nothing
	Uses      []int     // the columns that it reads, ascending; one of an enclosing query is below none
	Type      types.Type
	Attribute types.Attribute
	Compare   *Comparison  // of a condition that compares, else nil
	Unstable  bool         // another value each time it is computed
	async     []*bind.Call // of asynchronous functions of users
	Marks     bool         // it makes the column a rowtime attribute, for a source that assigns the watermark below
}

// Comparison is a condition of two sides. Right has no expression where Op takes one operand.
type Comparison struct {
	Op          string // =, <>, <, <=, >, >=, or the name of another test that NULL does not pass, such as IS NOT NULL
	Left, Right Value
}

// none is the number of no column. A column of an enclosing query has the number none-1 minus its own.
const none = -1

func outerColumn(i int) int { return none - 1 - i }

// pass is the value of a column.
func pass(row []Field, i int) Value {
	return Value{Input: i, Uses: []int{i}, Type: row[i].Type, Attribute: row[i].Attribute}
}

// passAll is the values of all columns.
func passAll(row []Field) []Value {
	values := make([]Value, len(row))
	for i := range row {
		values[i] = pass(row, i)
	}
	return values
}

// passes reports whether the value is the column itself.
func (v *Value) passes(i int) bool { return v.Input == i && !v.Cast }

// correlated reports whether the value reads a column of an enclosing query.
func (v *Value) correlated() bool { return len(v.Uses) > 0 && v.Uses[0] < none }

// moved returns the value with other numbers for its columns.
func (v Value) moved(to func(int) int) Value {
	if v.Input != none {
		v.Input = to(v.Input)
	}
	uses := make([]int, len(v.Uses))
	for i, u := range v.Uses {
		uses[i] = to(u)
	}
	v.Uses = union(nil, uses)
	if v.Compare != nil {
		v.Compare = &Comparison{Op: v.Compare.Op, Left: v.Compare.Left.moved(to), Right: v.Compare.Right.moved(to)}
	}
	return v
}

// without returns the value with a constant in place of a column.
func (v Value) without(column int) Value {
	if v.Input == column {
		v.Input, v.Cast = none, false
	}
	v.Uses = slices.DeleteFunc(slices.Clone(v.Uses), func(u int) bool { return u == column })
	return v
}

// through returns the value over the input of a program of which it reads the output.
func (v Value) through(p *Program) Value {
	if v.Input >= 0 {
		below := p.Values[v.Input]
		if !v.Cast {
			below.Attribute = v.Attribute
			below.Marks = below.Marks || v.Marks
			if below.Expr == nil {
				below.Expr = v.Expr
			}
			return below
		}
		if below.Input != none {
			v.Input = below.Input
		} else {
			v.Input, v.Cast = none, false
		}
	}
	var uses []int
	for _, u := range v.Uses {
		if u < 0 {
			uses = union(uses, []int{u})
			continue
		}
		uses = union(uses, p.Values[u].Uses)
		v.Unstable = v.Unstable || p.Values[u].Unstable
		v.async = joinCalls(v.async, p.Values[u].async)
	}
	v.Uses = uses
	if v.Compare != nil {
		v.Compare = &Comparison{Op: v.Compare.Op, Left: v.Compare.Left.through(p), Right: v.Compare.Right.through(p)}
	}
	return v
}

// union merges two sets of numbers into a new, ascending one.
func union(a, b []int) []int {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// contains reports whether all of b are in a.
func contains(a, b []int) bool {
	for _, x := range b {
		if !slices.Contains(a, x) {
			return false
		}
	}
	return true
}

func shifted(by int) func(int) int {
	return func(i int) int {
		if i < 0 {
			return i
		}
		return i + by
	}
}

// usesOf is the columns that any of the values read.
func usesOf(lists ...[]Value) []int {
	var uses []int
	for _, values := range lists {
		for i := range values {
			uses = append(uses, values[i].Uses...)
		}
	}
	return union(nil, uses)
}

// equation returns the columns that a condition over two inputs sets equal, that of the left one first.
func equation(c *Value, width int) (left, right int, ok bool) {
	if c.Compare == nil || c.Compare.Op != "=" || c.Compare.Left.Input < 0 || c.Compare.Right.Input < 0 {
		return 0, 0, false
	}
	l, r := c.Compare.Left.Input, c.Compare.Right.Input
	if l > r {
		l, r = r, l
	}
	if l >= width || r < width {
		return 0, 0, false
	}
	return l, r - width, true
}

// keepsKeys reports whether a cast gives different values for different values. Up to 2.2 Flink asks whether the cast is an
// implicit one, from 2.3 on whether it is injective (LogicalTypeCasts).
func (o *options) keepsKeys(from, to types.Type) bool {
	if o.Release >= token.V2_3 {
		return injective(from, to)
	}
	return keepsKeys(from, to)
}

func keepsKeys(from, to types.Type) bool {
	return from.Known() && to.Known() && types.CastsImplicitly(from, to)
}

// injective reports whether no two values become one. Numbers, times and truth values do so as text that is long enough.
func injective(from, to types.Type) bool {
	text, whole := to.In(types.Characters), from.Root >= types.TinyInt && from.Root <= types.BigInt
	switch {
	case !from.Known() || !to.Known():
		return false
	case from.In(types.Characters) && text:
		return to.Precision >= from.Precision && (from.Root == types.Char || to.Root == types.Varchar)
	case text:
		length := textLength(from)
		return length > 0 && to.Precision >= length
	case whole && to.Root >= types.TinyInt && to.Root <= types.BigInt:
		return from.Root <= to.Root
	case isTimestamp(from) && isTimestamp(to):
		return from.Precision == to.Precision
	}
	return types.Same(from, to)
}

func isTimestamp(t types.Type) bool { return t.Root == types.Timestamp || t.Root == types.TimestampLTZ }

// textLength is how many characters the values of a type take at most, 0 where two values may have the same text.
func textLength(t types.Type) int32 {
	switch t.Root {
	case types.Boolean:
		return 5
	case types.TinyInt:
		return 4
	case types.SmallInt:
		return 6
	case types.Integer:
		return 11
	case types.BigInt:
		return 20
	case types.Float:
		return 15
	case types.Double:
		return 24
	case types.Date:
		return 10
	case types.Time:
		return 8 + fraction(t)
	case types.Timestamp, types.TimestampLTZ:
		return 19 + fraction(t)
	}
	return 0
}

// fraction is the length of the fractional seconds with their point.
func fraction(t types.Type) int32 {
	if t.Precision == 0 {
		return 0
	}
	return 1 + t.Precision
}

// restored returns the value that a cast there and back gives again: a number that was text in between.
func restored(e *bind.Cast) bind.Expr {
	inner, ok := e.X.(*bind.Cast)
	if !ok || e.Try || inner.Try || !inner.Type().In(types.Characters) {
		return nil
	}
	from := inner.X.Type()
	if whole := from.Root >= types.TinyInt && from.Root <= types.BigInt; whole && types.Same(from, e.Type()) && injective(from, inner.Type()) {
		return inner.X
	}
	return nil
}

// simplified returns x of x + 0, x - 0, x * 1 and x / 1 of whole numbers, as RexSimplify does; nil for other expressions.
func simplified(e bind.Expr) bind.Expr {
	c, ok := e.(*bind.Call)
	if !ok || !c.Infix || len(c.Args) != 2 || c.Args[0].Type().Root != c.Type().Root || !c.Type().In(types.Integers) {
		return nil
	}
	neutral, ok := map[string]string{"+": "0", "-": "0", "*": "1", "/": "1"}[c.Name]
	if l, literal := c.Args[1].(*bind.Literal); ok && literal && l.Text == neutral {
		return c.Args[0]
	}
	return nil
}
