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
	all        []tableArg
	tables     []Rel
	partition  []*Column // of the last table
	descriptor []ast.Ident
	values     []Expr
}

// tableArg is one argument: a table, a DESCRIPTOR, a model or a value.
type tableArg struct {
	name       string // "" of one that is given by its place
	loc        ast.Loc
	table      Rel
	syntax     *ast.TableArg
	partition  []*Column
	descriptor []ast.Ident
	model      *ast.ModelArg
	value      Expr
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
	switch k := f.Call.Kind; {
	case k == catalog.Scalar || k == catalog.Aggregate || k == catalog.Ranking:
		b.report(MisusedFunction, t.Call.Name.Loc, "%s is no function of tables", f.Call.Name)
	case k == catalog.TableFunc && f.Call.User != nil:
		b.process(f, args)
	case k == catalog.TableValued && f.Call.User != nil:
		f.Call.named = slices.ContainsFunc(args.all, func(a tableArg) bool { return a.name != "" })
		b.finishUser(f.Call)
		f.columns = rowColumns(f.Call.typ, f.Call)
	case name == "ML_PREDICT" && f.Call.User == nil:
		b.predict(f, args)
	}
	return f
}

func (b *binder) tableArgs(list []ast.Expr, left *scope) *tableArgs {
	a := &tableArgs{}
	for _, x := range list {
		arg := b.tableArg(x, left)
		a.all = append(a.all, arg)
		switch {
		case arg.table != nil:
			a.tables = append(a.tables, arg.table)
			if arg.partition != nil {
				a.partition = arg.partition
			}
		case arg.value != nil:
			a.values = append(a.values, arg.value)
		}
		a.descriptor = append(a.descriptor, arg.descriptor...)
	}
	return a
}

func (b *binder) tableArg(x ast.Expr, left *scope) tableArg {
	at := x.Span()
	a := tableArg{loc: ast.Loc{Start: int32(at.Start), End: int32(at.End)}}
	if named, ok := x.(*ast.NamedArg); ok {
		a.name, x = named.Name.Name, named.Value
	}
	switch x := x.(type) {
	case *ast.TableArg:
		b.asTable(&a, x, left)
	case *ast.Subquery:
		a.table = b.query(x.Query, left.parent)
	case *ast.ModelArg:
		a.model = x
	case *ast.Call:
		if fold(x.Name.Text()) != "DESCRIPTOR" {
			a.value = b.expr(&env{scope: left}, x)
			break
		}
		a.descriptor = []ast.Ident{}
		for _, d := range x.Args {
			if c, ok := d.(*ast.ColumnRef); ok {
				a.descriptor = append(a.descriptor, c.Parts[len(c.Parts)-1])
			}
		}
	default:
		a.value = b.expr(&env{scope: left}, x)
	}
	return a
}

// asTable binds TABLE name or a query, and what it is partitioned by.
func (b *binder) asTable(a *tableArg, x *ast.TableArg, left *scope) {
	switch {
	case x.Table != nil:
		a.table, _ = b.table(&ast.Table{Loc: x.Loc, Name: *x.Table})
	case x.Query != nil:
		a.table = b.query(x.Query, left.parent)
	default:
		a.value = b.expr(&env{scope: left}, x.Value)
		return
	}
	a.syntax = x
	if x.PartitionBy == nil {
		return
	}
	sc := single(a.table, "", nil)
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
		if len(args.all) > 0 && args.all[0].descriptor != nil {
			b.report(ArgumentCount, t.Call.Loc, "%s takes a table before the descriptor", name)
		}
		return &Unknown{shape: shape{loc: t.Loc}}
	}
	w.Input = args.tables[0]
	b.windowArgs(w, t)
	b.windowForm(name, t, args)
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
	most := least + 1
	if w.Name == "SESSION" {
		most = least
	}
	if n := len(w.Args); n < least || n > most {
		b.report(ArgumentCount, t.Call.Loc, "%s takes %s behind the table and the descriptor, here are %d", w.Name, plural(least, "interval"), n)
		return
	}
	for _, arg := range w.Args {
		if of := arg.Type(); of.Known() && !of.In(types.Intervals) {
			b.report(ArgumentTypes, arg.Place(), "%s takes intervals, not %s", w.Name, of)
		}
	}
}

// windowParams are the parameters of window table functions, as their named form writes them.
var windowParams = map[string][]string{
	"TUMBLE": {"DATA", "TIMECOL", "SIZE", "OFFSET"}, "HOP": {"DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"},
	"CUMULATE": {"DATA", "TIMECOL", "STEP", "SIZE", "OFFSET"}, "SESSION": {"DATA", "TIMECOL", "GAP"},
}

// windowForm checks how the arguments of a window are written: all by position or all by name, the table first.
func (b *binder) windowForm(name string, t *ast.TableFunction, args *tableArgs) {
	for i, a := range args.all {
		if x := a.syntax; x != nil && (x.PartitionBy != nil && name != "SESSION" || x.OrderBy != nil) {
			without := "PARTITION BY and ORDER BY"
			if name == "SESSION" {
				without = "ORDER BY"
			}
			b.report(MisusedFunction, x.Loc, "%s takes its table without %s", name, without)
		}
		switch {
		case (a.name == "") != (args.all[0].name == ""):
			b.report(MisusedFunction, a.loc, "%s takes all its arguments by position, or all by name", name)
			return
		case a.name != "" && !slices.Contains(windowParams[name], a.name):
			suggest(b.report(MisusedFunction, a.loc, "%s has no parameter %s", name, a.name), name, a.name, windowParams[name])
			return
		case a.name != "" && i == 0 && a.name != "DATA":
			b.report(MisusedFunction, a.loc, "%s takes DATA first", name)
			return
		case a.name == "" && i == 1 && a.descriptor == nil:
			b.report(MisusedFunction, a.loc, "%s takes the DESCRIPTOR of its time column second", name)
			return
		}
	}
	descriptors := 0
	for _, a := range args.all {
		if a.descriptor != nil {
			descriptors++
		}
	}
	switch {
	case descriptors > 1:
		b.report(ArgumentCount, t.Call.Loc, "%s takes one DESCRIPTOR, that of its time column", name).Help = "SESSION is partitioned by its table: TABLE t PARTITION BY key"
	case len(args.descriptor) == 0:
		b.report(ArgumentCount, t.Call.Loc, "%s needs the DESCRIPTOR of a time column", name)
	}
}
