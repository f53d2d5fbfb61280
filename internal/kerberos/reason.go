package kerberos

import (
	"errors"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// denied says in a line why the library could not do something. Its own errors tell the whole way there.
func denied(doing string, err error) error {
	text := strings.ReplaceAll(err.Error(), "\n", " ")
	if strings.Contains(strings.ToLower(text), "clock skew") {
		return fault.Errorf(fault.Denied, "%s: the clock of this machine and that of the KDC differ too much", doing).
			WithFix("set the clock:\n  timedatectl status")
	}
	for _, before := range []string{"< ", "[Root cause: ", "] ", "KRB Error: (", ") "} {
		if i := strings.LastIndex(text, before); i >= 0 {
			text = text[i+len(before):]
		}
	}
	return fault.Errorf(fault.Denied, "%s: %w", doing, errors.New(text)).WithFix("look at your tickets or your keytab:\n  klist\n  klist -kt KEYTAB")
}
