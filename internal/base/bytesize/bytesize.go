// Package bytesize gives amounts of memory and storage a type, and reads and writes them as Flink does.
package bytesize

import (
	"fmt"
	"strconv"
	"strings"
)

// Size is a number of bytes.
type Size int64

// The units, all powers of 1024 as in org.apache.flink.configuration.MemorySize.
const (
	B  Size = 1
	KB      = 1024 * B
	MB      = 1024 * KB
	GB      = 1024 * MB
	TB      = 1024 * GB
)

// units are the spellings that MemorySize.MemoryUnit takes, plus the plain b.
var units = map[string]Size{
	"": B, "b": B, "bytes": B,
	"k": KB, "kb": KB, "kibibytes": KB,
	"m": MB, "mb": MB, "mebibytes": MB,
	"g": GB, "gb": GB, "gibibytes": GB,
	"t": TB, "tb": TB, "tebibytes": TB,
}

// Parse reads a size such as 1g, 512m, 1728 mb or 4096 (bytes). Unlike Flink it takes fractions (1.5g).
func Parse(text string) (Size, error) {
	compact := strings.ToLower(strings.TrimSpace(text))
	end := strings.LastIndexAny(compact, "0123456789.") + 1
	unit, known := units[strings.TrimSpace(compact[end:])]
	n, err := strconv.ParseFloat(compact[:end], 64)
	if !known || err != nil || n < 0 || n*float64(unit) >= 1<<63 {
		return 0, fmt.Errorf("%q is no size; write one like 512m, 1g or 1.5g", text)
	}
	return Size(n * float64(unit)), nil
}

// String writes the size in the largest unit that divides it, as Flink's configuration takes it: 1536m, 2g.
func (s Size) String() string {
	for _, unit := range []struct {
		size Size
		name string
	}{{TB, "t"}, {GB, "g"}, {MB, "m"}, {KB, "k"}} {
		if s != 0 && s%unit.size == 0 {
			return strconv.FormatInt(int64(s/unit.size), 10) + unit.name
		}
	}
	return strconv.FormatInt(int64(s), 10) + "b"
}

// Approximate writes the size for people, with one digit behind the point, in powers of 1000: 7.9 MB.
func (s Size) Approximate() string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	size := float64(s)
	for len(units) > 1 && size >= 1000 {
		size, units = size/1000, units[1:]
	}
	if units[0] == "B" {
		return fmt.Sprintf("%d B", s)
	}
	return fmt.Sprintf("%.1f %s", size, units[0])
}

// UnmarshalText reads a size from YAML and JSON.
func (s *Size) UnmarshalText(text []byte) (err error) {
	*s, err = Parse(string(text))
	return err
}

// MarshalText writes a size to YAML and JSON.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
