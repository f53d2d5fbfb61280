// Package conf writes Flink's configuration files: config.yaml of 1.19 and later, flink-conf.yaml before.
//
// Options are kept flat, by their full key, because that is how Flink compares and prints them; both files accept flat keys.
package conf

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

// Options are Flink options by full key. A value is the text that Flink shows for it: "10 s", "true", "a;b" for a list.
// A nil Options has none.
type Options map[string]string

// JavaOptionsKey is the option that reaches the JVM of every Flink program, the client included.
const JavaOptionsKey = "env.java.opts.all"

// WithJavaOptions returns the options with what the release needs from JDK 17 on put before the user's own
// env.java.opts.all. Every rendered configuration needs it. The receiver stays as it is.
func (o Options) WithJavaOptions(line release.Line) Options {
	out := maps.Clone(o)
	if out == nil {
		out = Options{}
	}
	options := line.JavaOptions()
	for option := range strings.FieldsSeq(o[JavaOptionsKey]) {
		if !slices.Contains(options, option) {
			options = append(options, option)
		}
	}
	out[JavaOptionsKey] = strings.Join(options, " ")
	return out
}

// For returns the options under the names that the release knows (release.Line.Key). An option given under two of its
// names with two values is a fault of kind Usage.
func (o Options) For(line release.Line) (Options, error) {
	out := make(Options, len(o))
	from := make(map[string]string, len(o))
	for _, key := range slices.Sorted(maps.Keys(o)) {
		name := line.Key(key)
		if earlier, ok := from[name]; ok && out[name] != o[key] {
			return nil, fault.Errorf(fault.Usage, "option %s is set to %q, and to %q under its other name %s", earlier, out[name], o[key], key).
				WithFix("keep %s, its name in Flink %s", name, line)
		}
		out[name], from[name] = o[key], key
	}
	return out, nil
}

// Render writes the file that the release reads (release.Release.ConfigFile), sorted by key, under the names that the
// release knows. The same options always give the same bytes.
func (o Options) Render(line release.Line) ([]byte, error) {
	named, err := o.For(line)
	if err != nil {
		return nil, err
	}
	write := legacyLine
	if line.Has(release.YAMLConfig) {
		write = yamlLine
	}
	var out []byte
	for _, key := range slices.Sorted(maps.Keys(named)) {
		if err := checkKey(key); err != nil {
			return nil, err
		}
		if !utf8.ValidString(named[key]) {
			return nil, fault.Errorf(fault.Usage, "option %s: the value %q is not UTF-8", key, named[key])
		}
		text, err := write(key, named[key])
		if err != nil {
			return nil, err
		}
		out = append(out, text...)
	}
	return out, nil
}

// checkKey refuses a key that would end its line early or start another one.
func checkKey(key string) error {
	bad := func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`:#"'{[`, c)
	}
	if key == "" || strings.ContainsFunc(key, bad) {
		return fault.Errorf(fault.Usage, "%q is not a name of a Flink option", key)
	}
	return nil
}

// yamlLine writes an option for config.yaml. Whatever YAML could read as something other than this text is quoted: Flink
// prints the value that YAML read, so 010 would become 8.
func yamlLine(key, value string) (string, error) {
	if !plainYAML(value) {
		value = quoteYAML(value)
	}
	return key + ": " + value + "\n", nil
}

// plainYAML reports whether the text can stand in YAML without quotes and means itself. Words and paths only; numbers
// that read back as they are written.
func plainYAML(value string) bool {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return strconv.FormatInt(n, 10) == value
	}
	switch strings.ToLower(value) {
	case "true", "false":
		return value == strings.ToLower(value)
	case "", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan":
		return false
	}
	for i, c := range []byte(value) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/' || c == '_'
		if !letter && (i == 0 || (c < '0' || c > '9') && !strings.ContainsRune("-._+=", rune(c))) {
			return false
		}
	}
	return true
}

// quoteYAML writes a double-quoted scalar.
func quoteYAML(value string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range value {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case !unicode.IsPrint(c):
			fmt.Fprintf(&b, `\U%08x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// legacyLine writes an option for flink-conf.yaml, which is no YAML: a line is cut at its first "#", then at its first ": ",
// and both halves are trimmed (GlobalConfiguration of 1.17 and 1.18). What cannot be said that way is refused.
func legacyLine(key, value string) (string, error) {
	if strings.ContainsAny(value, "#\n\r") || value != trim(value) || value == "" {
		return "", fault.Errorf(fault.Usage, "option %s: flink-conf.yaml cannot hold the value %q", key, value).
			WithFix("values of Flink before 1.19 have no #, no line break and no blanks around them")
	}
	return key + ": " + value + "\n", nil
}

// trim cuts what Java's String.trim cuts: everything up to the blank, and no other white space.
func trim(text string) string {
	return strings.TrimFunc(text, func(c rune) bool { return c <= ' ' })
}
