package sqltest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/preview"
)

// block is the lines of a file that the rows of an expectation take: from the key that they stand behind on.
type block struct{ key source.Span }

func blockOf(n *yaml.Node) block { return block{key: n.Key()} }

// Update writes the rows that arrived in place of those that were expected, and returns in how many places. Everything else in
// the file stays as it is. Cases that gave no result keep their rows.
func (s *Suite) Update(results []Result) (int, error) {
	type change struct {
		at   source.Span
		text string
	}
	var changes []change
	for _, r := range results {
		if r.Err != nil || r.TimedOut > 0 {
			continue
		}
		for _, d := range r.Differences {
			e := d.Expectation
			at, indent, ok := e.node.lines(s.File.Text)
			if !ok {
				return 0, fault.Errorf(fault.Failed, "%s: the rows of %s stand where they cannot be replaced", r.Case.where(e.Place), e.title()).
					WithFix("write them below their key, one a line")
			}
			changes = append(changes, change{at, e.yaml(d.got, indent)})
		}
	}
	if len(changes) == 0 {
		return 0, nil
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(b.at.Start, a.at.Start) })
	text := s.File.Text
	for _, c := range changes {
		text = text[:c.at.Start] + c.text + text[c.at.End:]
	}
	if now, err := os.ReadFile(s.Path); err != nil || !bytes.Equal(bytes.TrimPrefix(now, []byte(source.ByteOrderMark)), []byte(s.File.Text)) {
		return 0, fault.Errorf(fault.Conflict, "%s was changed while its tests ran", s.File.Name).WithFix("run autostream test --update again")
	}
	return len(changes), atomicfile.Write(s.Path, []byte(text), 0o644)
}

// lines finds the part of a file behind a key up to where its value ends, and how far the key is indented. A value in brackets
// ends with its bracket; one in lines before the first line that is not indented further.
func (b block) lines(text string) (at source.Span, indent string, ok bool) {
	colon := strings.IndexByte(text[b.key.End:], ':')
	if b.key == (source.Span{}) || colon < 0 {
		return at, "", false
	}
	at.Start = b.key.End + colon + 1
	begin := strings.LastIndexByte(text[:b.key.Start], '\n') + 1
	indent = text[begin:b.key.Start]
	if strings.TrimLeft(indent, " -") != "" {
		return at, "", false // a key in brackets
	}
	indent = strings.Repeat(" ", len(indent))
	rest := text[at.Start:]
	if inline := strings.TrimLeft(rest, " "); strings.HasPrefix(inline, "[") {
		at.End = at.Start + len(rest) - len(inline) + bracketed(inline)
		return at, indent, true
	}
	at.End = at.Start + strings.IndexByte(rest+"\n", '\n')
	last := at.End
	for last < len(text) {
		line, _, _ := strings.Cut(text[last+1:], "\n")
		trimmed := strings.TrimLeft(line, " ")
		deep := len(line)-len(trimmed) > len(indent) || strings.HasPrefix(line, indent+"- ") && len(line)-len(trimmed) == len(indent)
		if trimmed != "" && !deep {
			break
		}
		last += 1 + len(line)
		if trimmed != "" && !strings.HasPrefix(trimmed, "#") {
			at.End = last
		}
	}
	return at, indent, true
}

// bracketed is the length of a list in brackets.
func bracketed(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\'', '"':
			end := i + 1
			for end < len(text) && text[end] != c {
				if c == '"' && text[end] == '\\' {
					end++
				}
				end++
			}
			i = end
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// yaml writes rows as a list below a key.
func (e *Expectation) yaml(rows []Row, indent string) string {
	if len(rows) == 0 {
		return " []"
	}
	var b strings.Builder
	for _, row := range rows {
		b.WriteString("\n" + indent + "  - ")
		text := e.line(row)
		if e.changelog && row.Kind != preview.Insert {
			text = "{" + row.Kind.String() + ": " + text + "}"
		}
		b.WriteString(text)
	}
	return b.String()
}

// line writes the compared columns of a row: {page: /, visits: 3}.
func (e *Expectation) line(row Row) string {
	var parts []string
	for _, i := range e.compared {
		parts = append(parts, yamlValue(e.columns[i].name)+": "+yamlValue(row.Values[i]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// safe matches a text that YAML reads as itself inside brackets.
var safe = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_/.+][A-Za-z0-9_/.+-]*$|^-[0-9.]+$|^[0-9]{4}-[0-9-]{5} [0-9:.]+$`)
})

// yamlValue writes a value on one line. Numbers and times stand without quotes: tests read every value by the type of its column.
func yamlValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if _, err := ParseTime(v); err == nil && strings.Contains(v, "T") {
			v = strings.Replace(v, "T", " ", 1)
		}
		if safe().MatchString(v) && !strings.EqualFold(v, "null") {
			return v
		}
		return jsonText(v)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = yamlValue(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, yamlValue(name)+": "+yamlValue(v[name]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return jsonText(v)
}

// jsonText quotes as JSON does, which YAML reads too.
func jsonText(v any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // strings always encode
	return strings.TrimSuffix(b.String(), "\n")
}
