// Package hintform is AS2104: a hint with other options than Flink takes.
package hintform

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS2104.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS2104", Name: "hint-form", Category: diag.Name,
			Text: "OPTIONS and STATE_TTL take 'key' = 'value', the hints of joins take names of tables, LOOKUP takes its table and options about asynchronous calls and retries. Flink checks the values, and wants all options of retries or none.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, hints := range p.Syntax().Hints {
		for i := range hints.Items {
			hint := &hints.Items[i]
			name := strings.ToUpper(hint.Name.Name)
			if check := checks[name]; check != nil {
				if problem := check(hint, p.Release); problem != "" {
					p.Report(hint.Loc, "%s %s", name, problem)
				}
			}
		}
	}
}

// checks say what is wrong with a hint, "" for nothing.
var checks = map[string]func(*ast.Hint, token.Release) string{
	"OPTIONS": pairs, "STATE_TTL": ttl, "BROADCAST": names, "SHUFFLE_HASH": names, "SHUFFLE_MERGE": names, "NEST_LOOP": names, "LOOKUP": lookup,
}

func pairs(h *ast.Hint, _ token.Release) string {
	if len(h.Args) == 0 || slices.ContainsFunc(h.Args, func(a ast.HintArg) bool { return a.Key == "" }) {
		return "takes 'key' = 'value', once at least"
	}
	return ""
}

func names(h *ast.Hint, _ token.Release) string {
	if len(h.Args) == 0 {
		return "names no table"
	}
	return ""
}

func ttl(h *ast.Hint, release token.Release) string {
	if problem := pairs(h, release); problem != "" {
		return problem
	}
	for _, a := range h.Args {
		if !duration(a.Value, release) {
			return fmt.Sprintf("takes times such as '36 h', not %q", a.Value)
		}
	}
	return ""
}

func duration(text string, release token.Release) bool {
	return connector.IsDuration(text, release) || strings.Contains(text, "${")
}

// lookup follows LookupHintSpec.
func lookup(h *ast.Hint, release token.Release) string {
	options := map[string]string{}
	for _, a := range h.Args {
		if a.Key == "" {
			return "takes 'key' = 'value'"
		}
		options[a.Key] = a.Value
		if problem := wrongValue(a.Key, a.Value, release); problem != "" {
			return problem
		}
	}
	if options["table"] == "" {
		return "needs 'table'"
	}
	set := 0
	for _, key := range []string{"retry-predicate", "retry-strategy", "fixed-delay", "max-attempts"} {
		if options[key] != "" {
			set++
		}
	}
	if set != 0 && set != 4 {
		return "takes all of retry-predicate, retry-strategy, fixed-delay and max-attempts, or none"
	}
	return ""
}

func wrongValue(key, value string, release token.Release) string {
	words := map[string][]string{
		"async": {"true", "false"}, "output-mode": {"ordered", "allow_unordered"}, "retry-predicate": {"lookup_miss"}, "retry-strategy": {"fixed_delay"},
	}
	if known := words[key]; known != nil && !slices.Contains(known, strings.ToLower(value)) {
		return fmt.Sprintf("takes %s for %s, not %q", strings.Join(known, " or "), key, value)
	}
	if (key == "timeout" || key == "fixed-delay") && !duration(value, release) {
		return fmt.Sprintf("takes a time such as '10 s' for %s, not %q", key, value)
	}
	return ""
}
