// Reading what connectors can do.

package connector

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Parse reads a file of connectors and formats. It consists of blocks, each begun by its first line; # begins a comment.
//
//	connector NAME… [@RELEASES]       and then, of a connector:
//	  scan  CHANGES|format|unknown [CONDITION]
//	                                  a scan emits these changes; of several lines, the last that holds
//	  sink  CHANGES|format|any|unknown [as-given] [with-key] [CONDITION]
//	                                  a sink takes these; with-key: updates and deletes only with a primary key; as-given:
//	                                  it asks for none of them that a query does not have
//	  lookup                          rows can be looked up by key
//	  bounded [CONDITION]             a scan ends (when …)
//	  unbounded [CONDITION]           a scan goes on (when …)
//	  key   required|to-scan|to-sink|with-updates|forbidden
//	  push  ABILITY…                  filter, projection, limit, partition, aggregate, watermark
//	  formats append|loose            formats must know inserts only; they may have options that nobody checks
//	  prefix OPTION OPTION|key        columns of the list, or of the primary key, begin with the value of the first
//	  metadata format                 the keys of the format, behind "value."
//	format NAME… [@RELEASES]          and then, of a format:
//	  decode CHANGES|unknown          messages become these changes
//	  encode CHANGES|unknown          these changes become messages
//	  files [late]                    it reads and writes files by itself; late: types count with the first row of a sink
//	  single-column                   it knows tables of a single column
//
// and of both:
//
//	metadata KEY TYPE [read-only|write-only] [@RELEASES]
//	others  any|doubtful|refused      what options are that are not listed; any when nothing is said
//	option  KEY KIND [required] [= DEFAULT] [for TYPE[|TYPE…]] [CONDITION] [@RELEASES]
//	need    OPTION[|OPTION…] [to-scan|to-sink] [CONDITION] [@RELEASES]
//	                                  one of these has to be set
//	without TYPE… [if-read] [to-scan|to-sink] [CONDITION] [@RELEASES]
//	                                  columns do not have such a type, nor anything inside of theirs; if-read: where a scan
//	                                  reads some columns only, it is those that count. TYPE is NAME, NAME>PRECISION or
//	                                  NAME<PRECISION, behind OUTER/ where it stands right inside of that, behind / where it
//	                                  is the type of a column; MAP/!STRING is a map whose keys are not text
//	exclude OPTION… [to-scan|to-sink] [CONDITION] [@RELEASES]
//	                                  only one of these can be set, a single one not at all; OPTION may be KEY=PATTERN
//
// where CHANGES is a list such as I,UA,D; RELEASES is SINCE or SINCE-UNTIL, both included; CONDITION is
// when OPTION [=|!= VALUE[|VALUE…]], where a VALUE may end in *; KIND is string, nonempty, list, int, count, long, float, double, boolean, duration, memory, map, offsets, char,
// columns, format, key-format, VALUE|VALUE… or, where the case of letters counts, 'VALUE|VALUE…'; and a KEY that ends in *
// is a prefix, one with # has the name of a column there. connector * has the options that every table may have.
func Parse(name, text string) (*Registry, error) {
	r := &reader{registry: &Registry{connectors: map[string]*Connector{}, formats: map[string]*Format{}}}
	number := 0
	for line := range strings.Lines(text) {
		number++
		if words := strings.Fields(uncommented(line)); len(words) > 0 {
			if err := r.line(words[0], words[1:]); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, number, err)
			}
		}
	}
	r.flush()
	return r.registry, nil
}

// uncommented cuts a # at the beginning or behind a blank; elsewhere it stands for a column.
func uncommented(line string) string {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}

// reader collects the block that it is in.
type reader struct {
	registry  *Registry
	names     []string
	connector *Connector // nil in a format
	format    *Format    // nil in a connector
}

// flush puts the block into the registry, under each of its names.
func (r *reader) flush() {
	for _, name := range r.names {
		if r.connector != nil {
			c := *r.connector
			c.Name = name
			r.registry.connectors[name] = &c
		} else {
			f := *r.format
			f.Name = name
			r.registry.formats[name] = &f
		}
	}
	r.names, r.connector, r.format = nil, nil, nil
}

func (r *reader) line(word string, rest []string) error {
	rest, releases, err := releasesOf(rest)
	if err != nil {
		return err
	}
	switch word {
	case "connector", "format":
		return r.begin(word, rest, releases)
	case "metadata":
		return r.metadata(rest, releases)
	case "others":
		return r.others(rest)
	case "option":
		return r.option(rest, releases)
	case "need":
		return r.need(rest, releases)
	case "exclude":
		return r.exclude(rest, releases)
	case "without":
		return r.without(rest, releases)
	}
	switch {
	case r.connector != nil:
		return r.ofConnector(word, rest)
	case r.format != nil:
		return r.ofFormat(word, rest)
	}
	return fmt.Errorf("%q stands before the first connector or format", word)
}

func (r *reader) begin(word string, names []string, releases Releases) error {
	r.flush()
	if len(names) == 0 {
		return fmt.Errorf("%s has no name", word)
	}
	for _, name := range names {
		if word == "connector" && r.registry.connectors[name] != nil || word == "format" && r.registry.formats[name] != nil {
			return fmt.Errorf("%s %s is described twice", word, name)
		}
	}
	r.names = names
	if word == "connector" {
		r.connector = &Connector{Releases: releases}
	} else {
		r.format = &Format{Releases: releases}
	}
	return nil
}

func (r *reader) ofConnector(word string, rest []string) (err error) {
	c := r.connector
	switch word {
	case "scan":
		err = addFlow(&c.Scan, rest, "format", "unknown")
	case "sink":
		before, when := rest, []string(nil)
		if at := slices.Index(rest, "when"); at >= 0 {
			before, when = rest[:at], rest[at:]
		}
		before, c.KeyToAdd = cutLast(before, "with-key")
		before, c.AsGiven = cutLast(before, "as-given")
		err = addFlow(&c.Sink, slices.Concat(before, when), "format", "unknown", "any")
	case "lookup":
		c.Lookup = true
		err = nothing(word, rest)
	case "bounded", "unbounded":
		var when Condition
		when, rest, err = condition(rest)
		if err == nil {
			err = nothing(word, rest)
		}
		c.Bounds = append(c.Bounds, Bound{Ends: word == "bounded", When: when})
	case "key":
		c.Key, err = one(rest, keyRules)
	case "push":
		for _, name := range rest {
			ability, ok := abilities[name]
			if !ok {
				return fmt.Errorf("unknown ability %q", name)
			}
			c.Push |= ability
		}
	case "formats":
		c.Formats, err = one(rest, formatRules)
	case "prefix":
		if len(rest) != 2 {
			return fmt.Errorf("prefix names an option, and the columns")
		}
		c.Prefix = Prefixed{Option: rest[0], Columns: rest[1]}
		if rest[1] == "key" {
			c.Prefix.Columns = ""
		}
	default:
		err = fmt.Errorf("unknown word %q in a connector", word)
	}
	return err
}

func (r *reader) ofFormat(word string, rest []string) (err error) {
	switch word {
	case "decode":
		err = addFlow(&r.format.Decode, rest, "unknown")
	case "encode":
		err = addFlow(&r.format.Encode, rest, "unknown")
	case "single-column":
		r.format.Single = true
		err = nothing(word, rest)
	case "files":
		r.format.Files = true
		rest, r.format.Late = cutLast(rest, "late")
		err = nothing(word, rest)
	default:
		err = fmt.Errorf("unknown word %q in a format", word)
	}
	return err
}

var (
	keyRules = map[string]KeyRule{
		"required": KeyRequired, "to-scan": KeyToScan, "to-sink": KeyToSink, "with-updates": KeyWithUpdates, "forbidden": KeyForbidden,
	}
	abilities = map[string]Abilities{
		"filter": PushFilter, "projection": PushProjection, "limit": PushLimit, "partition": PushPartition,
		"aggregate": PushAggregate, "watermark": PushWatermark,
	}
	othersWords = map[string]Others{"any": AnyOther, "doubtful": DoubtOther, "refused": RefusesOther}
	flowWords   = map[string]Way{"format": ByFormat, "unknown": Unsure, "any": Whatever}
	formatRules = map[string]FormatRule{"append": FormatAppend, "loose": FormatLoose}
)

func one[T any](words []string, known map[string]T) (T, error) {
	var zero T
	if len(words) != 1 {
		return zero, fmt.Errorf("one word is wanted, not %d", len(words))
	}
	value, ok := known[words[0]]
	if !ok {
		return zero, fmt.Errorf("unknown word %q", words[0])
	}
	return value, nil
}

func nothing(word string, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("%q behind %s", rest[0], word)
	}
	return nil
}

// cutLast takes a word off the end, if it is there.
func cutLast(words []string, last string) ([]string, bool) {
	if n := len(words); n > 0 && words[n-1] == last {
		return words[:n-1], true
	}
	return words, false
}

// cutUse takes to-scan or to-sink off the end.
func cutUse(words []string) ([]string, Use) {
	if rest, there := cutLast(words, "to-scan"); there {
		return rest, ToScan
	}
	if rest, there := cutLast(words, "to-sink"); there {
		return rest, ToSink
	}
	return words, AnyUse
}

// addFlow reads changes, or one of the words that stand for them here, and when they hold.
func addFlow(flows *[]Flow, words []string, allowed ...string) error {
	when, words, err := condition(words)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return fmt.Errorf("a list of changes is wanted, such as I,UA,D")
	}
	f := Flow{Way: Fixed, When: when}
	if slices.Contains(allowed, words[0]) {
		f.Way = flowWords[words[0]]
	} else if f.Changes, err = parseChanges(words[0]); err != nil {
		return err
	}
	*flows = append(*flows, f)
	return nil
}

// releasesOf takes @SINCE or @SINCE-UNTIL off the end.
func releasesOf(words []string) ([]string, Releases, error) {
	var r Releases
	n := len(words)
	if n == 0 || !strings.HasPrefix(words[n-1], "@") {
		return words, r, nil
	}
	since, until, ended := strings.Cut(words[n-1][1:], "-")
	var ok bool
	if r.Since, ok = token.ParseRelease(since); !ok {
		return nil, r, fmt.Errorf("unknown release %q", since)
	}
	if ended {
		last, ok := token.ParseRelease(until)
		if !ok {
			return nil, r, fmt.Errorf("unknown release %q", until)
		}
		r.Before = last + 1
	}
	return words[:n-1], r, nil
}

// condition reads: when OPTION [= VALUE|…]
func condition(words []string) (Condition, []string, error) {
	at := slices.Index(words, "when")
	if at < 0 {
		return Condition{}, words, nil
	}
	rest, words := words[:at], words[at+1:]
	switch {
	case len(words) == 1:
		return Condition{Option: words[0]}, rest, nil
	case len(words) == 3 && (words[1] == "=" || words[1] == "!="):
		return Condition{Option: words[0], Values: strings.Split(words[2], "|"), Not: words[1] == "!="}, rest, nil
	}
	return Condition{}, nil, fmt.Errorf("a condition is: when OPTION = VALUE")
}

func (r *reader) metadata(words []string, releases Releases) error {
	if len(words) == 1 && words[0] == "format" && r.connector != nil {
		r.connector.formatMetadata = true
		return nil
	}
	m := Metadata{Readable: true, Writable: true, Releases: releases}
	words, readOnly := cutLast(words, "read-only")
	words, writeOnly := cutLast(words, "write-only")
	m.Writable, m.Readable = !readOnly, !writeOnly
	if len(words) < 2 {
		return fmt.Errorf("metadata has a key and a type")
	}
	m.Key = words[0]
	var err error
	if m.Type, err = typeOf(strings.Join(words[1:], " ")); err != nil {
		return err
	}
	switch {
	case r.connector != nil:
		r.connector.Metadata = append(r.connector.Metadata, m)
	case r.format != nil:
		r.format.Metadata = append(r.format.Metadata, m)
	}
	return nil
}

// typeOf reads a type of SQL.
func typeOf(text string) (types.Type, error) {
	script, findings := parser.Parse(source.New("type", "CREATE TABLE t (c "+text+")"), parser.Options{Release: token.Latest})
	if len(findings) > 0 {
		return types.Type{}, fmt.Errorf("type %s: %s", text, findings[0].Message)
	}
	create, _ := script.Statements[0].(*ast.CreateTable)
	column, _ := create.Elements[0].(*ast.Column)
	t, unknown := types.FromSyntax(column.Type)
	if unknown != nil {
		return t, fmt.Errorf("unknown type %s", text)
	}
	return t, nil
}
