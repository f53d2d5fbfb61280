package yaml_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
)

// sample has a field of every kind that can be decoded.
type sample struct {
	Text  string            `yaml:"text,required" pattern:"[a-z]+" form:"small letters" example:"abc" doc:"Letters."`
	Word  string            `yaml:"word" enum:"red|green"`
	Any   string            `yaml:"any" any:"true"`
	Count int               `yaml:"count" min:"1" max:"9"`
	Ratio float64           `yaml:"ratio" min:"0.5"`
	Flag  bool              `yaml:"flag"`
	Wait  time.Duration     `yaml:"wait"`
	Size  bytesize.Size     `yaml:"size"`
	List  []string          `yaml:"list"`
	Map   map[string]int    `yaml:"map" keys:"[a-z]+" max:"5"`
	Maybe *inner            `yaml:"maybe"`
	Inner inner             `yaml:"inner"`
	Deep  map[string]*inner `yaml:"deep"`
	shared
}

type inner struct {
	A string `yaml:"a"`
}

type shared struct {
	Extra string `yaml:"extra"`
}

// messages parses and decodes a text and lists what is said, as line:column message (help).
func messages(text string, into any) []string {
	root, findings := yaml.Parse(source.New("a.yaml", text))
	findings = append(findings, yaml.Decode(root, into)...)
	diag.Sort(findings)
	var out []string
	for _, f := range findings {
		at := f.File.Position(f.Span.Start)
		m := fmt.Sprintf("%d:%d %s [%s]", at.Line, at.Column, f.Message, f.File.Slice(f.Span))
		if f.Help != "" {
			m += " " + f.Help
		}
		out = append(out, m)
	}
	return out
}

func TestDecode(t *testing.T) {
	t.Parallel()
	var got sample
	said := messages(`
text: abc
word: green
any: 2.10
count: 9
ratio: 0.5
flag: true
wait: 1h30m
size: 1.5g
list: [a, "1", 'it''s']
map: {x: 1, y: 5}
maybe: {a: b}
inner:
  a: |
    two
    lines
deep: {one: {a: c}, none: null}
extra: more
`[1:], &got)
	want := sample{
		Text: "abc", Word: "green", Any: "2.10", Count: 9, Ratio: 0.5, Flag: true, Wait: 90 * time.Minute, Size: 1536 * bytesize.MB,
		List: []string{"a", "1", "it's"}, Map: map[string]int{"x": 1, "y": 5}, Maybe: &inner{A: "b"}, Inner: inner{A: "two\nlines\n"}, Deep: map[string]*inner{"one": {A: "c"}, "none": {}},
		shared: shared{Extra: "more"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sample{}, shared{})); diff != "" || len(said) > 0 {
		t.Errorf("said %q; decoded (-want +got):\n%s", said, diff)
	}
}

func TestDecodeFindings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string
	}{
		{"text: abc\nword: gren", []string{`2:7 word cannot be "gren" [gren] did you mean green?`}},
		{"text: ABC", []string{`1:7 text cannot be "ABC" [ABC] small letters`}},
		{"text: 12", []string{`1:7 text takes a text [12] put it in quotes: "12"`}},
		{"text:", []string{"1:1 text has no value [text] write a value behind the colon, or remove the key"}},
		{"word: red", []string{"1:1 the file has no text [w] add text: abc"}},
		{"text: a\ncount: 0\nratio: 0.1", []string{"2:8 count is at least 1, not 0 [0]", "3:8 ratio is at least 0.5, not 0.1 [0.1]"}},
		{"text: a\ncount: 1.5", []string{`2:8 count takes a whole number, not "1.5" [1.5]`}},
		{"text: a\ncount: \"1\"", []string{`2:8 count takes a whole number, not "1" ["1"]`}},
		{"text: a\nratio: .nan", []string{`2:8 ratio takes a number, not ".nan" [.nan]`}},
		{"text: a\nflag: yes", []string{`2:7 flag takes true or false, not "yes" [yes]`}},
		{"text: a\nsize: 1q", []string{`2:7 size: "1q" is no size; write one like 512m, 1g or 1.5g [1q]`}},
		{"text: a\nlist: a", []string{"2:7 list takes a list, not a single value [a]"}},
		{"text: a\nlist: [[x]]", []string{"2:8 list[1] takes a single value, not a list [[]"}},
		{"text: a\nmap: {X: 6, y: z}", []string{
			`2:7 "X" is no name for a key of map [X]`, "2:10 map.X is at most 5, not 6 [6]", `2:16 map.y takes a whole number, not "z" [z]`}},
		{"text: a\ninner: {b: 1}\nExtra: x", []string{`2:9 unknown key "b" [b] known here: a`, `3:1 unknown key "Extra" [Extra] did you mean extra?`}},
		{"text: a\ntext: b", []string{`2:1 key "text" stands twice [text] rename or remove one of them`}},
		{"- a", []string{"1:1 the file takes keys with values, not a list [-]"}},
		{"text: a\n{}: x", []string{"2:1 a key must be a text [{]"}},
		{"text: a\n<<: 1", []string{"2:5 << takes a mapping or a list of mappings [1]"}},
		{"text: \xff", []string{"1:7 this byte is not UTF-8 [\xff] save the file as UTF-8"}},
	} {
		var got sample
		if diff := cmp.Diff(c.want, messages(c.text, &got)); diff != "" {
			t.Errorf("%s\n(-want +got):\n%s", c.text, diff)
		}
	}
}

func TestMergeKeepsPlaces(t *testing.T) {
	t.Parallel()
	below, _ := yaml.Parse(source.New("below", "a: {x: 1, y: 2, gone: 3}\nlist: [1, 2]"))
	above, _ := yaml.Parse(source.New("above", "a: {y: 20, gone: null, z: 30}\nlist: [3]"))
	merged := yaml.Merge(below, above)
	for path, want := range map[string]string{"a.x": "below 1", "a.y": "above 20", "a.z": "above 30", "a.gone": ""} {
		n := merged.Get(strings.Split(path, ".")...)
		got := ""
		if n != nil {
			got = n.File().Name + " " + n.File().Slice(n.Span())
		}
		if got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if len(merged.Get("list").Items()) != 1 || len(below.Get("a").Keys()) != 3 {
		t.Error("a list was merged, or what lies below was changed")
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	root, _ := yaml.Parse(source.New("a", "a: x ${V} ${V}\nb: \"${W}\"\nc: |\n  some\n  ${X} text\nd: \"\\u0024{Y}\"\n"))
	for key, want := range map[string]string{"a ${V}": "${V}", "b ${W}": "${W}", "c ${X}": "${X}", "d ${Y}": `"\u0024{Y}"`} {
		name, part, _ := strings.Cut(key, " ")
		n := root.Get(name)
		if got := n.File().Slice(n.Place(part)); got != want {
			t.Errorf("%s was found at %q, want %q", key, got, want)
		}
	}
}

func TestFromJSON(t *testing.T) {
	t.Parallel()
	text, err := yaml.FromJSON(struct {
		Version int               `json:"version"`
		Name    string            `json:"name"`
		Number  string            `json:"number"`
		Bool    string            `json:"bool"`
		Lines   string            `json:"lines"`
		Empty   []string          `json:"empty"`
		Jobs    []map[string]any  `json:"jobs"`
		Options map[string]string `json:"options"`
		Wide    string            `json:"wide"`
	}{1, "a b", "2.10", "no", "one\ntwo\n", []string{}, []map[string]any{{"a": 1, "b": nil}}, nil, "漢字 <&>"})
	want := `
version: 1
name: a b
number: "2.10"
bool: "no"
lines: |
  one
  two
empty: []
jobs:
  - a: 1
    b: null
options: null
wide: 漢字 <&>
`[1:]
	if diff := cmp.Diff(want, string(text)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestParseDuration(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"500ms": 500 * time.Millisecond, "1m": time.Minute, "36h": 36 * time.Hour, "7d": 168 * time.Hour, "1 min": time.Minute,
		"10 s": 10 * time.Second, "1h30m": 90 * time.Minute, "2 Days": 48 * time.Hour,
	} {
		if got, err := yaml.ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "5", "-1m", "soon", "1 fortnight", "9999999999d"} {
		if got, err := yaml.ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) = %v, want an error", text, got)
		}
	}
}

// FuzzParse reads any bytes: no panic, it ends, and every place lies inside the file.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: [1, {b: 'c'}]", "a: &x {<<: *x}", "? [a]\n: b", "--- |\n a\n--- b", "\"\\u0024\": ''", "a: !!int \"x\"", "\ufeffa: 1\r\nb: 2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10<<10 {
			return
		}
		file := source.New("a.yaml", text)
		root, findings := yaml.Parse(file)
		var into sample
		for _, f := range append(findings, yaml.Decode(root, &into)...) {
			if f.Span.Start < 0 || f.Span.End < f.Span.Start || f.Span.End > len(text) {
				t.Errorf("%s %q lies at %v of %d bytes", f.Rule, f.Message, f.Span, len(text))
			}
		}
		yaml.Expand(root, func(_ []string, n *yaml.Node) (string, bool) {
			if at := n.Place(n.Text()); at.End > len(text) || at.Start > at.End {
				t.Errorf("%q was found at %v of %d bytes", n.Text(), at, len(text))
			}
			return n.Text(), true
		})
	})
}
