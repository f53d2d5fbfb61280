// Values of options: what Flink reads from the text of one.

package connector

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/sql/token"
)

// ValueKind is what the value of an option has to be.
type ValueKind uint8

// The kinds.
const (
	NoKind      ValueKind = iota
	Text                  // anything
	NonEmpty              // anything but nothing
	List                  // words with ; between them: anything
	Pairs                 // key:value with , between them
	Int                   // 32 bits
	Count                 // the same, not negative
	Long                  // 64 bits
	Real                  // a float or a double
	Truth                 // true or false, in any case
	Duration              // 10 s, 1 min; a number alone is milliseconds
	Memory                // 128 mb; a number alone is bytes
	Enum                  // one of Option.Values, in any case
	Word                  // one of Option.Values, as written
	Char                  // one character, or one that is written with a backslash
	Offsets               // partition:0,offset:42;partition:1,offset:300
	ColumnNames           // physical columns with ; between them
	FormatName            // the format of values
	KeyFormat             // the format of keys
)

var kinds = map[string]ValueKind{
	"string": Text, "nonempty": NonEmpty, "offsets": Offsets, "list": List, "map": Pairs, "int": Int, "count": Count, "long": Long, "float": Real, "double": Real, "boolean": Truth,
	"duration": Duration, "char": Char, "columns": ColumnNames, "memory": Memory, "format": FormatName, "key-format": KeyFormat,
}

// kindOf reads a kind: a name, or values with | between them. Values in ' ' are compared as written.
func kindOf(word string) (ValueKind, []string) {
	if k, ok := kinds[word]; ok {
		return k, nil
	}
	if inner, exact := strings.CutPrefix(word, "'"); exact {
		return Word, strings.Split(strings.TrimSuffix(inner, "'"), "|")
	}
	if strings.Contains(word, "|") {
		return Enum, strings.Split(word, "|")
	}
	return NoKind, nil
}

// Wants says what a value has to be in a release, "" when the value is that. A value with a variable in it is anything.
func (o *Option) Wants(value string, release token.Release) string {
	if strings.Contains(value, "${") {
		return ""
	}
	switch o.Kind {
	case Int:
		if _, err := strconv.ParseInt(value, 10, 32); err != nil {
			return "a whole number"
		}
	case Count:
		if _, err := strconv.ParseUint(value, 10, 31); err != nil {
			return "a whole number that is not negative"
		}
	case Long:
		if _, err := strconv.ParseInt(value, 10, 64); err != nil {
			return "a whole number"
		}
	case Real:
		if _, err := strconv.ParseFloat(strings.TrimRight(strings.TrimSpace(value), "fFdD"), 64); err != nil {
			return "a number"
		}
	case Truth:
		if !strings.EqualFold(value, "true") && !strings.EqualFold(value, "false") {
			return "true or false"
		}
	case Duration:
		if !IsDuration(value, release) {
			return "a duration such as 10 s or 5 min"
		}
	case Memory:
		if !isMeasure(value, memoryUnits) {
			return "a size such as 128 mb"
		}
	case Pairs:
		if !isPairs(value) {
			return "a list such as key1:value1,key2:value2"
		}
	case NonEmpty:
		if value == "" {
			return "something"
		}
	case Offsets:
		if !isOffsets(value) {
			return "a list such as partition:0,offset:42;partition:1,offset:300"
		}
	case Char:
		if !strings.HasPrefix(value, `\`) && utf8.RuneCountInString(value) != 1 {
			return "one character"
		}
	case Enum:
		return o.oneOf(func(v string) bool { return strings.EqualFold(v, value) })
	case Word:
		return o.oneOf(func(v string) bool { return v == value })
	}
	return ""
}

func (o *Option) oneOf(is func(string) bool) string {
	if slices.ContainsFunc(o.Values, is) {
		return ""
	}
	return "one of " + strings.Join(o.Values, ", ")
}

// The units of TimeUtils and MemorySize.
const (
	durationUnits = " d day days h hour hours m min minute minutes s sec secs second seconds ms milli millis millisecond milliseconds " +
		"µs micro micros microsecond microseconds ns nano nanos nanosecond nanoseconds "
	memoryUnits = " b bytes k kb kibibytes m mb mebibytes g gb gibibytes t tb tebibytes "
)

// IsDuration reports whether a release of Flink reads a value as a time, as TimeUtils.parseDuration does: a number with a unit,
// since 2.0 also PT10S.
func IsDuration(value string, release token.Release) bool {
	value = strings.TrimSpace(value)
	if strings.HasPrefix(strings.ToUpper(value), "P") {
		return release >= token.V2_0
	}
	return isMeasure(value, durationUnits)
}

// isMeasure reports whether a value is a number with one of the units, or alone.
func isMeasure(value string, units string) bool {
	value = strings.TrimSpace(value)
	digits := len(value) - len(strings.TrimLeft(value, "0123456789"))
	if digits == 0 {
		return false
	}
	_, err := strconv.ParseInt(value[:digits], 10, 64)
	unit := strings.ToLower(strings.TrimSpace(value[digits:]))
	return err == nil && (unit == "" || strings.Contains(units, " "+unit+" "))
}

// isOffsets reads what KafkaConnectorOptionsUtil.parseSpecificOffsets does.
func isOffsets(value string) bool {
	for pair := range strings.SplitSeq(strings.TrimRight(value, ";"), ";") {
		partition, offset, _ := strings.Cut(pair, ",")
		if !isNumbered(partition, "partition:") || !isNumbered(offset, "offset:") {
			return false
		}
	}
	return true
}

func isNumbered(text, prefix string) bool {
	number, ok := strings.CutPrefix(text, prefix)
	_, err := strconv.ParseInt(number, 10, 64)
	return ok && err == nil
}

// isPairs reads a list such as a:1,b:2 with single quotes around what holds a , or a colon.
func isPairs(value string) bool {
	if strings.ContainsAny(value, `'"{`) {
		return true
	}
	for pair := range strings.SplitSeq(value, ",") {
		if strings.TrimSpace(pair) != "" && !strings.Contains(pair, ":") {
			return false
		}
	}
	return true
}
