// Options that hold secrets.

package connector

import (
	"slices"
	"strings"
)

// secretParts of keys are those of GlobalConfiguration.SENSITIVE_KEYS (2.2).
var secretParts = [...]string{
	"password", "secret", "fs.azure.account.key", "apikey", "api-key", "auth-params", "service-key", "token", "basic-auth", "jaas.config",
}

// harmless ends are of keys that only say where a secret is, or how it is asked for.
var harmless = [...]string{"-file", ".file", ".path", ".location", "-provider", ".provider", ".class", ".url", "-url", ".type", ".alias", ".enabled", ".endpoint", "-id", ".id"}

// Secret reports whether an option of this name holds something that nobody is to see.
func Secret(key string) bool {
	key = strings.ToLower(key)
	if slices.ContainsFunc(harmless[:], func(end string) bool { return strings.HasSuffix(key, end) }) {
		return false
	}
	return slices.ContainsFunc(secretParts[:], func(part string) bool { return strings.Contains(key, part) })
}
