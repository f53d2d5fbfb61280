// Signatures: which arguments a function takes and what it gives.

package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/types"
)

// Signature is one way to call a function.
type Signature struct {
	Params []Param
	Result Result
}

// Param is one parameter.
type Param struct {
	Takes    types.Family // roots that are accepted; anything for the zero Family
	Optional bool
	Repeated bool // the last one, any number of times from one on
}

// Result says what type a call has.
type Result struct {
	Rule Rule
	Arg  int        // of the rules that look at one argument, from 0
	Type types.Type // of Fixed
	Null Nullness
}

// Rule is how the type of a result follows from those of the arguments.
type Rule uint8

// The rules.
const (
	UnknownResult   Rule = iota
	Fixed                // always the same
	OfArgument           // that of one argument
	OfElement            // the elements of an argument
	ArrayOfArgument      // an array of an argument
	ArrayOfKeys          // the keys of a map
	ArrayOfValues        // the values of a map
	Agreed               // what all arguments agree on
	AgreedTail           // what all but the first agree on
	Summed               // SUM
	Averaged             // AVG
	Whole                // FLOOR and CEIL: a decimal loses its fraction
	Bag                  // a multiset of an argument
)

var ruleNames = map[string]Rule{
	"arg": OfArgument, "elem": OfElement, "array": ArrayOfArgument, "keys": ArrayOfKeys, "values": ArrayOfValues, "common": Agreed,
	"tail": AgreedTail, "sum": Summed, "avg": Averaged, "bag": Bag,
}

// Nullness is when a result may be NULL.
type Nullness uint8

// The ways.
const (
	AnyNull  Nullness = iota // when an argument may
	Never                    // marked !
	Always                   // marked ?
	AllNull                  // when all arguments may, as of COALESCE; marked &
	FirstArg                 // when the first argument may; marked ^
)

// families are the words for parameters.
var families = map[string]types.Family{
	"any": 0, "string": types.Characters, "binary": types.BinaryFamily, "integer": types.Integers, "int": types.Integers &^ (1 << types.BigInt), "exact": types.Exact,
	"approximate": types.Approximate, "numeric": types.Numeric, "boolean": types.Booleans, "date": 1 << types.Date, "time": 1 << types.Time,
	"timestamp": 1 << types.Timestamp, "instant": 1 << types.TimestampLTZ, "datetime": types.Datetimes, "interval": types.Intervals,
	"array": 1 << types.Array, "map": 1 << types.Map, "multiset": 1 << types.Multiset, "row": types.Rows, "variant": 1 << types.Variant,
	"bitmap": 1 << types.Bitmap, "decimal": 1 << types.Decimal, "symbol": 1 << types.Symbol, "raw": 1 << types.Raw,
}

// parseSignature reads
//
//	( param [, param]… ) = result
//
// where a param is words with | between them, in [ ] when it may be missing, with … behind when it may come again, and a
// result a type or a rule with the number of its argument, with a mark behind: STRING, BIGINT!, arg1, common&.
func parseSignature(text string) (Signature, error) {
	var s Signature
	inside, result, ok := strings.Cut(strings.TrimPrefix(text, "("), ")")
	if !ok || !strings.HasPrefix(text, "(") {
		return s, fmt.Errorf("no parameters in %q", text)
	}
	for word := range strings.SplitSeq(inside, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		p, err := parseParam(word)
		if err != nil {
			return s, err
		}
		s.Params = append(s.Params, p)
	}
	_, result, ok = strings.Cut(result, "=")
	if !ok {
		return s, nil
	}
	var err error
	s.Result, err = parseResult(strings.TrimSpace(result))
	return s, err
}

func parseParam(word string) (Param, error) {
	p := Param{Optional: strings.HasPrefix(word, "[")}
	word = strings.Trim(word, "[]")
	word, p.Repeated = strings.CutSuffix(word, "…")
	for name := range strings.SplitSeq(word, "|") {
		family, known := families[name]
		if !known {
			return p, fmt.Errorf("unknown family %q", name)
		}
		p.Takes |= family
	}
	return p, nil
}

var marks = map[byte]Nullness{'!': Never, '?': Always, '&': AllNull, '^': FirstArg}

func parseResult(text string) (Result, error) {
	var r Result
	if text == "" {
		return r, nil
	}
	if null, marked := marks[text[len(text)-1]]; marked {
		r.Null, text = null, text[:len(text)-1]
	}
	if text == "" {
		return r, nil
	}
	name := strings.TrimRight(text, "0123456789")
	if rule, known := ruleNames[name]; known {
		r.Rule, r.Arg = rule, 0
		if n, err := strconv.Atoi(text[len(name):]); err == nil {
			r.Arg = n - 1
		}
		return r, nil
	}
	t, ok := parseType(text)
	if !ok {
		return r, fmt.Errorf("unknown result %q", text)
	}
	r.Rule, r.Type = Fixed, t
	return r, nil
}

// parseType reads the few types that results have.
func parseType(text string) (types.Type, bool) {
	if t, ok := typeNames[text]; ok {
		return t, true
	}
	name, length, ok := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	n, err := strconv.Atoi(length)
	root, known := map[string]types.Root{"CHAR": types.Char, "VARCHAR": types.Varchar}[name]
	return types.Sized(root, n), ok && err == nil && known
}

var typeNames = map[string]types.Type{
	"STRING": types.String, "INT": types.Int, "BIGINT": types.Long, "BOOLEAN": types.Bool, "DOUBLE": types.F64, "FLOAT": types.Of(types.Float),
	"BYTES": types.Bytes, "DATE": types.Of(types.Date),
	"TIME(0)": types.Sized(types.Time, 0), "TIMESTAMP(3)": types.Sized(types.Timestamp, 3),
	"TIMESTAMP_LTZ(3)": types.Sized(types.TimestampLTZ, 3), "VARIANT": types.Of(types.Variant),
	"BITMAP": types.Of(types.Bitmap), "ARRAY<STRING>": types.ArrayOf(types.String), "MAP<STRING,STRING>": types.MapOf(types.String, types.String),
}

// String writes the parameters: (string, [integer]).
func (s *Signature) String() string {
	words := make([]string, len(s.Params))
	for i, p := range s.Params {
		words[i] = p.String()
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// String writes the largest families that the parameter consists of.
func (p Param) String() string {
	var words []string
	left := p.Takes
	for _, name := range familyOrder {
		if f := families[name]; f != 0 && left&f == f {
			words = append(words, name)
			left &^= f
		}
	}
	text := strings.Join(words, "|")
	if text == "" {
		text = "any"
	}
	if p.Repeated {
		text += "…"
	}
	if p.Optional {
		text = "[" + text + "]"
	}
	return text
}

// familyOrder has large families before the parts of them.
var familyOrder = []string{
	"numeric", "exact", "integer", "int", "decimal", "approximate", "string", "binary", "boolean", "datetime", "date", "time", "timestamp", "instant",
	"interval", "array", "map", "multiset", "row", "variant", "bitmap", "raw", "symbol",
}

// Takes reports whether the signature has room for arguments of these types. Unknown types fit everywhere.
func (s *Signature) Takes(args []types.Type) bool {
	if !s.TakesCount(len(args)) {
		return false
	}
	for i, arg := range args {
		p := s.Params[min(i, len(s.Params)-1)]
		if p.Takes != 0 && arg.Known() && arg.Root != types.Null && !arg.In(p.Takes) {
			return false
		}
	}
	return true
}

// TakesCount reports whether the signature has room for a number of arguments.
func (s *Signature) TakesCount(n int) bool {
	required := 0
	for _, p := range s.Params {
		if !p.Optional {
			required++
		}
	}
	repeats := len(s.Params) > 0 && s.Params[len(s.Params)-1].Repeated
	return n >= required && (n <= len(s.Params) || repeats)
}

// Agrees reports whether the arguments have the common type that the rule asks for.
func (r Result) Agrees(args []types.Type) bool {
	ok := true
	switch r.Rule {
	case Agreed:
		_, ok = types.Merge(args...)
	case AgreedTail:
		_, ok = types.Merge(args[min(1, len(args)):]...)
	}
	return ok
}

// Of returns the type of a call with arguments of these types.
func (r Result) Of(args []types.Type) types.Type {
	if r.Arg >= len(args) && r.Rule != Fixed && r.Rule != Agreed {
		return types.Type{}
	}
	t := r.Type
	switch r.Rule {
	case OfArgument:
		t = args[r.Arg]
	case OfElement:
		t = args[r.Arg].Elem()
	case ArrayOfArgument:
		t = types.ArrayOf(args[r.Arg])
	case ArrayOfKeys:
		t = types.ArrayOf(args[r.Arg].Key())
	case ArrayOfValues:
		t = types.ArrayOf(args[r.Arg].Elem())
	case Bag:
		t = types.MultisetOf(args[r.Arg])
	case Agreed:
		t, _ = types.Merge(args...)
	case AgreedTail:
		t, _ = types.Merge(args[1:]...)
	case Summed:
		t = types.SumOf(args[r.Arg])
	case Averaged:
		t = types.AverageOf(args[r.Arg])
	case UnknownResult:
		return types.Type{}
	}
	if t.Root == types.Null {
		return types.Type{}
	}
	t.NotNull = r.Null.notNull(args)
	return t
}

func (n Nullness) notNull(args []types.Type) bool {
	nullable := func(t types.Type) bool { return !t.NotNull }
	switch n {
	case Never:
		return true
	case Always:
		return false
	case AllNull:
		return slices.ContainsFunc(args, func(t types.Type) bool { return t.NotNull })
	case FirstArg:
		return len(args) > 0 && args[0].NotNull
	}
	return !slices.ContainsFunc(args, nullable)
}
