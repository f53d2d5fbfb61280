// The three passes of FlinkChangelogModeInferenceProgram: which kinds of changes every operator emits. The first goes from
// the sources up and finds inserts, updates and deletes; the second asks from the sink down whether UPDATE_BEFORE is needed,
// the third, since 2.1, whether deletes need more than their key.

package changelog

import (
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
)

// kinds is a set of kinds of modifications.
type kinds uint8

const (
	inserts kinds = 1 << iota
	updates
	deletes

	appends = inserts
	changes = inserts | updates | deletes
)

func (k kinds) has(other kinds) bool { return k&other != 0 }

// update says what stands for an update: nothing, since there is none; UPDATE_AFTER; or both.
type update uint8

const (
	noUpdate update = iota
	onlyAfter
	beforeAndAfter
)

// deletion says what a delete carries.
type deletion uint8

const (
	noDelete deletion = iota
	byKey
	fullDelete
)

func (k kinds) after() update {
	if k.has(updates) {
		return onlyAfter
	}
	return noUpdate
}

func (k kinds) both() update {
	if k.has(updates) {
		return beforeAndAfter
	}
	return noUpdate
}

func (k kinds) full() deletion {
	if k.has(deletes) {
		return fullDelete
	}
	return noDelete
}

func (k kinds) key() deletion {
	if k.has(deletes) {
		return byKey
	}
	return noDelete
}

// kindsOf is the set of modifications that a changelog mode is made of.
func kindsOf(c connector.Changes) kinds {
	var k kinds
	if c.Has(connector.Insert) {
		k |= inserts
	}
	if c.Has(connector.UpdateBefore) || c.Has(connector.UpdateAfter) {
		k |= updates
	}
	if c.Has(connector.Delete) {
		k |= deletes
	}
	return k
}

// mode is the changelog mode of modifications whose updates come with their former row.
func (k kinds) mode() connector.Changes { return k.changes(beforeAndAfter) }

func (k kinds) changes(u update) connector.Changes {
	var c connector.Changes
	if k.has(inserts) {
		c |= connector.Insert
	}
	if k.has(updates) {
		c |= connector.UpdateAfter
		if u == beforeAndAfter {
			c |= connector.UpdateBefore
		}
	}
	if k.has(deletes) {
		c |= connector.Delete
	}
	return c
}

func updateOf(c connector.Changes) update {
	switch {
	case c.Has(connector.UpdateBefore):
		return beforeAndAfter
	case c.Has(connector.UpdateAfter):
		return onlyAfter
	}
	return noUpdate
}

// infer runs the passes, and returns the plan with what every operator emits. A plan that Flink refuses comes back with
// what could be found.
func (b *builder) infer(root *Operator) *Operator {
	if b.Batch { // every result is there once
		root.Walk(func(op *Operator) bool {
			op.kinds = appends
			return true
		})
		emit(root)
		return root
	}
	b.modify(root, demand{kinds: changes})
	required := []update{noUpdate}
	if root.kinds.has(updates) {
		required = []update{onlyAfter, beforeAndAfter}
	}
	out := root
	for _, u := range required {
		if next := b.updates(root, u); next != nil {
			out = next
			break
		}
	}
	if b.Release >= token.V2_1 {
		wanted := []deletion{noDelete}
		if out.kinds.has(deletes) || out.Kind == Sink {
			wanted = []deletion{fullDelete}
			if out.Kind == Sink {
				wanted = []deletion{noDelete}
			}
		}
		for _, d := range wanted {
			if next := b.deletes(out, d); next != nil {
				out = next
				break
			}
		}
	}
	emit(out)
	return out
}

// emit writes down what was inferred.
func emit(op *Operator) {
	op.Changes = op.kinds.changes(op.update)
	if op.Kind == Sink {
		op.Changes = 0
	}
	op.UpsertKeys = upsertKeys(op)
	for _, in := range op.Inputs {
		emit(in)
	}
}

// with returns a copy of an operator with other inputs.
func (o *Operator) with(inputs []*Operator) *Operator {
	c := *o
	c.Inputs = inputs
	return &c
}
