package failure

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/frame"
	"github.com/autostream/autostream/internal/flink/throwable"
)

// verdict is what is known of one event.
type verdict struct {
	match Match
	found string   // the message that the match is about, in one line
	class string   // of the throwable, "" for a log message
	frame string   // where in the user's own code it happened; "" when it was not there
	chain []string // the messages of the causes, the outermost first
}

// UserCode is the id of the verdict on exceptions that no rule knows and that the job's own code threw.
const UserCode = "user-code"

// Judge finds the rule that knows a stack trace or message; a Match of level Unknown when none does.
func (r *Rules) Judge(text string) Match { return r.judge(text).match }

// judge looks at every link of the chain of causes: the deepest cause wins, and where there is none, an exception of the
// user's own code, the deepest symptom, the innermost exception that no rule knows, the deepest wrapper.
func (r *Rules) judge(text string) verdict {
	chain := throwable.Parse(text)
	v := verdict{match: Match{Level: Unknown}}
	depth := -1
	for i, link := range chain {
		message := link.Message
		if link.Class != "" {
			message = link.Class + ": " + link.Message
		}
		if line := oneLine(message); line != "" && !slices.Contains(v.chain, line) {
			v.chain = append(v.chain, line)
		}
		own, thrown := frame.Caller(link.Frames)
		m, ok := r.match(message, thrown)
		if ok && rank(m.Level) >= rank(v.match.Level) {
			v.match, v.class, v.found, v.frame, depth = m, link.Class, oneLine(link.Message), own, i
		}
	}
	if len(chain) == 0 || v.match.Level == Cause {
		return v
	}
	inner := chain[len(chain)-1]
	if inner.Message == "null" { // as loggers write an exception without a message
		inner.Message = ""
	}
	below := len(chain)-1 > depth && inner.Class != "" // of what a rule knows
	if top, own := frame.Caller(inner.Frames); own {
		v.match, v.class, v.found, v.frame = userCode(inner, top), inner.Class, oneLine(inner.Message), top
	} else if v.match.Level == Unknown || v.match.Level == Wrapper && below {
		v.match, v.class, v.found = unknown(inner), inner.Class, oneLine(inner.Message)
	}
	return v
}

// unknown is the verdict on what no rule knows: its own words, or where it was thrown when it has none.
func unknown(t throwable.Throwable) Match {
	m := Match{Level: Unknown, Title: throwable.Chain{t}.Root()}
	if at := slices.IndexFunc(t.Frames, func(f string) bool { return !frame.OfJDK(frame.Bare(f)) }); at >= 0 && frame.Generated(frame.Bare(t.Frames[at])) {
		m.Explain = "It happened in code that Flink generated for the query: an expression met a value that it does not expect, NULL most often."
		m.Fix = "Leave such rows out before the expression, or give it another value (COALESCE, TRY_CAST, NULLIF)."
	}
	class := t.Class[strings.LastIndexByte(t.Class, '.')+1:]
	if t.Class != "" && t.Message != "" && !strings.Contains(t.Message, " ") { // a path, a key, a number
		m.Title = class + ": " + t.Message
	}
	if t.Class != "" && t.Message == "" {
		m.Title = class
		for _, f := range t.Frames {
			if f = frame.Bare(f); !strings.Contains(f, ".Preconditions.") && !frame.OfJDK(f) {
				m.Title += " in " + f
				break
			}
		}
	}
	return m
}

// match returns the first of the best rules that know a message. own says that the job's own code brought it about.
func (r *Rules) match(message string, own bool) (Match, bool) {
	var candidates []int
	r.texts.find(message, func(number int32) {
		if rule := r.owner[number]; !slices.Contains(candidates, rule) {
			candidates = append(candidates, rule)
		}
	})
	slices.Sort(candidates)
	best, ok := Match{Level: Unknown}, false
	for _, i := range candidates {
		rule := r.list[i]
		if ok && rank(rule.Level) <= rank(best.Level) || own && rule.By == Flink {
			continue
		}
		if at := rule.Pattern.FindStringSubmatchIndex(message); at != nil {
			best, ok = rule.of(message, at), true
		}
	}
	return best, ok
}

// rank orders levels by how much they say.
func rank(l Level) int { return slices.Index([]Level{Unknown, Wrapper, Symptom, Cause}, l) }

// userCode is the verdict on an exception of the user's own code.
func userCode(t throwable.Throwable, at string) Match {
	class := t.Class[strings.LastIndexByte(t.Class, '.')+1:]
	title := "the job's own code throws " + class
	if message := oneLine(t.Message); message != "" {
		title += ": " + message
	}
	return Match{
		Rule: UserCode, Title: title, Level: Cause,
		Explain: "The exception comes from " + at + ", which is neither Flink's nor a connector's code: a value that it does not expect, or a mistake in it. " +
			"The record is read again after every restart, so that the job fails again.",
		Fix: "Make " + at + " cope with the value, or leave such records out before it; then deploy again with the state of the last checkpoint.",
	}
}

// oneLine joins the lines of a message and cuts it where nobody reads on.
func oneLine(message string) string {
	const longest = 400
	text := strings.Join(strings.Fields(message), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}
