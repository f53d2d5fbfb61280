package parser

// slab hands out single nodes of one type from blocks, so that a script costs few allocations.
type slab[T any] struct {
	free []T
	size int
}

const largestBlock = 256

func (s *slab[T]) alloc() *T {
	if len(s.free) == 0 {
		s.size = min(max(4, s.size*2), largestBlock)
		s.free = make([]T, s.size)
	}
	t := &s.free[0]
	s.free = s.free[1:]
	return t
}

// lists gathers the items of lists that may lie inside each other, and copies a finished one out of blocks.
type lists[T any] struct {
	stack []T
	free  []T
	size  int
}

// mark starts a list; its items are added with push and taken with keep.
func (l *lists[T]) mark() int { return len(l.stack) }

func (l *lists[T]) push(t T) { l.stack = append(l.stack, t) }

// keep ends the list that began at mark and returns its items; nil when there are none.
func (l *lists[T]) keep(mark int) []T {
	items := l.stack[mark:]
	n := len(items)
	if n == 0 {
		return nil
	}
	if n > len(l.free) {
		l.size = min(max(8, l.size*2), 2*largestBlock)
		l.free = make([]T, max(n, l.size))
	}
	out := l.free[:n:n]
	l.free = l.free[n:]
	copy(out, items)
	clear(items)
	l.stack = l.stack[:mark]
	return out
}
