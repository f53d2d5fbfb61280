// Package throwable reads Java stack traces as Flink puts them into its answers, and finds the sentence in them that
// tells a person what is wrong.
package throwable

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Throwable is one link of a chain of causes.
type Throwable struct {
	Class   string   // with package; "" for a message that no class leads
	Message string   // may have several lines; "" when Java printed none
	Frames  []string // the innermost maxFrames, "com.example.Udf.eval(Udf.java:12)"
}

// maxFrames is how many frames of a throwable are kept: enough to see whose code it was.
const maxFrames = 12

// Chain is a chain of causes, the outermost first. What a server reported from another server (RestClientException)
// follows as links of its own.
type Chain []Throwable

// head matches the first line of a throwable: an optional "Caused by: ", a class with its package, a message.
var head = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:Caused by: )?((?:[a-zA-Z_]\w*\.)+[A-Z][\w$]*)(?:: (.*))?$`)
})

// Parse reads a stack trace, or several, or text without any. It never fails: what is no stack trace is a message.
func Parse(text string) Chain {
	var chain Chain
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if noise(line) {
			chain.addFrame(line)
			continue
		}
		if m := head().FindStringSubmatch(line); m != nil {
			chain = append(chain, Throwable{Class: m[1], Message: m[2]})
			continue
		}
		if len(chain) == 0 {
			chain = append(chain, Throwable{Message: line})
			continue
		}
		chain[len(chain)-1].Message += "\n" + line
	}
	for i := range chain {
		chain[i].Message = strings.TrimSpace(withoutClasses(chain[i].Message))
	}
	return chain
}

// addFrame keeps a line "\tat com.example.Udf.eval(Udf.java:12) ~[udf.jar:?]" with the last link.
func (c Chain) addFrame(line string) {
	frame, ok := strings.CutPrefix(line, "\tat ")
	if !ok || len(c) == 0 || len(c[len(c)-1].Frames) == maxFrames {
		return
	}
	if end := strings.IndexByte(frame, ')'); end >= 0 {
		frame = frame[:end+1]
	}
	last := &c[len(c)-1]
	last.Frames = append(last.Frames, frame)
}

// noise says whether a line carries nothing for people: frames, and the brackets that Flink's REST servers put around
// a trace (RestServerEndpoint's AbstractHandler).
func noise(line string) bool {
	trimmed := strings.TrimSpace(line)
	return strings.HasPrefix(line, "\tat ") || strings.HasPrefix(trimmed, "... ") && strings.HasSuffix(trimmed, " more") ||
		trimmed == "<Exception on server side:" || strings.HasPrefix(trimmed, "End of exception on server side>") ||
		trimmed == "Internal server error."
}

// deepest is how many classes are dropped before a message.
const deepest = 10

// withoutClasses drops the classes that Throwable.toString put before a message that is itself a throwable's text.
func withoutClasses(message string) string {
	for range deepest {
		first, rest, more := strings.Cut(message, "\n")
		m := head().FindStringSubmatch(first)
		if m == nil || m[2] == "" { // a class alone is what a ClassNotFoundException says
			return message
		}
		message = m[2]
		if more {
			message += "\n" + rest
		}
	}
	return message
}

// Has says whether a class, given without its package, is in the chain.
func (c Chain) Has(class string) bool {
	for _, t := range c {
		if simple(t.Class) == class {
			return true
		}
	}
	return false
}

// Root returns the message of the innermost cause that says something, in one line, without class names.
func (c Chain) Root() string {
	for _, v := range slices.Backward(c) {
		if text := v.sentence(); text != "" {
			return text
		}
	}
	for _, v := range slices.Backward(c) {
		if v.Class != "" {
			return simple(v.Class)
		}
	}
	return ""
}

// bare are the classes whose message is only a name, with the sentence around it.
var bare = map[string]string{
	"ClassNotFoundException": "class %s is not on the class path",
	"NoClassDefFoundError":   "class %s is not on the class path",
	"NoSuchMethodError":      "no method %s: jars of different versions are mixed",
	"NoSuchFieldError":       "no field %s: jars of different versions are mixed",
	"UnknownHostException":   "unknown host %s",
}

// hollow are messages of innermost causes that explain nothing which the cause around them does not say better.
var hollow = map[string]bool{
	"null": true,
	"Hadoop is not in the classpath/dependencies.": true, // every unknown file system scheme (FileSystem.getUnguardedFileSystem)
}

// sentence makes one line of a message: an enumeration below a line that ends in a colon is joined with commas, and the
// list of everything that a parser would have taken is left out.
func (t Throwable) sentence() string {
	message, _, _ := strings.Cut(t.Message, "\nWas expecting")
	var b strings.Builder
	between := " "
	for line := range strings.Lines(message) {
		line = strings.TrimSpace(line)
		if line == "" || hollow[line] {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(between)
		}
		b.WriteString(line)
		switch {
		case strings.HasSuffix(line, ":") && between == " ":
			between = ": "
			shorten(&b)
		case between == ": ":
			between = ", "
		}
	}
	text := b.String()
	if format, ok := bare[simple(t.Class)]; ok && text != "" && !strings.ContainsAny(text, " ") {
		return strings.Replace(format, "%s", strings.ReplaceAll(text, "/", "."), 1)
	}
	return text
}

// shorten drops the colon at the end, which the separator brings back.
func shorten(b *strings.Builder) {
	text := strings.TrimSuffix(b.String(), ":")
	b.Reset()
	b.WriteString(text)
}

// position is how Calcite says where: "From line 2, column 3 to line 2, column 7" and "at line 1, column 29".
var position = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:From|at) line (\d+), column (\d+)`) })

// Position returns where in the SQL text the trouble is, from 1; zeros when nobody said.
func (c Chain) Position() (line, column int) {
	for _, t := range c {
		if m := position().FindStringSubmatch(t.Message); m != nil {
			line, _ = strconv.Atoi(m[1])
			column, _ = strconv.Atoi(m[2])
			return line, column
		}
	}
	return 0, 0
}

func simple(class string) string { return class[strings.LastIndexByte(class, '.')+1:] }
