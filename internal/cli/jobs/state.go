package jobs

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/plan/evolve"
)

// StateText says for people what becomes of the state of a job: one line when all of it is as it was, and one more for
// each operator that is not.
//
//	state: lost-with-flag
//	  GroupAggregate: no operator has its id any more …
func StateText(io *term.IO, r *evolve.Report) string {
	var out strings.Builder
	fmt.Fprintf(&out, "  state: %s%s\n", stateWord(io, r.Verdict, r.Meaning), seen(r))
	plain := true
	for _, o := range r.Operators {
		if o.Verdict == evolve.Kept && o.Meaning == evolve.Same {
			continue
		}
		plain = false
		size := ""
		if o.Bytes > 0 {
			size = " (" + bytesize.Size(o.Bytes).Approximate() + ")"
		}
		fmt.Fprintf(&out, "    %s%s: %s, %s\n", o.Name, size, stateWord(io, o.Verdict, o.Meaning), o.Reason)
	}
	if plain && r.Verdict != evolve.Kept {
		fmt.Fprintf(&out, "    %s\n", r.Reason)
	}
	return out.String()
}

// seen says how much state there is and would be lost, and where that was seen.
func seen(r *evolve.Report) string {
	switch {
	case r.From == "":
		return ""
	case r.Lost > 0:
		return fmt.Sprintf(": %s would be lost (seen in %s)", r.Loss(), r.From)
	}
	return fmt.Sprintf(" (%s, seen in %s)", bytesize.Size(r.Bytes).Approximate(), r.From)
}

func stateWord(io *term.IO, v evolve.Verdict, m evolve.Meaning) string {
	tone := term.Bad
	switch {
	case v == evolve.Kept && m == evolve.Other:
		return io.Paint(tone, "kept, with another meaning")
	case v == evolve.Kept && m == evolve.History:
		return io.Paint(term.Notice, "kept, built under the former text")
	case v == evolve.Kept:
		return io.Paint(term.Good, string(v))
	case v == evolve.Unknown:
		tone = term.Notice
	}
	return io.Paint(tone, string(v))
}

// Refuse tells why jobs are not touched, each with the way out, and returns the first reason. Findings are not printed by
// whoever runs a command: this is where they are.
func Refuse(io *term.IO, refusals []error) error {
	for _, err := range refusals {
		io.Hint("%s", err)
		for line := range strings.SplitSeq(fault.FixOf(err), "\n") {
			io.Hint("  %s", line)
		}
	}
	if len(refusals) == 0 {
		return nil
	}
	return refusals[0]
}
