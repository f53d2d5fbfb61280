// Binding of functions in FROM.

package bind

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

// The columns that a window table function adds.
const (
	windowStart = "window_start"
	windowEnd   = "window_end"
	windowTime  = "window_time"
)

var windowFunctions = map[string]bool{"TUMBLE": true, "HOP": true, "CUMULATE": true, "SESSION": true}

// tableArgs are the arguments of a function in FROM, sorted out.
type tableArgs struct {
	tables     []Rel
	partition  []*Column
	descriptor []ast.Ident
	values     []Expr
	table      *ast.TableArg
}

func (b *binder) tableFunction(t *ast.TableFunction, left *scope) Rel {
	if t.Call == nil {
		return &Unknown{shape: shape{loc: t.Loc}}
	}
	name := fold(t.Call.Name.Text())
	args := b.tableArgs(t.Call.Args, left)
	if windowFunctions[name] && b.session.call(parts(&t.Call.Name)) == nil {
		return b.window(name, t, args)
	}
	f := &Function{Call: &Call{Name: t.Call.Name.Text(), Args: args.values}, Tables: args.tables}
	f.loc, f.Call.loc = t.Loc, t.Call.Loc
	b.identify(f.Call, &t.Call.Name)
	if k := f.Call.Kind; k == catalog.Scalar || k == catalog.Aggregate || k == catalog.Ranking {
		b.report(MisusedFunction, t.Call.Name.Loc, "%s is no function of tables", f.Call.Name)
	}
	if len(args.tables) > 0 && name == "ML_PREDICT" {
		f.columns = fresh(args.tables[0].Columns())
	}
	return f
}

func (b *binder) tableArgs(list []ast.Expr, left *scope) *tableArgs {
	a := &tableArgs{}
	for _, x := range list {
		if named, ok := x.(*ast.NamedArg); ok {
			x = named.Value
		}
		switch x := x.(type) {
		case *ast.TableArg:
			b.tableArg(a, x, left)
		case *ast.Subquery:
			a.tables = append(a.tables, b.query(x.Query, left.parent))
		case *ast.Call:
			if fold(x.Name.Text()) == "DESCRIPTOR" {
				for _, d := range x.Args {
					if c, ok := d.(*ast.ColumnRef); ok {
						a.descriptor = append(a.descriptor, c.Parts[len(c.Parts)-1])
					}
				}
				continue
			}
			a.values = append(a.values, b.expr(&env{scope: left}, x))
		case *ast.ModelArg:
		default:
			a.values = append(a.values, b.expr(&env{scope: left}, x))
		}
	}
	return a
}

func (b *binder) tableArg(a *tableArgs, x *ast.TableArg, left *scope) {
	var rel Rel
	switch {
	case x.Table != nil:
		rel, _ = b.table(&ast.Table{Loc: x.Loc, Name: *x.Table})
	case x.Query != nil:
		rel = b.query(x.Query, left.parent)
	default:
		a.values = append(a.values, b.expr(&env{scope: left}, x.Value))
		return
	}
	a.tables = append(a.tables, rel)
	a.table = x
	if x.PartitionBy == nil {
		return
	}
	sc := single(rel, "", nil)
	for _, n := range x.PartitionBy.Items {
		if r, ok := b.resolve(sc, &ast.ColumnRef{Loc: n.Loc, Parts: []ast.Ident{n}}).(*Ref); ok {
			a.partition = append(a.partition, r.Column)
		}
	}
}

// window binds a window table function. Its columns are those of its input and three more.
func (b *binder) window(name string, t *ast.TableFunction, args *tableArgs) Rel {
	w := &Window{Name: name, PartitionBy: args.partition, Args: args.values}
	w.loc = t.Loc
	if len(args.tables) == 0 {
		return &Unknown{shape: shape{loc: t.Loc}}
	}
	w.Input = args.tables[0]
	b.windowArgs(w, t)
	w.columns = slices.Clone(w.Input.Columns())
	time := types.Sized(types.Timestamp, 3).Required()
	attribute := types.Rowtime
	var source []Expr
	if len(args.descriptor) > 0 {
		d := args.descriptor[0]
		sc := single(w.Input, "", nil)
		if r, ok := b.resolve(sc, &ast.ColumnRef{Loc: d.Loc, Parts: []ast.Ident{d}}).(*Ref); ok {
			w.Time = r.Column
			w.columns = slices.Clone(w.Input.Columns())
			source = []Expr{r}
			if of := r.Column.Type; of.Known() && !of.In(types.Timestamps) {
				b.report(ArgumentTypes, d.Loc, "%s takes a TIMESTAMP column, %q is %s", name, d.Name, of)
			} else if of.Known() {
				time = r.Column.Type
				time.NotNull = true
			}
			attribute = r.Column.Attribute
		}
	}
	bound := time
	if bound.Root == types.TimestampLTZ {
		bound = types.Sized(types.Timestamp, 3).Required()
	}
	for _, c := range []struct {
		name      string
		typ       types.Type
		attribute types.Attribute
	}{{windowStart, bound, types.Regular}, {windowEnd, bound, types.Regular}, {windowTime, time, attribute}} {
		value := &Call{node: node{typ: c.typ, loc: t.Loc}, Name: strings.ToUpper(c.name), Kind: catalog.Scalar, Args: source}
		w.columns = append(w.columns, &Column{Name: c.name, Type: c.typ, Attribute: c.attribute, Value: value})
	}
	return w
}

// windowSizes is how many intervals a window has at least; one more is an offset, which SESSION does not have.
var windowSizes = map[string]int{"TUMBLE": 1, "HOP": 2, "CUMULATE": 2, "SESSION": 1}

// windowArgs checks the intervals of a window.
func (b *binder) windowArgs(w *Window, t *ast.TableFunction) {
	least := windowSizes[w.Name]
	if n := len(w.Args); n < least || n > least+1 {
		b.report(ArgumentCount, t.Call.Loc, "%s takes %s behind the table and the descriptor, here are %d", w.Name, plural(least, "interval"), n)
		return
	}
	for _, arg := range w.Args {
		if of := arg.Type(); of.Known() && !of.In(types.Intervals) {
			b.report(ArgumentTypes, arg.Place(), "%s takes intervals, not %s", w.Name, of)
		}
	}
}
