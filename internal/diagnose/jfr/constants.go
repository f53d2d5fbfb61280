package jfr

import "errors"

// readConstants reads all tables of constants. The head of a chunk knows the last; each says how far before it the one
// before is.
func (c *chunk) readConstants(text []byte, at uint64) error {
	for at >= headSize && at < uint64(len(text)) {
		r := &reader{text: text, at: int(at)}
		r.number() // size
		if r.number() != 1 {
			return errors.New("there are none where they should be")
		}
		r.number() // time
		r.number() // duration
		before := r.number()
		r.byte() // whether it was flushed
		for range r.count() {
			c.readTable(r)
		}
		if r.err != nil {
			return r.err
		}
		if before >= 0 || uint64(-before) > at {
			return nil
		}
		at -= uint64(-before)
	}
	return nil
}

// readTable reads the constants of one type. What a later table has counts.
func (c *chunk) readTable(r *reader) {
	id := r.number()
	t := c.types[id]
	table := c.constants[id]
	if table == nil {
		table = map[int64]any{}
		c.constants[id] = table
	}
	for range r.count() {
		if r.err != nil {
			return
		}
		index := r.number()
		v := c.value(r, t, 0)
		if _, later := table[index]; !later {
			table[index] = v
		}
	}
}

// resolve finds a constant; nil where it is missing.
func (c *chunk) resolve(at reference) any { return c.constants[at.of][at.index] }
