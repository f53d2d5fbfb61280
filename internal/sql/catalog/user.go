// Functions of users.

package catalog

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/types"
)

// UserFunction is what the compiled class of a function says about it.
type UserFunction struct {
	Class string
	Kind  Kind
	// Overloads are the ways to call it, in the order in which Flink tries them; none when they are not known.
	Overloads []Overload
	Async     bool
	Retracts  bool // an aggregate function that can take values back
	Merges    bool // an aggregate function that can merge two states
	Emits     bool // a process table function that says in code which changes it emits
}

// Overload is one way to call a function of a user. Unlike a [Signature] it knows the types of its parameters exactly.
type Overload struct {
	Params []UserParam
	Result types.Type // of a value; of the rows of a table function; unknown where it cannot be said
}

// UserParam is a parameter of an [Overload].
type UserParam struct {
	Name     string
	Type     types.Type // unknown for one that takes anything; the columns of a table that has to have some
	Optional bool
	Repeated bool // the last one, any number of times or not at all
	Table    TableUse
	Traits   Traits // of a table
}

// TableUse says whether a parameter of a process table function is a table, and how it is read.
type TableUse uint8

// The uses (ArgumentTrait, since 2.1).
const (
	NoTable TableUse = iota
	RowSemantics
	SetSemantics
)

// Traits are further promises about a table that is an argument.
type Traits uint8

// The traits (ArgumentTrait, since 2.1).
const (
	OptionalPartition   Traits = 1 << iota // PARTITION BY may be missing
	PassThrough                            // the columns of the table come out too
	TakesUpdates                           // without it, rows may only be inserted
	RequireUpdateBefore                    // updates come with the row before
	RequireFullDelete                      // deletes come with all columns
	RequireOnTime                          // on_time has to be given
)

// Has reports whether all of the traits are there.
func (t Traits) Has(all Traits) bool { return t&all == all }

// Takes reports whether the overload has room for a number of arguments.
func (o *Overload) Takes(n int) bool {
	least := 0
	for _, p := range o.Params {
		if !p.Optional && !p.Repeated {
			least++
		}
	}
	repeats := len(o.Params) > 0 && o.Params[len(o.Params)-1].Repeated
	return n >= least && (n <= len(o.Params) || repeats)
}

// Param returns the parameter that the argument of a number goes to. The overload has room for it.
func (o *Overload) Param(i int) *UserParam { return &o.Params[min(i, len(o.Params)-1)] }

// String writes the parameters: (STRING, INT NOT NULL…).
func (o *Overload) String() string {
	var text strings.Builder
	text.WriteByte('(')
	for i, p := range o.Params {
		if i > 0 {
			text.WriteString(", ")
		}
		switch {
		case p.Table != NoTable:
			text.WriteString(p.Name + " => TABLE")
		case p.Type.Known():
			text.WriteString(p.Type.String())
		default:
			text.WriteString("any")
		}
		if p.Repeated {
			text.WriteString("…")
		}
	}
	text.WriteByte(')')
	return text.String()
}
