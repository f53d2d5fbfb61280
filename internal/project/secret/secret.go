// Package secret holds values that must not be seen: passwords, tokens, keys.
//
// A project names where a secret comes from (a Reference), never the secret. Its value is fetched as late as possible,
// when a job is handed to its target, and lives in a Value, which prints as *** however it is printed. A Box knows all
// secrets of one run and takes their values out of texts that others wrote, such as Flink's error messages.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// mask is what stands for a secret wherever one would be printed.
const mask = "***"

// Value is a secret in clear. Reveal is the only way to it: fmt, log/slog, encoding/json and encoding/xml print ***.
type Value struct{ clear string }

// NewValue hides a text.
func NewValue(clear string) Value { return Value{clear: clear} }

// Reveal returns the secret. The result goes to the one place that needs it and nowhere else.
func (v Value) Reveal() string { return v.clear }

// String returns ***.
func (Value) String() string { return mask }

// Format prints *** for every verb, so that %x, %q and %#v give nothing away either.
func (Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, mask) }

// MarshalText encodes as ***.
func (Value) MarshalText() ([]byte, error) { return []byte(mask), nil }

// LogValue logs as ***.
func (Value) LogValue() slog.Value { return slog.StringValue(mask) }

// Reference says where a secret comes from. Exactly one field is set. It is no secret itself: plans and history keep it,
// so that an old version of a job can be started again.
type Reference struct {
	Env     string   `json:"env,omitempty"`     // name of an environment variable
	File    string   `json:"file,omitempty"`    // path, relative to the project; one line break at its end is not part of the secret
	Command []string `json:"command,omitempty"` // program and arguments, run in the project's folder; its output, likewise
}

// String describes the source for messages: "environment variable DB_PASSWORD".
func (r Reference) String() string {
	switch {
	case r.Env != "":
		return "environment variable " + r.Env
	case r.File != "":
		return "file " + r.File
	case len(r.Command) > 0:
		return "command " + r.Command[0]
	}
	return "nowhere"
}
