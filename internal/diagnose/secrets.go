package diagnose

import (
	"regexp"
	"sync"
)

// secrets finds what looks like a secret in text that anybody may have written: a value behind a telling name, and the
// password in an address.
var secrets = sync.OnceValue(func() [2]*regexp.Regexp {
	return [2]*regexp.Regexp{
		regexp.MustCompile(`(?i)([\w.-]*(?:password|passwd|secret|token|credential|api[._-]?key|access[._-]?key|private[._-]?key)[\w.-]*['"]?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&)}\]]+)`),
		regexp.MustCompile(`(://[^/\s:@]*:)[^/\s@]+@`),
	}
})

// HideSecrets replaces what looks like a secret by asterisks. It knows no values, only names, so that it comes after what
// knows them; a text may be of a job that belongs to somebody else.
func HideSecrets(text string) string {
	both := secrets()
	return both[1].ReplaceAllString(both[0].ReplaceAllString(text, "${1}******"), "${1}******@")
}
