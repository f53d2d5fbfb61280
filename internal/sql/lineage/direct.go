// Where values come from.

package lineage

import (
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
)

// flow is where a value comes from and what is done to it on the way.
type flow struct {
	sources
	subtype Subtype
	counted bool // a value that comes from no column, such as COUNT(*), is an aggregation
}

// kind is what is done to the columns that the value comes from; without such columns, what it is.
func (f *flow) kind() Subtype {
	if f.counted && len(f.sources) == 0 {
		return Aggregation
	}
	return f.subtype
}

// tracer follows columns down. It remembers what it has found, so that a shared view is followed once.
type tracer struct {
	flows      map[*bind.Column]flow
	influences map[bind.Rel]influence
	texts      map[*bind.Column]string
	tables     map[*bind.Table]known
}

func newTracer() *tracer {
	return &tracer{
		flows: map[*bind.Column]flow{}, influences: map[bind.Rel]influence{},
		texts: map[*bind.Column]string{}, tables: map[*bind.Table]known{},
	}
}

// column returns the flow of a column. A column that comes to itself, in a recursive query, adds nothing.
func (t *tracer) column(c *bind.Column) flow {
	if f, ok := t.flows[c]; ok {
		return f
	}
	t.flows[c] = flow{subtype: Identity}
	f := t.expr(c.Value)
	t.flows[c] = f
	return f
}

func (t *tracer) expr(e bind.Expr) flow {
	f := flow{subtype: Identity}
	switch e := e.(type) {
	case *bind.Ref:
		return t.column(e.Column)
	case *bind.TableColumn:
		f.sources = sources{{e.Table, e.Name}: {}}
	case *bind.Branches:
		f.subtype = Transformation
		for i, c := range e.Columns {
			branch := t.column(c)
			if len(f.sources) == 0 && len(branch.sources) > 0 || i == 0 {
				f.subtype = branch.subtype // constants of other branches do nothing to the values
			}
			if len(branch.sources) > 0 {
				f.merge(branch)
			}
		}
	case *bind.Subquery:
		f.subtype = Transformation
		if e.Kind == bind.Exists {
			return f
		}
		bind.Operands(e, t.into(&f))
		if columns := e.Rel.Columns(); len(columns) > 0 {
			f.merge(t.column(columns[0]))
		}
	case *bind.Call:
		t.call(e, &f)
	case *bind.Literal:
		f.subtype = Transformation
	case nil:
	default:
		f.subtype = Transformation
		bind.Operands(e, t.into(&f))
	}
	return f
}

// call follows the arguments. What only chooses or orders rows (FILTER, OVER, ORDER BY) is no value.
func (t *tracer) call(c *bind.Call, f *flow) {
	f.subtype = Transformation
	if c.Kind == catalog.Aggregate || c.Kind == catalog.Ranking || c.Over != nil {
		f.subtype = Aggregation
	}
	for _, arg := range c.Args {
		f.merge(t.expr(arg))
	}
}

func (t *tracer) into(f *flow) func(bind.Expr) bool {
	return func(e bind.Expr) bool {
		f.merge(t.expr(e))
		return true
	}
}

func (f *flow) merge(other flow) {
	f.sources.add(other.sources)
	if len(other.sources) == 0 {
		f.counted = f.counted || other.kind() == Aggregation
		return
	}
	if rank[other.subtype] > rank[f.subtype] {
		f.subtype = other.subtype
	}
}

var rank = map[Subtype]int{Identity: 0, Transformation: 1, Aggregation: 2}
