package preview

// Abandon ends the signs of life and nothing else, as the death of the process does.
func (r *Run) Abandon() { r.hush() }
