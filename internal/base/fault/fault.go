// Package fault gives errors a kind, and kinds decide the exit code and, in the server, the HTTP status.
package fault

import (
	"context"
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is. The zero Kind is Failed. New kinds go at the end: numbers are stored.
type Kind int

// The kinds, with the exit code that each gives.
const (
	Failed      Kind = iota // 1: something failed
	Usage                   // 2: wrong usage or unreadable input
	Findings                // 3: findings at or above the level asked for; already printed
	Denied                  // 4: not allowed
	NotFound                // 5: there is no such thing
	Conflict                // 6: already running, changed under you, in use
	Running                 // 8: still running when the time limit ended
	Interrupted             // 130: the user stopped it
)

// ExitCode is what the process ends with for an error of this kind.
func (k Kind) ExitCode() int { return [...]int{1, 2, 3, 4, 5, 6, 8, 130}[k] }

// String names the kind in JSON and in history.
func (k Kind) String() string {
	return [...]string{"failed", "usage", "findings", "denied", "not-found", "conflict", "running", "interrupted"}[k]
}

// Error is an error with a kind and a way out.
type Error struct {
	Kind    Kind
	Message string // names the thing and says what is wrong with it: "job pv_uv is already running on prod"
	Fix     string // what to do about it, printed indented below; commands on lines of their own
	Err     error  // the cause; may be nil
}

// Error returns the message and the cause, never the fix.
func (e *Error) Error() string {
	switch {
	case e.Err == nil:
		return e.Message
	case e.Message == "":
		return e.Err.Error()
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an error of a kind; %w works as in fmt.Errorf.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}

// WithFix returns the error with a way out added.
func (e *Error) WithFix(format string, args ...any) *Error {
	e.Fix = fmt.Sprintf(format, args...)
	return e
}

// KindOf returns the kind of the outermost Error in the chain. A cancelled context is Interrupted, a passed deadline is
// Running, anything else Failed.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	switch {
	case errors.Is(err, context.Canceled):
		return Interrupted
	case errors.Is(err, context.DeadlineExceeded):
		return Running
	}
	return Failed
}

// FixOf returns the first way out in the chain, joined errors included, or "".
func FixOf(err error) string {
	if e, ok := err.(*Error); ok && e.Fix != "" { //nolint:errorlint // walks the chain by hand to find the first fix, not the first Error
		return e.Fix
	}
	switch e := err.(type) { //nolint:errorlint // the same
	case interface{ Unwrap() error }:
		return FixOf(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			if fix := FixOf(one); fix != "" {
				return fix
			}
		}
	}
	return ""
}
