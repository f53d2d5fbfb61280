// Package failure finds out from logs and stack traces why a job failed. What it knows stands in rules, which are data:
// those in rules/*.yaml, and more of the same form that users write.
//
//	log ──▶ events ──▶ chains of causes ──▶ rules ──▶ groups ──▶ first fault
//	        scan.go    throwable            match.go   group.go   first.go
//
// It reads from what it is given and has no other contact with the world.
package failure

import (
	"regexp"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// Level says what part a failure plays.
type Level string

// The levels. A chain of causes is judged by its deepest Cause; where there is none, by its deepest Symptom.
const (
	Cause   Level = "cause"   // what has to be fixed
	Symptom Level = "symptom" // something else went wrong before or elsewhere
	Wrapper Level = "wrapper" // says only that there is a cause below it
	Unknown Level = "unknown" // no rule knows it
)

// Thrower is whose exceptions a rule knows.
type Thrower string

// The throwers. Many exceptions of the JDK mean one thing in Flink's own code and in that which it generates for a query, and
// another in the code that the job brings with it.
const (
	Anybody Thrower = ""
	Flink   Thrower = "flink"
)

// Rule knows one failure. Texts may name parts of what the pattern found: {name} for the group (?P<name>…).
type Rule struct {
	ID      string         // "network-buffers"; never given to another rule
	Title   string         // what is wrong, in one line without a full stop
	Level   Level          // Cause, Symptom or Wrapper
	Pattern *regexp.Regexp // is searched in a log message and in each "Class: message" of a chain
	By      Thrower        // whose exceptions it knows
	Since   release.Line   // the first line of Flink with this message; the zero Line for all
	Until   release.Line   // the last
	Explain string         // why it happens
	Fix     string         // what to do about it; commands on lines of their own
	Config  []Setting      // the change of the job's configuration that fixes it
	Doc     string         // URL

	required []string // one of these texts is in everything that Pattern matches
}

// Setting is a line of a job's options that a fix suggests.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Match is a failure that a rule knows: its texts with the groups filled in.
type Match struct {
	Rule    string    `json:"rule"`
	Title   string    `json:"title"`
	Level   Level     `json:"level"`
	Explain string    `json:"explain,omitempty"`
	Fix     string    `json:"fix,omitempty"`
	Config  []Setting `json:"config,omitempty"`
	Doc     string    `json:"doc,omitempty"`
}

// Event is one entry of a log that may tell of a failure: its first line and what stands below it.
type Event struct {
	Source string    // the process or file it is from; "" when there is only one
	Time   time.Time // zero where the log has none
	Level  string    // "ERROR"; "" where the log has none
	Text   string    // the message and the stack trace, without time, level and logger
}

// of fills the texts of the rule with what its pattern found in text.
func (r *Rule) of(text string, at []int) Match {
	fill := func(template string) string {
		for i, name := range r.Pattern.SubexpNames() {
			if name != "" && strings.Contains(template, "{"+name+"}") {
				found := ""
				if at[2*i] >= 0 {
					found = text[at[2*i]:at[2*i+1]]
				}
				template = strings.ReplaceAll(template, "{"+name+"}", found)
			}
		}
		return template
	}
	m := Match{Rule: r.ID, Title: fill(r.Title), Level: r.Level, Explain: fill(r.Explain), Fix: fill(r.Fix), Doc: r.Doc}
	for _, s := range r.Config {
		m.Config = append(m.Config, Setting{Key: s.Key, Value: fill(s.Value)})
	}
	return m
}
