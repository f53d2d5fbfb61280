// Package release is the one table of the Flink releases that AutoStream works with: which Java each runs on, what its
// configuration file and keys are called, what its REST interfaces offer, and which connectors fit it.
//
// The table was read out of the releases themselves (option classes, REST handlers, metadata serializers, default
// configurations); the tests with the build tag flink hold it against real distributions.
package release

//go:generate go run ./gen ../../../docs/flink-releases.md

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// Line is a release line, such as 2.2. Lines compare with < in the order of their release. The zero Line is none.
type Line uint16

// The lines that AutoStream works with.
const (
	V1_17 Line = 1<<8 | 17
	V1_18 Line = 1<<8 | 18
	V1_19 Line = 1<<8 | 19
	V1_20 Line = 1<<8 | 20
	V2_0  Line = 2<<8 | 0
	V2_1  Line = 2<<8 | 1
	V2_2  Line = 2<<8 | 2
	V2_3  Line = 2<<8 | 3
)

// Latest is the line a new project starts with, and what commands assume when nobody says.
const Latest = V2_2

// String returns the line as people write it, "2.2"; the zero Line gives "".
func (l Line) String() string {
	if l == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%d", l>>8, l&0xff)
}

// MarshalText writes the line as String does.
func (l Line) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a line of the table, in any form that Parse takes.
func (l *Line) UnmarshalText(text []byte) error {
	r, err := Parse(string(text))
	if err != nil {
		return err
	}
	*l = r.Line
	return nil
}

// Release is one line of the table, at one patch level.
type Release struct {
	Line    Line
	Version string // "2.2.1"; the patch level that AutoStream provisions, unless another was asked for by name
	Java    []int  // major versions that it runs on with the options of JavaOptions, lowest first

	// ConfigFile is the file of conf/ that the scripts of this release read. From 1.19 on it is config.yaml (FLIP-366);
	// 1.19 and 1.20 still prefer a flink-conf.yaml when one is there.
	ConfigFile string
	Gateway    []int // REST API versions of the SQL Gateway (SqlGatewayRestAPIVersion)
	Metadata   int   // version of the _metadata files that it writes (MetadataV4Serializer …); it reads all up to its own
}

// releases is the table, oldest first. The patch levels are those whose jars are complete in the package registries. Java
// versions are those that Flink's documentation supports or calls experimental; that 1.17 runs on 17 was tried.
var releases = [...]Release{
	{V1_17, "1.17.2", []int{8, 11, 17}, "flink-conf.yaml", []int{1, 2}, 4},
	{V1_18, "1.18.1", []int{8, 11, 17}, "flink-conf.yaml", []int{1, 2}, 4},
	{V1_19, "1.19.1", []int{8, 11, 17, 21}, "config.yaml", []int{1, 2}, 4},
	{V1_20, "1.20.3", []int{8, 11, 17, 21}, "config.yaml", []int{1, 2, 3}, 4},
	{V2_0, "2.0.0", []int{11, 17, 21}, "config.yaml", []int{1, 2, 3, 4}, 5},
	{V2_1, "2.1.1", []int{11, 17, 21}, "config.yaml", []int{1, 2, 3, 4}, 6},
	{V2_2, "2.2.1", []int{11, 17, 21}, "config.yaml", []int{1, 2, 3, 4}, 6},
	{V2_3, "2.3.0", []int{11, 17, 21}, "config.yaml", []int{1, 2, 3, 4}, 6},
}

// All returns the releases, oldest first. The slice is the caller's; the slices inside are shared and not to be changed.
func All() []Release { return slices.Clone(releases[:]) }

// Of returns the release of a line, and false for a line that is not in the table.
func Of(line Line) (Release, bool) {
	for _, r := range releases {
		if r.Line == line {
			return r, true
		}
	}
	return Release{}, false
}

// Parse finds the release that a text names: a line ("2.2"), an exact version ("2.2.1", "1.20.3-acme2", which may differ
// from the one provisioned), either with a v in front ("v2.2"), or the spelling of Flink's Kubernetes operator ("v1_20").
// Anything else is a fault of kind Usage that names the known lines.
func Parse(text string) (Release, error) {
	line, patch, ok := split(text)
	if !ok {
		return Release{}, fault.Errorf(fault.Usage, "%q is not a Flink release", text).WithFix("known releases: %s", known())
	}
	r, ok := Of(line)
	if !ok {
		return Release{}, fault.Errorf(fault.Usage, "Flink %s is not a release that AutoStream knows", line).
			WithFix("the nearest is %s; known releases: %s", nearest(line), known())
	}
	if patch != "" {
		r.Version = line.String() + "." + patch
	}
	return r, nil
}

// split takes "v2.2.1-rc1" apart into 2.2 and "1-rc1". The patch is "" when the text names a line.
func split(text string) (line Line, patch string, ok bool) {
	parts := strings.SplitN(strings.ReplaceAll(strings.TrimPrefix(text, "v"), "_", "."), ".", 3)
	if len(parts) < 2 {
		return 0, "", false
	}
	major, okMajor := number(parts[0])
	minor, okMinor := number(parts[1])
	if len(parts) == 3 {
		patch = parts[2]
		if !isPatch(patch) {
			return 0, "", false
		}
	}
	return Line(major<<8 | minor), patch, okMajor && okMinor && major > 0
}

// number reads a decimal of up to two digits without leading zeros.
func number(text string) (n int, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, text != "" && len(text) <= 2 && (text[0] != '0' || text == "0")
}

// isPatch reports whether the text is a number, with or without a suffix: "1", "1-rc2". The version becomes the name of a
// folder, so nothing outside letters, digits, dots and dashes is let through.
func isPatch(text string) bool {
	digits, suffix, hasSuffix := strings.Cut(text, "-")
	if _, ok := number(digits); !ok || hasSuffix && suffix == "" || strings.Contains(suffix, "..") {
		return false
	}
	return !strings.ContainsFunc(suffix, func(c rune) bool {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		return !letter && (c < '0' || c > '9') && c != '.' && c != '-'
	})
}

// nearest returns the known line that a person probably meant: the newest one below the line asked for, or the oldest.
func nearest(line Line) Line {
	best := releases[0].Line
	for _, r := range releases {
		if r.Line <= line {
			best = r.Line
		}
	}
	return best
}

func known() string {
	names := make([]string, len(releases))
	for i, r := range releases {
		names[i] = r.Line.String()
	}
	return strings.Join(names, ", ")
}
