package failure

import (
	"cmp"
	"hash/maphash"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Group is one failure, however often it happened.
type Group struct {
	Match
	Class   string    `json:"class,omitempty"` // of the exception
	Message string    `json:"message"`         // of the first one, in one line
	At      string    `json:"at,omitempty"`    // in the user's own code
	Entries int       `json:"entries"`         // in the logs
	Times   int       `json:"times"`           // entries of one second count as one
	First   time.Time `json:"firstSeen,omitzero"`
	Last    time.Time `json:"lastSeen,omitzero"`
	Sources []string  `json:"sources,omitempty"` // logs that tell of it
	Tasks   []string  `json:"tasks,omitempty"`   // that failed
	Chain   []string  `json:"chain,omitempty"`   // the messages of the first one, the outermost first

	order   int            // of its first entry among all
	seconds map[int64]bool // in which it happened
}

// Report is what logs tell about failures.
type Report struct {
	Bytes  int64    `json:"bytes"`
	Lines  int64    `json:"lines"`
	First  *Group   `json:"firstFault,omitempty"` // what to look at; nil when nothing was found
	Groups []*Group `json:"failures"`             // causes first, then by when they were first seen
	Others int      `json:"others,omitempty"`     // kinds of failures beyond those that are kept
	Loud   []Loud   `json:"loud,omitempty"`       // loggers that write most of the lines
}

// Bounds of what is kept, however large the logs.
const (
	mostGroups  = 2_000
	mostSeconds = 100_000
	mostSources = 20
)

// Groups collects failures. It is not safe for concurrent use.
type Groups struct {
	rules  *Rules
	zone   *time.Location
	keep   func(Event) bool // nil keeps all
	report Report

	seed   maphash.Seed
	known  map[uint64]*Group // by the hash of a text that was judged before
	named  map[string]*Group // by what makes failures the same
	lines  map[string]*scanner
	voices map[voice]int // of one line of many
	heard  int           // lines that were counted

	part []byte // of a line whose end was not written yet
}

// NewGroups returns an empty collection. zone is where the times of the logs are, nil for UTC.
func (r *Rules) NewGroups(zone *time.Location) *Groups {
	if zone == nil {
		zone = time.UTC
	}
	return &Groups{
		rules: r, zone: zone, seed: maphash.MakeSeed(),
		known: map[uint64]*Group{}, named: map[string]*Group{}, lines: map[string]*scanner{}, voices: map[voice]int{},
	}
}

// Keep leaves out the events that keep refuses, such as those of other jobs on the same cluster. It is called with the
// first line of each event.
func (g *Groups) Keep(keep func(Event) bool) { g.keep = keep }

// Add adds one event, such as a failure that Flink's REST interface tells of.
func (g *Groups) Add(e Event) {
	first, body, _ := strings.Cut(e.Text, "\n")
	e.Text = first
	g.add(e, body, true)
}

// add judges an event, unless one with the same text was judged before, and counts it. tells is false where the event is
// worth nothing unless a rule knows it.
func (g *Groups) add(e Event, body string, tells bool) {
	if g.keep != nil && !g.keep(e) {
		return
	}
	var h maphash.Hash
	h.SetSeed(g.seed)
	_, _ = h.WriteString(body)
	if body == "" {
		_, _ = h.WriteString(e.Text)
	}
	key := h.Sum64()
	group, ok := g.known[key]
	if !ok || group == nil && tells { // what was worth nothing in one entry may be so in another
		v := g.rules.judge(e.Text + "\n" + body)
		if v.match.Level != Unknown || tells {
			group = g.groupOf(v)
		}
		if len(g.known) < 16*mostGroups {
			g.known[key] = group
		}
	}
	if group != nil {
		group.count(e)
	}
}

// groupOf finds the group of a verdict, or makes one; nil when there are too many.
func (g *Groups) groupOf(v verdict) *Group {
	name := v.match.Rule + "\x00" + v.class + "\x00" + v.frame + "\x00" + shape(v.found)
	if v.match.Rule != "" && v.match.Rule != UserCode {
		name = v.match.Rule + "\x00" + shape(v.match.Title)
	}
	if group, ok := g.named[name]; ok {
		return group
	}
	if len(g.named) == mostGroups {
		g.report.Others++
		return nil
	}
	group := &Group{
		Match: v.match, Class: v.class, Message: cmp.Or(v.found, v.match.Title, v.class), At: v.frame, Chain: v.chain,
		order: len(g.named), seconds: map[int64]bool{},
	}
	g.named[name] = group
	return group
}

func (group *Group) count(e Event) {
	group.Entries++
	if second := e.Time.Unix(); len(group.seconds) < mostSeconds {
		group.seconds[second] = true
	}
	if !e.Time.IsZero() {
		if group.First.IsZero() || e.Time.Before(group.First) {
			group.First = e.Time
		}
		if e.Time.After(group.Last) {
			group.Last = e.Time
		}
	}
	if len(group.Sources) < mostSources && e.Source != "" && !slices.Contains(group.Sources, e.Source) {
		group.Sources = append(group.Sources, e.Source)
	}
	if task := taskOf(e.Text); task != "" && len(group.Tasks) < mostSources && !slices.Contains(group.Tasks, task) {
		group.Tasks = append(group.Tasks, task)
	}
}

// subtask matches the name of a subtask, which ends with its number among all: "Source: a -> b (1/2)".
var subtask = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^.*?\(\d+/\d+\)`) })

// Task is the subtask that the event tells the failure of, "Source: a -> b (1/2)"; "" where it is about none.
func (e Event) Task() string { return taskOf(e.Text) }

// taskOf reads the task out of "Source: a -> b (1/2) (attempt) switched from RUNNING to FAILED …"; "" elsewhere.
func taskOf(message string) string {
	task, rest, ok := strings.Cut(message, " switched from ")
	if !ok || !strings.Contains(rest, "FAILED") {
		return ""
	}
	return subtask().FindString(task)
}

// shape replaces what differs from one failure to the next of the same kind, numbers and ids, by #.
func shape(message string) string {
	var b strings.Builder
	for i := 0; i < len(message); {
		end := i
		digits := false
		for end < len(message) && isWord(message[end]) {
			digits = digits || message[end] >= '0' && message[end] <= '9'
			end++
		}
		switch {
		case end == i:
			b.WriteByte(message[i])
			end++
		case digits:
			b.WriteByte('#')
		default:
			b.WriteString(message[i:end])
		}
		i = end
	}
	return b.String()
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Write takes the lines of several logs, each led by the name of its log: "jobmanager | …", as target.Target.Logs writes
// them. Close ends them.
func (g *Groups) Write(text []byte) (int, error) {
	g.report.Bytes += int64(len(text))
	n := len(text)
	if len(g.part) > 0 {
		text = append(g.part, text...)
		g.part = nil
	}
	for len(text) > 0 {
		at := slices.Index(text, '\n')
		if at < 0 {
			g.part = slices.Clone(text[:min(len(text), longestLine)])
			break
		}
		g.labelled(text[:at])
		text = text[at+1:]
	}
	return n, nil
}

// Close ends the logs that were written.
func (g *Groups) Close() error {
	if len(g.part) > 0 {
		g.labelled(g.part)
		g.part = nil
	}
	for _, s := range g.lines {
		s.flush()
	}
	return nil
}

var _ io.WriteCloser = (*Groups)(nil)

func (g *Groups) labelled(line []byte) {
	label, rest := "", line
	if at := strings.Index(string(line[:min(len(line), 200)]), " | "); at > 0 && !slices.Contains(line[:at], ' ') {
		label, rest = string(line[:at]), line[at+len(" | "):]
	}
	s, ok := g.lines[label]
	if !ok {
		s = &scanner{source: label, to: g}
		g.lines[label] = s
	}
	s.line(rest)
}

// Redacted returns the report with secrets taken out of every text that comes from a log.
func (r Report) Redacted(redact func(string) string) Report {
	for _, g := range r.Groups {
		g.Title, g.Message, g.Explain, g.Fix = redact(g.Title), redact(g.Message), redact(g.Explain), redact(g.Fix)
		for i, link := range g.Chain {
			g.Chain[i] = redact(link)
		}
	}
	return r
}
