// Kinds of changes.

package connector

import (
	"fmt"
	"slices"
	"strings"
)

// Changes is a set of kinds of changes: a changelog mode. The zero value is the empty set, which no flow has.
type Changes uint8

// The kinds, in the order in which Flink prints them.
const (
	Insert Changes = 1 << iota
	UpdateBefore
	UpdateAfter
	Delete
)

// The sets that have names of their own.
const (
	Append  = Insert
	Upsert  = Insert | UpdateAfter | Delete
	Retract = Insert | UpdateBefore | UpdateAfter | Delete
)

// Has reports whether all of others are in the set.
func (c Changes) Has(others Changes) bool { return c&others == others }

var changeNames = [...]string{"I", "UB", "UA", "D"}

// Kinds returns the short names of the kinds, in order.
func (c Changes) Kinds() []string {
	var kinds []string
	for i, name := range changeNames {
		if c&(1<<i) != 0 {
			kinds = append(kinds, name)
		}
	}
	return kinds
}

// String joins the short names: "I,UA,D".
func (c Changes) String() string { return strings.Join(c.Kinds(), ",") }

func parseChanges(text string) (Changes, error) {
	var set Changes
	for word := range strings.SplitSeq(text, ",") {
		at := slices.Index(changeNames[:], word)
		if at < 0 {
			return 0, fmt.Errorf("%q is no list of changes such as I,UA,D", text)
		}
		set |= 1 << at
	}
	return set, nil
}
