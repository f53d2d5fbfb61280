package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
)

// Severity is what a project makes of a rule.
type Severity string

// Off silences a rule; the others are the words of diag.Level.
const Off Severity = "off"

// Severities are chosen per rule by id, by name or by category; the more specific holds.
type Severities map[string]Severity

// of returns what holds for a rule, "" for its own level.
func (s Severities) of(id, name string, category diag.Category) Severity {
	for _, key := range []string{id, name, string(category)} {
		if chosen, ok := s[key]; ok {
			return chosen
		}
	}
	return ""
}

// Judged says which rules have looked: a comment that suppresses another rule is not called useless.
type Judged func(id string) bool

// Settle decides what is shown of the findings about one script: it applies the severities and the comments, and reports
// comments that suppress nothing.
func Settle(findings []diag.Finding, ignores []*Ignore, severities Severities, judged Judged) []diag.Finding {
	var shown []diag.Finding
	add := func(f diag.Finding) {
		switch chosen := severities.of(f.Rule, f.Name, f.Category); chosen {
		case "":
		case Off:
			return
		default:
			f.Level = levelOf(chosen)
		}
		shown = append(shown, f)
	}
	for _, f := range findings {
		if !slices.ContainsFunc(ignores, func(i *Ignore) bool { return i.takes(&f) }) {
			add(f)
		}
	}
	for _, i := range ignores {
		for _, f := range i.problems(severities, judged) {
			add(f)
		}
	}
	diag.Sort(shown)
	return shown
}

func levelOf(s Severity) diag.Level {
	for _, l := range []diag.Level{diag.Warning, diag.Note} {
		if string(s) == l.String() {
			return l
		}
	}
	return diag.Error
}

// problems says what is wrong with a comment once all findings have been held against it.
func (i *Ignore) problems(severities Severities, judged Judged) []diag.Finding {
	if i.Reason == "" || len(i.Rules) == 0 {
		help := "write -- autostream:ignore RULE because REASON"
		return []diag.Finding{ignoreWithoutReason.At(i.file, i.at, "the comment does not say why", help)}
	}
	var found []diag.Finding
	idle := 0
	for _, name := range i.Rules {
		r, known := named(name)
		switch {
		case i.used[name]:
		case !known:
			help := ""
			if near, ok := diag.Nearest(name, Names()); ok {
				help = fmt.Sprintf("did you mean %s?", near)
			}
			found = append(found, unusedIgnore.At(i.file, i.named, fmt.Sprintf("there is no rule %s", name), help))
		case severities.of(r.ID, r.Name, r.Category) == Off || !judged(r.ID):
		default:
			idle++
			found = append(found, unusedIgnore.At(i.file, i.named, fmt.Sprintf("%s has nothing to report here", name), "remove the comment"))
		}
	}
	if idle == len(i.Rules) {
		found[0].Fixes = []diag.Fix{i.removal()}
	}
	return found
}

// named finds a rule by its id or name.
func named(name string) (diag.Rule, bool) {
	for _, r := range Documented() {
		if strings.EqualFold(r.ID, name) || strings.EqualFold(r.Name, name) {
			return r.Rule, true
		}
	}
	return diag.Rule{}, false
}
