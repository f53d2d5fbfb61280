package token

import "strings"

// Release is a release line of Flink, in order. It selects what the grammar accepts and which words are reserved.
type Release uint8

// The releases. Next is Flink's development version: no grammar profile of its own, but some of its syntax is known,
// so that a message can say which release will have it.
const (
	V1_17 Release = iota
	V1_18
	V1_19
	V1_20
	V2_0
	V2_1
	V2_2
	V2_3
	Next
)

// Latest is the newest release with a grammar profile; Default is what is assumed when nobody says.
const (
	Latest  = V2_3
	Default = V2_2
)

var releaseNames = [...]string{"1.17", "1.18", "1.19", "1.20", "2.0", "2.1", "2.2", "2.3", "2.4"}

// String returns the release line: "2.2".
func (r Release) String() string { return releaseNames[min(int(r), len(releaseNames)-1)] }

// Releases returns all releases with a grammar profile, oldest first.
func Releases() []Release {
	all := make([]Release, 0, int(Latest)+1)
	for r := V1_17; r <= Latest; r++ {
		all = append(all, r)
	}
	return all
}

// ParseRelease reads "2.2" or a patch level such as "2.2.1"; false when the release is unknown.
func ParseRelease(s string) (Release, bool) {
	for _, r := range Releases() {
		if name := r.String(); s == name || strings.HasPrefix(s, name+".") {
			return r, true
		}
	}
	return 0, false
}

func (r Release) bit() uint8 { return 1 << min(r, Latest) }
