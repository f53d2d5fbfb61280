// Walking bound expressions.

package bind

import "github.com/autostream/autostream/internal/sql/types"

// Operands calls yield for every expression directly below e: not for the values of the columns it refers to, nor for the
// relation of a subquery.
func Operands(e Expr, yield func(Expr) bool) {
	each(e, func(x *Expr) bool { return yield(*x) })
}

// Walk calls visit for e and, while visit returns true, for what is below it.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	each(e, func(x *Expr) bool {
		Walk(*x, visit)
		return true
	})
}

// each calls yield for the places of the operands of e.
func each(e Expr, yield func(*Expr) bool) bool {
	switch e := e.(type) {
	case *Call:
		return eachOf(e.Args, yield) && one(&e.Filter, yield) && eachKey(e.OrderBy, yield) &&
			(e.Over == nil || eachOf(e.Over.PartitionBy, yield) && eachKey(e.Over.OrderBy, yield))
	case *Cast:
		return one(&e.X, yield)
	case *Case:
		return eachOf(e.Conditions, yield) && eachOf(e.Results, yield) && one(&e.Else, yield)
	case *Field:
		return one(&e.X, yield)
	case *Subquery:
		return eachOf(e.Operands, yield)
	}
	return true
}

func one(x *Expr, yield func(*Expr) bool) bool { return *x == nil || yield(x) }

func eachOf(list []Expr, yield func(*Expr) bool) bool {
	for i := range list {
		if !one(&list[i], yield) {
			return false
		}
	}
	return true
}

func eachKey(keys []SortKey, yield func(*Expr) bool) bool {
	for i := range keys {
		if !one(&keys[i].Expr, yield) {
			return false
		}
	}
	return true
}

// rewrite returns e with parts replaced: where change returns an expression it stands instead, else the operands are
// looked at. e itself is not changed.
func rewrite(e Expr, change func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	if r := change(e); r != nil {
		return r
	}
	e = shallow(e)
	each(e, func(x *Expr) bool {
		*x = rewrite(*x, change)
		return true
	})
	return e
}

// shallow copies an expression and its lists, so that the operands can be replaced.
func shallow(e Expr) Expr {
	switch e := e.(type) {
	case *Call:
		c := *e
		c.Args, c.OrderBy = append([]Expr(nil), e.Args...), append([]SortKey(nil), e.OrderBy...)
		if e.Over != nil {
			over := *e.Over
			over.PartitionBy, over.OrderBy = append([]Expr(nil), over.PartitionBy...), append([]SortKey(nil), over.OrderBy...)
			c.Over = &over
		}
		return &c
	case *Cast:
		c := *e
		return &c
	case *Case:
		c := *e
		c.Conditions, c.Results = append([]Expr(nil), e.Conditions...), append([]Expr(nil), e.Results...)
		return &c
	case *Field:
		c := *e
		return &c
	case *Subquery:
		c := *e
		c.Operands = append([]Expr(nil), e.Operands...)
		return &c
	}
	return e
}

// Same reports whether two expressions are written alike over the same columns.
func Same(a, b Expr) bool {
	switch a := a.(type) {
	case *Ref:
		b, ok := b.(*Ref)
		return ok && a.Column == b.Column
	case *Literal:
		b, ok := b.(*Literal)
		return ok && a.Text == b.Text
	case *Call:
		b, ok := b.(*Call)
		if !ok || a.Name != b.Name || a.Star != b.Star || a.Distinct != b.Distinct || (a.Over == nil) != (b.Over == nil) {
			return false
		}
	case *Cast:
		b, ok := b.(*Cast)
		if !ok || !types.Same(a.typ, b.typ) {
			return false
		}
	case *Case:
		b, ok := b.(*Case)
		if !ok || len(a.Conditions) != len(b.Conditions) {
			return false
		}
	case *Field:
		b, ok := b.(*Field)
		if !ok || a.Name != b.Name {
			return false
		}
	default:
		return a == b
	}
	return sameOperands(a, b)
}

func sameOperands(a, b Expr) bool {
	var left, right []Expr
	Operands(a, func(x Expr) bool { left = append(left, x); return true })
	Operands(b, func(x Expr) bool { right = append(right, x); return true })
	if len(left) != len(right) {
		return false
	}
	for i := range left {
		if !Same(left[i], right[i]) {
			return false
		}
	}
	return true
}
