// Kinds of changes.

package changelog

import "strings"

// Changes is a set of kinds of changes: a changelog mode.
type Changes uint8

// The kinds, in the order in which Flink prints them.
const (
	Insert Changes = 1 << iota
	UpdateBefore
	UpdateAfter
	Delete

	Append = Insert
)

// Has reports whether all of others are in the set.
func (c Changes) Has(others Changes) bool { return c&others == others }

var changeNames = [...]string{"I", "UB", "UA", "D"}

// Kinds returns the short names of the kinds, in order.
func (c Changes) Kinds() []string {
	kinds := []string{}
	for i, name := range changeNames {
		if c&(1<<i) != 0 {
			kinds = append(kinds, name)
		}
	}
	return kinds
}

// String joins the short names: "I,UA,D".
func (c Changes) String() string { return strings.Join(c.Kinds(), ",") }
