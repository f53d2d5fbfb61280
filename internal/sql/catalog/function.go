// Built-in functions.

package catalog

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Kind says what a function makes of its rows.
type Kind uint8

// The kinds of functions.
const (
	UnknownKind Kind = iota // of the user, not inspected
	Scalar                  // one value per row
	Aggregate               // one value per group, or per row with OVER
	Ranking                 // one value per row, only with OVER
	TableValued             // rows per row
	TableFunc               // rows per table: windows and process table functions
)

var kindNames = map[string]Kind{"scalar": Scalar, "aggregate": Aggregate, "ranking": Ranking, "table": TableValued, "ptf": TableFunc}

// Function is a function that Flink brings along.
type Function struct {
	Name  string // in capitals
	Kind  Kind
	Since token.Release // first release that has it; 1.17 for everything older
	Until token.Release // last release that has it
	Typed bool          // refuses a bare NULL, which has no type
	// Signatures are the ways to call it; none when they are not known, and everything is let pass.
	Signatures []Signature
}

// Signature returns the first signature for arguments of these types, or nil.
func (f *Function) Signature(args []types.Type) *Signature {
	for i := range f.Signatures {
		if f.Signatures[i].Takes(args) {
			return &f.Signatures[i]
		}
	}
	return nil
}

// In reports whether a release has the function.
func (f *Function) In(r token.Release) bool { return f.Since <= r && r <= f.Until }

//go:embed functions.txt
var functionsText string

var functions = sync.OnceValue(func() map[string]*Function {
	all, err := parseFunctions(functionsText)
	if err != nil {
		panic("catalog: " + err.Error()) // a broken data file, found by the first test
	}
	return all
})

// LookupFunction returns the built-in function of a name in any case, of whatever release, or nil.
func LookupFunction(name string) *Function { return functions()[strings.ToUpper(name)] }

// FunctionNames calls yield for every built-in function of a release, in no order.
func FunctionNames(r token.Release, yield func(string) bool) {
	for name, f := range functions() {
		if f.In(r) && !yield(name) {
			return
		}
	}
}

// parseFunctions reads lines of the form
//
//	NAME kind [since[-until]] [typed] [signature [; signature]…]
//
// with # before a comment. The release is 1.17 when it is missing. Signatures are as [parseSignature] reads them.
func parseFunctions(text string) (map[string]*Function, error) {
	all := map[string]*Function{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, "#")
		head, signatures := line, ""
		if at := strings.IndexByte(line, '('); at >= 0 {
			head, signatures = line[:at], line[at:]
		}
		words := strings.Fields(head)
		if len(words) == 0 {
			continue
		}
		f, err := parseFunction(words, signatures)
		if err != nil {
			return nil, fmt.Errorf("functions.txt:%d: %w", number, err)
		}
		all[f.Name] = f
	}
	return all, nil
}

func parseFunction(words []string, signatures string) (*Function, error) {
	f := &Function{Name: words[0], Until: token.Next}
	if len(words) < 2 || kindNames[words[1]] == UnknownKind {
		return nil, fmt.Errorf("%s has no kind", f.Name)
	}
	f.Kind = kindNames[words[1]]
	for _, word := range words[2:] {
		if word == "typed" {
			f.Typed = true
		} else if err := f.setReleases(word); err != nil {
			return nil, err
		}
	}
	for text := range strings.SplitSeq(signatures, ";") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		s, err := parseSignature(text)
		if err != nil {
			return nil, err
		}
		f.Signatures = append(f.Signatures, s)
	}
	return f, nil
}

func (f *Function) setReleases(word string) error {
	since, until, ended := strings.Cut(word, "-")
	var ok bool
	if f.Since, ok = token.ParseRelease(since); !ok {
		return fmt.Errorf("unknown release %s", since)
	}
	if ended {
		if f.Until, ok = token.ParseRelease(until); !ok {
			return fmt.Errorf("unknown release %s", until)
		}
	}
	return nil
}
