// Binding of process table functions: functions of users that read tables, since 2.1.

package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

// TableUse is a table that a process table function reads.
type TableUse struct {
	Rel       Rel
	Partition []*Column
	Param     *catalog.UserParam
}

// The arguments that every process table function has besides its own.
const (
	onTime = "on_time"
	uid    = "uid"
)

// process binds the arguments of a process table function and gives it its columns: the keys of its tables or, where it
// passes them through, all of their columns; what it emits itself; and the time when it is asked for.
func (b *binder) process(f *Function, args *tableArgs) {
	user := f.Call.User
	if b.session.Release < processes {
		b.report(MisusedFunction, f.Call.loc, "%s is a process table function, which Flink has since %s", f.Call.Name, processes)
		return
	}
	if b.out.Batch {
		b.report(MisusedFunction, f.Call.loc, "%s is a process table function, which runs over streams only", f.Call.Name)
		return
	}
	if len(user.Overloads) != 1 {
		return
	}
	o := &user.Overloads[0]
	f.Call.typ = o.Result
	given, ok := b.given(f.Call, o, args)
	if !ok {
		return
	}
	var columns []*Column
	for i := range o.Params {
		p := &o.Params[i]
		if arg := given[p.Name]; arg != nil && p.Table != catalog.NoTable {
			columns = append(columns, b.reads(f, p, arg, given[onTime])...)
		} else if arg != nil {
			b.scalar(f.Call, p, arg)
		}
	}
	b.togetherBy(f)
	b.identified(given[uid])
	rows := rowColumns(o.Result, f.Call)
	if len(rows) == 0 || slices.ContainsFunc(f.Uses, func(u TableUse) bool { return isOpen(u.Rel) }) {
		return
	}
	columns = append(columns, rows...)
	if at := given[onTime]; at != nil {
		columns = append(columns, b.onTime(f, at))
	}
	f.columns = unique(columns)
}

// given matches arguments with parameters, by name or by place; what Flink adds stands behind the others.
func (b *binder) given(c *Call, o *catalog.Overload, args *tableArgs) (map[string]*tableArg, bool) {
	names := make([]string, 0, len(o.Params)+2)
	for _, p := range o.Params {
		names = append(names, p.Name)
	}
	names = append(names, onTime, uid)
	given := map[string]*tableArg{}
	for i := range args.all {
		a := &args.all[i]
		switch {
		case a.name == "" && i < len(names):
			given[names[i]] = a
		case a.name == "":
			b.report(ArgumentCount, a.loc, "%s takes at most %s", c.Name, plural(len(names), "argument"))
			return nil, false
		default: // Flink does not mind names that no parameter has
			given[a.name] = a
		}
	}
	for _, p := range o.Params {
		if given[p.Name] == nil && !p.Optional {
			b.report(ArgumentCount, c.loc, "%s needs the argument %q", c.Name, p.Name)
			return nil, false
		}
	}
	return given, true
}

// reads binds a table that the function reads, and returns the columns of it that come out.
func (b *binder) reads(f *Function, p *catalog.UserParam, arg *tableArg, time *tableArg) []*Column {
	if arg.table == nil {
		b.report(ArgumentTypes, arg.loc, "%s takes a table for %q", f.Call.Name, p.Name).Help = "write " + p.Name + " => TABLE name"
		return nil
	}
	use := TableUse{Rel: arg.table, Partition: arg.partition, Param: p}
	f.Uses = append(f.Uses, use)
	partitioned := arg.syntax != nil && arg.syntax.PartitionBy != nil
	switch {
	case p.Table == catalog.RowSemantics && partitioned:
		b.report(ArgumentTypes, arg.loc, "%s reads %q row by row, so it cannot be partitioned", f.Call.Name, p.Name)
	case p.Table == catalog.SetSemantics && !partitioned && !p.Traits.Has(catalog.OptionalPartition):
		b.report(ArgumentTypes, arg.loc, "%s needs %q to be partitioned", f.Call.Name, p.Name).Help = "write " + p.Name + " => TABLE name PARTITION BY key"
	case arg.syntax != nil && len(arg.syntax.OrderBy) > 0:
		b.report(ArgumentTypes, arg.loc, "Flink does not order tables that are arguments")
	case p.Traits.Has(catalog.RequireOnTime) && time == nil:
		b.report(ArgumentCount, arg.loc, "%s needs the time of %q", f.Call.Name, p.Name).Help = "add on_time => DESCRIPTOR(column)"
	}
	b.shaped(f.Call, p, arg)
	if p.Traits.Has(catalog.PassThrough) {
		return fresh(arg.table.Columns())
	}
	return fresh(arg.partition)
}

// togetherBy checks that tables which are read together are partitioned alike.
func (b *binder) togetherBy(f *Function) {
	var first []*Column
	for _, use := range f.Uses {
		switch {
		case use.Param.Table != catalog.SetSemantics || len(use.Partition) == 0:
		case first == nil:
			first = use.Partition
		case !slices.EqualFunc(first, use.Partition, func(x, y *Column) bool {
			return !x.Type.Known() || !y.Type.Known() || types.CastsImplicitly(x.Type, y.Type) || types.CastsImplicitly(y.Type, x.Type)
		}):
			b.report(ArgumentTypes, f.Call.loc, "the tables of %s are partitioned by columns of the same types", f.Call.Name)
			return
		}
	}
}

// identified checks the name that the state of a function is known by.
func (b *binder) identified(arg *tableArg) {
	if arg == nil {
		return
	}
	l, ok := arg.value.(*Literal)
	if !ok || !l.Type().In(types.Characters) {
		return
	}
	text := strings.Trim(l.Text, "'")
	named := text != "" && strings.IndexFunc(text, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
	if !named || text[0] == '-' || text[0] >= '0' && text[0] <= '9' {
		b.report(ArgumentTypes, arg.loc, "uid begins with a letter and has letters, digits, - and _ only, not %s", l.Text)
	}
}

// shaped checks the columns of a table for a parameter that says which it wants.
func (b *binder) shaped(c *Call, p *catalog.UserParam, arg *tableArg) {
	want, have := p.Type.Fields(), arg.table.Columns()
	if !p.Type.Known() || len(have) == 0 || isOpen(arg.table) {
		return
	}
	wrong := len(want) != len(have)
	for i := range min(len(want), len(have)) {
		wrong = wrong || !types.CastsImplicitly(have[i].Type, want[i].Type)
	}
	if wrong {
		b.report(ArgumentTypes, arg.loc, "%s takes %q with the columns of %s", c.Name, p.Name, p.Type)
	}
}

// scalar checks an argument that is a value.
func (b *binder) scalar(c *Call, p *catalog.UserParam, arg *tableArg) {
	switch {
	case arg.value == nil:
		b.report(ArgumentTypes, arg.loc, "%s takes a value for %q", c.Name, p.Name)
	case fits(arg.value, p.Type) == never:
		b.report(ArgumentTypes, arg.loc, "%s takes %s for %q, not %s", c.Name, p.Type, p.Name, arg.value.Type())
	}
}

// onTime returns the column that carries the time of the first table that has the column named.
func (b *binder) onTime(f *Function, arg *tableArg) *Column {
	time := &Column{Name: "rowtime", Attribute: types.Rowtime, Value: f.Call}
	for _, name := range arg.descriptor {
		at := slices.IndexFunc(f.Uses, func(u TableUse) bool { return columnOf(u.Rel, name.Name) != nil })
		if at < 0 {
			b.report(UnknownColumn, name.Loc, "no table of %s has a column %q", f.Call.Name, name.Name)
			continue
		}
		c := columnOf(f.Uses[at].Rel, name.Name)
		if c.Type.Known() && (c.Type.Root != types.Timestamp && c.Type.Root != types.TimestampLTZ || c.Type.Precision > 3) {
			b.report(ArgumentTypes, name.Loc, "on_time takes a TIMESTAMP or TIMESTAMP_LTZ of precision 0 to 3, %q is %s", name.Name, c.Type)
			continue
		}
		if time.Type.Known() && time.Type.Root != c.Type.Root {
			b.report(ArgumentTypes, name.Loc, "the columns of on_time have one type, %q is %s", name.Name, c.Type)
		}
		time.Type, time.Value = c.Type.Required(), ref(c, name.Loc)
	}
	return time
}

func columnOf(rel Rel, name string) *Column {
	for _, c := range rel.Columns() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// unique numbers the names that come twice, as the planner does.
func unique(columns []*Column) []*Column {
	seen := map[string]bool{}
	for _, c := range columns {
		name := c.Name
		for n := 0; seen[c.Name]; n++ {
			c.Name = name + strconv.Itoa(n)
		}
		seen[c.Name] = true
	}
	return columns
}
