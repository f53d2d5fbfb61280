// Types of the results of built-in functions.

package bind

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// finish checks the arguments of a call and gives it the type of its result.
func (b *binder) finish(c *Call) {
	if c.User != nil {
		b.finishUser(c)
		return
	}
	f := catalog.LookupFunction(c.Name)
	if f == nil || c.Kind != f.Kind {
		return
	}
	if f.Typed {
		b.typed(c.Args...)
	}
	args := typesOf(c.Args)
	if c.Star {
		args = append(args, types.Int.Required())
	}
	special := specialResults[f.Name]
	if special != nil {
		c.typ = special(args)
	}
	if len(f.Signatures) == 0 {
		return
	}
	s := f.Signature(args)
	if s == nil {
		b.refuse(c, f, args)
		return
	}
	switch check := argumentChecks[f.Name]; {
	case !s.Result.Agrees(args):
		b.report(ArgumentTypes, c.loc, "the arguments of %s have no common type: %s", f.Name, list(args))
	case (f.Name == "FIRST_VALUE" || f.Name == "LAST_VALUE") && b.session.Release < token.V2_0 && !b.declares && args[0].In(types.Collections):
		b.report(ArgumentTypes, c.loc, "%s does not take %s before Flink 2.0", f.Name, args[0])
	case check != nil:
		if problem := check(c.Args); problem != "" {
			b.report(ArgumentTypes, c.loc, "%s %s", f.Name, problem)
		}
	}
	if special == nil {
		c.typ = s.Result.Of(args)
	}
}

// refuse says why no signature takes the arguments.
func (b *binder) refuse(c *Call, f *catalog.Function, args []types.Type) {
	counts := false
	for _, s := range f.Signatures {
		counts = counts || s.TakesCount(len(args))
	}
	if !counts {
		b.report(ArgumentCount, c.loc, "%s does not take %s", f.Name, plural(len(args), "argument")).Help = usage(f)
		return
	}
	b.report(ArgumentTypes, c.loc, "%s does not take (%s)", f.Name, list(args)).Help = usage(f)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// usage writes the ways to call a function.
func usage(f *catalog.Function) string {
	var ways []string
	for _, s := range f.Signatures {
		ways = append(ways, f.Name+s.String())
	}
	return "it is called as " + strings.Join(ways, " or ")
}

// specialResults are functions whose result no signature can say.
var specialResults = map[string]func([]types.Type) types.Type{
	"MOD": func(args []types.Type) types.Type {
		if len(args) != 2 {
			return types.Type{}
		}
		t, _ := types.Apply(types.Modulo, args[0], args[1])
		return t
	},
	"TIMESTAMPDIFF": func(args []types.Type) types.Type { return types.Int.NullableIf(args...) },
	"EXTRACT":       func(args []types.Type) types.Type { return types.Long },
	"POSITION":      func(args []types.Type) types.Type { return types.Int.NullableIf(args...) },
	"OVERLAY":       func(args []types.Type) types.Type { return types.String },
	"TRIM":          func(args []types.Type) types.Type { return types.String },
	"ARRAY_AGG": func(args []types.Type) types.Type {
		if len(args) == 0 {
			return types.Type{}
		}
		return types.ArrayOf(args[0])
	},
	"FLOOR":   rounded,
	"CEIL":    rounded,
	"CEILING": rounded,
}

// rounded is FLOOR and CEIL: a decimal loses its fraction, a time stays what it is.
func rounded(args []types.Type) types.Type {
	if len(args) == 0 {
		return types.Type{}
	}
	if t := args[0]; t.Root == types.Decimal {
		return types.DecimalOf(int(t.Precision), 0).NullableIf(t)
	}
	return args[0]
}
