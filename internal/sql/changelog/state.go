// What operators remember, and for how long.

package changelog

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/types"
)

// State is what an operator remembers between rows. The zero value is an operator without state.
type State struct {
	Keeps string // for people: "an accumulator per key"
	Until Retention
	Limit string // the TTL, of an operator that has one: "36 h"; "" when nothing limits it

	hinted bool // by a STATE_TTL hint
}

// Retention says what ends the life of state.
type Retention uint8

// The ways in which state ends.
const (
	Stateless   Retention = iota
	UntilTTL              // table.exec.state.ttl, which keeps state forever when it is not set
	UntilTime             // when the watermark, or the clock, has passed
	UntilNewest           // while it is the newest: the size does not grow
)

// String says it for people and programs.
func (s State) String() string {
	switch s.Until {
	case UntilTTL:
		switch {
		case s.hinted && s.Limit != "":
			return s.Keeps + ", kept after its last change: " + s.Limit + " (STATE_TTL)"
		case s.hinted:
			return s.Keeps + ", kept forever (STATE_TTL)"
		case s.Limit != "":
			return s.Keeps + ", kept for " + s.Limit + " after its last change (table.exec.state.ttl)"
		}
		return s.Keeps + ", kept forever: table.exec.state.ttl is not set"
	case UntilTime:
		return s.Keeps + ", kept until time has passed it"
	case UntilNewest:
		return s.Keeps
	}
	return ""
}

// Grows reports whether the state grows for as long as the job runs.
func (s State) Grows() bool { return s.Until == UntilTTL && s.Limit == "" }

// states fills in the state of every operator of a plan.
func (b *builder) states(root *Operator) {
	ttl := strings.TrimSpace(b.settings["table.exec.state.ttl"])
	if forever(ttl) {
		ttl = ""
	}
	hints := &ttlHints{}
	if strings.Contains(b.text(b.whole), "/*+") {
		hints = ttlOf(b.syntax)
	}
	root.Walk(func(op *Operator) bool {
		op.State = stateOf(op)
		if op.State.Until == UntilTTL {
			op.State.Limit = ttl
			hints.limit(op)
		}
		return true
	})
}

func stateOf(op *Operator) State {
	switch d := op.Detail.(type) {
	case *Grouping:
		return groupState(op, d)
	case *Joining:
		return joinState(op, d)
	case *MultiJoining:
		return State{Keeps: "all rows of every input", Until: UntilTTL}
	case *Ranking:
		return rankState(op, d)
	case *Overs:
		if len(d.Order) > 0 && op.Row[d.Order[0].Column].Attribute == types.Regular {
			return State{Keeps: "all rows of each partition", Until: UntilTTL}
		}
		return State{Keeps: "the rows of the frame of each partition", Until: UntilTTL}
	case *Normalizing:
		return State{Keeps: "the last row of each key", Until: UntilTTL}
	case *Target:
		if d.Materialize {
			return State{Keeps: "SinkUpsertMaterializer: all rows of each primary key", Until: UntilTTL}
		}
	}
	switch op.Kind {
	case SortLimit:
		return State{Keeps: "the first rows", Until: UntilTTL}
	case Limit:
		return State{Keeps: "a counter", Until: UntilNewest}
	case TemporalSort:
		return State{Keeps: "rows later than the watermark", Until: UntilTime}
	case ProcessTableFunction:
		return State{Keeps: "what the function keeps per key", Until: UntilTTL}
	}
	return State{}
}

func groupState(op *Operator, g *Grouping) State {
	switch op.Kind {
	case GroupAggregate, GlobalGroupAggregate, IncrementalAggregate:
		keeps := "accumulators per key"
		if len(g.Keys) == 0 {
			keeps = "accumulators of all rows"
		}
		for _, c := range g.Calls {
			if c.Call.Distinct {
				keeps += ", and every distinct value"
				break
			}
		}
		return State{Keeps: keeps, Until: UntilTTL}
	case GroupWindowAggregate, WindowAggregate, GlobalWindowAggregate:
		return State{Keeps: "accumulators per key and open window", Until: UntilTime}
	}
	return State{}
}

func joinState(op *Operator, j *Joining) State {
	switch op.Kind {
	case Join:
		return State{Keeps: "all rows of both sides", Until: UntilTTL}
	case IntervalJoin:
		return State{Keeps: "rows of both sides within the interval", Until: UntilTime}
	case WindowJoin:
		return State{Keeps: "rows of both sides in open windows", Until: UntilTime}
	case TemporalJoin:
		return State{Keeps: "rows of the left side later than the watermark, the versions of each key of the right side", Until: UntilTime}
	}
	return State{}
}

func rankState(op *Operator, r *Ranking) State {
	switch op.Kind {
	case Rank, Deduplicate:
		switch {
		case r.deduplicates() && op.input().kinds == appends:
			return State{Keeps: "one row per key", Until: UntilTTL}
		case r.Strategy == Retract:
			return State{Keeps: "all rows of each partition", Until: UntilTTL}
		}
		return State{Keeps: "the first rows of each partition", Until: UntilTTL}
	case WindowRank, WindowDeduplicate:
		return State{Keeps: "the first rows of each open window", Until: UntilTime}
	case Match:
		return State{Keeps: "rows and partial matches of each partition", Until: UntilTime}
	}
	return State{}
}
