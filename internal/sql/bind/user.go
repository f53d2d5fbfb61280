// Calls of functions of users whose classes are at hand.

package bind

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
	"github.com/autostream/autostream/internal/sql/udf"
)

// ClassPath returns the classes that a function sees: those of the job, and those of the jars that USING JAR names.
type ClassPath func(using []string) udf.Classes

// inspect looks at the class of a function. It is nil when nothing is known of it.
func (s *Session) inspect(r *Routine) *catalog.UserFunction {
	at := s
	for at != nil && at.Classes == nil {
		at = at.parent
	}
	if at == nil || r.Class == "" || r.Language != 0 && r.Language != token.JAVA && r.Language != token.SCALA {
		return nil
	}
	using := slices.Clone(s.jars)
	for _, resource := range r.Syntax.Using {
		using = append(using, resource.Path.Value)
	}
	return udf.Inspect(r.Class, at.Classes(using))
}

// fit says how well an argument goes with a parameter.
type fit uint8

const (
	never fit = iota // Flink refuses it
	maybe            // not enough is known
	casts            // after a cast that Flink adds
	exact
)

// fits tells how an argument goes with the type of a parameter. NULL in a nullable column is no value of a primitive type;
// of what is computed we do not claim to know that well whether it may be NULL.
func fits(arg Expr, want types.Type) fit {
	got := arg.Type()
	switch {
	case !want.Known():
		return casts
	case !got.Known() || got.Root == types.Null || got.Root == types.Symbol:
		return maybe
	case !types.CastsImplicitly(got, want):
		return never
	case want.NotNull && !got.NotNull:
		if nullable(arg) {
			return never
		}
		return maybe
	case types.Equal(got, want):
		return exact
	case types.Same(got, want):
		return casts
	case got.In(types.Constructed) || want.In(types.Constructed) || got.Root != want.Root && !(got.In(plain) && want.In(plain)):
		return maybe // what is inside may be nullable or of another class
	}
	return casts
}

// plain are the types whose casts are known to the last.
const plain = types.Numeric | types.Characters | types.BinaryFamily | types.Datetimes

// nullable reports whether a value surely may be NULL: it is a column that a table stores, declared without NOT NULL.
func nullable(e Expr) bool {
	r, ok := e.(*Ref)
	for ok && !r.Column.Type.NotNull {
		if _, stored := r.Column.Value.(*TableColumn); stored {
			return true
		}
		r, ok = r.Column.Value.(*Ref)
	}
	return false
}

// choice is what can be said about the way in which a call is meant.
type choice struct {
	overload *catalog.Overload // the one that Flink takes; nil when that is not known
	result   types.Type        // what all that it may take agree on
	refused  bool              // it takes none
}

// choose goes as Flink does: an overload that needs no cast, else the first that does with casts.
func choose(overloads []catalog.Overload, args []Expr) choice {
	var best *catalog.Overload
	var open []types.Type // results of what may be meant
	sure := true
	for i := range overloads {
		o := &overloads[i]
		if !o.Takes(len(args)) {
			continue
		}
		worst := exact
		for n, arg := range args {
			worst = min(worst, fits(arg, o.Param(n).Type))
		}
		switch {
		case worst == never:
			continue
		case worst == exact:
			return choice{overload: o, result: o.Result}
		case worst == maybe:
			sure = false // it may need no cast at all
		case best == nil:
			best = o
		}
		open = append(open, o.Result)
	}
	if len(open) == 0 {
		return choice{refused: true}
	}
	if best != nil && sure {
		return choice{overload: best, result: best.Result}
	}
	for _, t := range open[1:] {
		if !types.Equal(t, open[0]) {
			return choice{}
		}
	}
	return choice{result: open[0]}
}

// finishUser checks a call of a function of a user and gives it its type.
func (b *binder) finishUser(c *Call) {
	if len(c.User.Overloads) == 0 || c.Star || c.named {
		return
	}
	chosen := choose(c.User.Overloads, c.Args)
	c.typ = chosen.result
	if !chosen.refused {
		return
	}
	counts := false
	var ways []string
	for i := range c.User.Overloads {
		o := &c.User.Overloads[i]
		counts = counts || o.Takes(len(c.Args))
		ways = append(ways, c.Name+o.String())
	}
	help := "its class has " + strings.Join(ways, " and ")
	if !counts {
		b.report(ArgumentCount, c.loc, "%s does not take %s", c.Name, plural(len(c.Args), "argument")).Help = help
		return
	}
	b.report(ArgumentTypes, c.loc, "%s does not take (%s)", c.Name, list(typesOf(c.Args))).Help = help
}

// processes is the release that has process table functions of users.
const processes = token.V2_1

// placeUser reports a function of a user that does not work where it stands.
func (b *binder) placeUser(c *Call) {
	switch c.User.Kind {
	case catalog.TableValued, catalog.TableFunc:
		b.report(MisusedFunction, c.loc, "%s is a function of tables, and stands in FROM", c.Name).Help = "write FROM …, LATERAL TABLE(" + c.Name + "(…))"
	case catalog.Scalar:
		if c.Filter != nil {
			b.report(MisusedFunction, c.loc, "FILTER belongs to an aggregate function, %s is none", c.Name)
		}
	}
}

// rowColumns returns columns for the rows of a table function: the fields of a row, or one without a name. There are none
// when the type is not known.
func rowColumns(of types.Type, value Expr) []*Column {
	if !of.Known() {
		return nil
	}
	if of.Root != types.Row && of.Root != types.Structured {
		return []*Column{{Name: unnamed(0), Type: of, Value: value}}
	}
	var columns []*Column
	for _, f := range of.Fields() {
		columns = append(columns, &Column{Name: f.Name, Type: f.Type, Value: value})
	}
	return columns
}
