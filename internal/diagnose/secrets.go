package diagnose

import (
	"regexp"
	"sync"
)

// secrets finds what looks like a secret in text that anybody may have written, which may stand in a string of JSON: a value
// behind a telling name, what a request is signed with, the password in an address, and a private key. What stands before and
// behind it is kept.
var secrets = sync.OnceValue(func() [4]*regexp.Regexp {
	return [4]*regexp.Regexp{
		regexp.MustCompile(`(?i)([\w.-]*(?:password|passwd|passphrase|secret|token|credential|api[._-]?key|access[._-]?key|private[._-]?key)[\w.-]*\\*['"]?\s*[=:]\s*)(?:\\*"[^"]*"|\\*'[^']*'|[^\s,;&)}\]]+)()`),
		regexp.MustCompile(`(?i)(authorization\\*['"]?\s*[=:]\s*\\*['"]?(?:basic|bearer|digest|negotiate)\s+)[^\s"'\\,]+()`),
		regexp.MustCompile(`(://[^/\s:@]*:)[^/\s@]+(@)`),
		regexp.MustCompile(`(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE KEY-----)`),
	}
})

// HideSecrets replaces what looks like a secret by asterisks. It knows no values, only names, so that it comes after what
// knows them; a text may be of a job that belongs to somebody else.
func HideSecrets(text string) string {
	for _, s := range secrets() {
		text = s.ReplaceAllString(text, "${1}******${2}")
	}
	return text
}
