// Package agent is a Java agent that changes the levels of loggers in a JVM of Flink for a time: a jar of a few kilobytes
// without dependencies, made from the Java sources beside it. The JVM itself changes them back, whoever else is still alive.
package agent

//go:generate go run ../gen agent.jar "Premain-Class: autostream.agent.Agent" "Agent-Class: autostream.agent.Agent"

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed agent.jar
var jar string

// Jar returns the bytes of the jar. It runs on Java 8 and later, and may be removed as soon as it is loaded.
func Jar() []byte { return []byte(jar) }

// Root is what the root logger is called.
const Root = "root"

// All stands for every logger whose level is changed.
const All = "*"

// Level is a logger whose level is to be another for a time.
type Level struct {
	Logger string    `json:"logger"`
	Level  string    `json:"level"`
	Until  time.Time `json:"until"`
}

// Set writes the options with which the agent changes levels.
func Set(levels []Level) string {
	words := make([]string, len(levels))
	for i, l := range levels {
		words[i] = fmt.Sprintf("set:%s=%s@%d", l.Logger, l.Level, l.Until.UnixMilli())
	}
	return strings.Join(words, ";")
}

// Follow writes the options with which the agent does what Set wrote into a file, and does so again when the file changes.
// What the file says no more is changed back; so is everything at its time, whatever becomes of the file.
func Follow(file string) string { return "file:" + file }

// FollowHadoop is Follow of a file by its URI, which Hadoop's client in the JVM reads.
func FollowHadoop(uri string) string { return "hadoop:" + uri }

// Listen writes the options with which the agent does, for as long as the JVM runs, what files in a folder ask for: each
// NAME.ask has options, which may be none, and is taken away; then NAME.told is there, as Parse reads it.
func Listen(folder string) string { return "asked:" + folder }

// ReadSet reads what Set wrote. Words of any other kind are passed over.
func ReadSet(options string) []Level {
	var levels []Level
	for word := range strings.SplitSeq(strings.TrimSpace(options), ";") {
		word, isSet := strings.CutPrefix(word, "set:")
		at := strings.LastIndexByte(word, '@')
		equals := strings.LastIndexByte(word[:max(at, 0)], '=')
		if until, err := strconv.ParseInt(word[at+1:], 10, 64); isSet && equals > 0 && err == nil {
			levels = append(levels, Level{Logger: word[:equals], Level: word[equals+1 : at], Until: time.UnixMilli(until)})
		}
	}
	return levels
}

// Reset writes the options with which the agent changes levels back before their time.
func Reset(loggers []string) string {
	words := make([]string, len(loggers))
	for i, l := range loggers {
		words[i] = "reset:" + l
	}
	return strings.Join(words, ";")
}

// Changed is a logger whose level is another one for a time.
type Changed struct {
	Level
	Was    string `json:"was"`    // "" while the logging library has not started yet
	Places int    `json:"places"` // configurations of the logging library in which it is changed
}

// State is what the agent in a JVM says.
type State struct {
	Changes []Changed // by name
	Problem string    // with the last options
	Loaded  bool      // whether there is an agent
}

const (
	levelProperty   = "autostream.log-level."
	problemProperty = "autostream.agent.problem"
	levelsThread    = "autostream-log-levels"
)

// Parse reads what the agent says out of the system properties of its JVM, as the attach command "properties" writes them
// (java.util.Properties.store). Other properties, which may be secrets, are passed over.
func Parse(properties string) State {
	var s State
	for line := range strings.Lines(properties) {
		name, value := pair(strings.TrimRight(line, "\r\n"))
		switch logger, isLevel := strings.CutPrefix(name, levelProperty); {
		case name == problemProperty:
			s.Loaded, s.Problem = true, value
		case isLevel:
			s.change(logger, value)
		}
	}
	slices.SortFunc(s.Changes, func(a, b Changed) int { return strings.Compare(a.Logger, b.Logger) })
	return s
}

// ParseThreads reads what the agent says by the name of its thread, in a dump of the threads of its JVM. An agent that has
// changed nothing has no thread, and says nothing.
func ParseThreads(dump string) State {
	var s State
	_, rest, found := strings.Cut(dump, `"`+levelsThread)
	name, _, _ := strings.Cut(rest, `"`)
	s.Loaded = found
	for word := range strings.SplitSeq(name, ";") {
		logger, value, _ := strings.Cut(strings.TrimPrefix(word, " "), "=")
		s.change(logger, value)
	}
	return s
}

// change reads what is changed of a logger: "LEVEL WAS UNTIL PLACES".
func (s *State) change(logger, value string) {
	words := strings.Split(value, " ")
	if len(words) != 4 {
		return
	}
	until, err1 := strconv.ParseInt(words[2], 10, 64)
	places, err2 := strconv.Atoi(words[3])
	if err1 == nil && err2 == nil {
		s.Changes = append(s.Changes, Changed{Level: Level{Logger: logger, Level: words[0], Until: time.UnixMilli(until)}, Was: words[1], Places: places})
	}
}

// pair reads a line of a properties file: what is special in it has a backslash before it.
func pair(line string) (name, value string) {
	var b strings.Builder
	named := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line):
			i++
			b.WriteByte(line[i])
		case c == '=' && !named:
			named, name = true, b.String()
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return name, b.String()
}
