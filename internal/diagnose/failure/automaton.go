package failure

// automaton finds any of many texts in one pass over the bytes (Aho and Corasick, 1975), as a table with one row for each
// state and one column for each class of bytes: bytes that stand in no text share a class.
type automaton struct {
	class   [256]uint8
	classes int
	next    []int32   // state*classes + class → state; states that end a text are negative: ^state
	ends    [][]int32 // state → the numbers of the texts that end there
}

// newAutomaton numbers the texts by their order.
func newAutomaton(texts []string) *automaton {
	a := &automaton{classes: 1}
	for _, text := range texts {
		for i := range len(text) {
			if a.class[text[i]] == 0 && a.classes < 255 {
				a.class[text[i]] = uint8(a.classes)
				a.classes++
			}
		}
	}
	a.addState()
	for n, text := range texts {
		a.plant(text, int32(n))
	}
	a.link()
	return a
}

func (a *automaton) addState() int32 {
	a.ends = append(a.ends, nil)
	a.next = append(a.next, make([]int32, a.classes)...)
	return int32(len(a.ends) - 1)
}

// plant adds a text to the tree. State 0 is the root, so 0 also stands for "no branch" until link.
func (a *automaton) plant(text string, number int32) {
	state := int32(0)
	for i := range len(text) {
		at := int(state)*a.classes + int(a.class[text[i]])
		if a.next[at] == 0 {
			fresh := a.addState()
			a.next[at] = fresh
		}
		state = a.next[at]
	}
	a.ends[state] = append(a.ends[state], number)
}

// link turns the tree into a machine that never goes back: where there is no branch, it goes on in the longest text that
// still can match.
func (a *automaton) link() {
	fallback := make([]int32, len(a.ends))
	var queue []int32
	for c := range a.classes {
		if s := a.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for head := 0; head < len(queue); head++ {
		state := queue[head]
		back := fallback[state]
		a.ends[state] = append(a.ends[state], a.ends[back]...)
		for c := range a.classes {
			at := int(state)*a.classes + c
			onward := a.next[int(back)*a.classes+c]
			if a.next[at] == 0 {
				a.next[at] = onward
				continue
			}
			fallback[a.next[at]] = onward
			queue = append(queue, a.next[at])
		}
	}
	for i, s := range a.next {
		if len(a.ends[s]) > 0 {
			a.next[i] = ^s
		}
	}
}

// any says whether one of the texts is in line.
func (a *automaton) any(line []byte) bool {
	state, next, classes := 0, a.next, a.classes
	for _, b := range line {
		s := next[state*classes+int(a.class[b])]
		if s < 0 {
			return true
		}
		state = int(s)
	}
	return false
}

// find calls found with the number of each text in line, for each time it stands there.
func (a *automaton) find(line string, found func(number int32)) {
	state := int32(0)
	for i := range len(line) {
		state = a.next[int(state)*a.classes+int(a.class[line[i]])]
		if state >= 0 {
			continue
		}
		state = ^state
		for _, n := range a.ends[state] {
			found(n)
		}
	}
}
