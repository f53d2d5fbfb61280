// What functions ask of their arguments beyond their signatures.

package bind

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/types"
)

// argumentChecks say what is wrong with the arguments of a call that has a signature, "" for nothing. They follow the input
// type strategies of BuiltInFunctionDefinitions.
var argumentChecks = map[string]func([]Expr) string{
	"NULLIF": func(args []Expr) string {
		a, b := args[0].Type(), args[1].Type()
		if types.Ordered(a, b) || a.Root == b.Root {
			return ""
		}
		return fmt.Sprintf("cannot compare %s with %s", a, b)
	},
	"EXTRACT":           unitOfInterval,
	"ARRAY_CONTAINS":    element,
	"ARRAY_POSITION":    element,
	"ARRAY_REMOVE":      element,
	"ARRAY_APPEND":      element,
	"ARRAY_PREPEND":     element,
	"ARRAY_EXCEPT":      sameArrays,
	"ARRAY_INTERSECT":   sameArrays,
	"ARRAY_JOIN":        joinable,
	"ARRAY_MAX":         orderable,
	"ARRAY_MIN":         orderable,
	"ARRAY_SORT":        orderable,
	"ARRAY_SLICE":       sliced,
	"BITMAP_BUILD":      bits,
	"TYPEOF":            literalAt(1),
	"LISTAGG":           literalAt(1),
	"NTILE":             literalAt(0),
	"PERCENTILE":        percentage,
	"IF":                plainBranches,
	"CURRENT_WATERMARK": rowtime,
}

// unitOfInterval: YEAR is no part of an interval of days.
func unitOfInterval(args []Expr) string {
	unit := strings.ToUpper(text(args[0]))
	months := unit == "YEAR" || unit == "QUARTER" || unit == "MONTH"
	switch t := args[1].Type(); {
	case t.Root == types.DayTime && months, t.Root == types.YearMonth && !months:
		return fmt.Sprintf("cannot take the %s of %s", unit, t)
	}
	return ""
}

// element: the second argument goes into the array, or is looked for in it.
func element(args []Expr) string {
	elem, of := args[0].Type().Elem(), args[1].Type()
	if of.Root == types.Null || !elem.Known() || types.CastsImplicitly(of, elem) {
		return ""
	}
	return fmt.Sprintf("takes a %s for an array of them, not %s", elem.Nullable(), of)
}

func sameArrays(args []Expr) string {
	if _, ok := types.Merge(typesOf(args)...); !ok {
		return "takes arrays of one type, not " + list(typesOf(args))
	}
	return ""
}

func joinable(args []Expr) string {
	if elem := args[0].Type().Elem(); elem.Known() && elem.Root != types.Null && !elem.In(types.Characters) {
		return fmt.Sprintf("joins strings, not %s", elem)
	}
	return ""
}

func orderable(args []Expr) string {
	if elem := args[0].Type().Elem(); elem.In(types.Constructed) {
		return fmt.Sprintf("cannot put %s in an order", elem)
	}
	return ""
}

func bits(args []Expr) string {
	if elem := args[0].Type().Elem(); elem.Known() && elem.Root != types.Null && !elem.In(types.Integers&^(1<<types.BigInt)) {
		return fmt.Sprintf("takes an array of INT, not of %s", elem)
	}
	return ""
}

func sliced(args []Expr) string {
	for _, arg := range args[1:] {
		if arg.Type().Root == types.BigInt {
			return "takes an INT as index, not BIGINT"
		}
	}
	return ""
}

// literalAt wants a constant.
func literalAt(i int) func([]Expr) string {
	return func(args []Expr) string {
		if i >= len(args) {
			return ""
		}
		if _, ok := args[i].(*Literal); ok || !args[i].Type().Known() {
			return ""
		}
		return "takes a literal as argument " + strconv.Itoa(i+1)
	}
}

// percentage wants literals from 0 to 1, or what is never NULL.
func percentage(args []Expr) string {
	shares := []Expr{args[1]}
	if c, ok := args[1].(*Call); ok && c.Name == "ARRAY" {
		shares = c.Args
	}
	for _, share := range shares {
		l, ok := share.(*Literal)
		if !ok {
			if t := share.Type(); t.Known() && !t.NotNull {
				return "takes percentages that are never NULL"
			}
			continue
		}
		if v, err := strconv.ParseFloat(l.Text, 64); err == nil && (v < 0 || v > 1) {
			return "takes percentages from 0 to 1"
		}
	}
	return ""
}

func plainBranches(args []Expr) string {
	for _, arg := range args[1:] {
		if t := arg.Type(); t.In(types.Constructed) {
			return fmt.Sprintf("does not choose between values of type %s: write CASE", t)
		}
	}
	return ""
}

// rowtime: a column as it is has to be a rowtime attribute. What is computed of one passes Flink's check.
func rowtime(args []Expr) string {
	if r, ok := args[0].(*Ref); ok && r.Column.Attribute != types.Rowtime && r.typ.Known() {
		return "takes a rowtime attribute, " + strconv.Quote(r.Column.Name) + " is none"
	}
	return ""
}
