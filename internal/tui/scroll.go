package tui

// scroll is where a person is in a list: the row with the cursor and the first row on the screen. With follow, the
// cursor stays on the last row while rows come.
type scroll struct {
	cursor, top int
	follow      bool
}

// move puts the cursor by so many rows down, or up; at the last row following begins if the list can be followed.
func (s *scroll) move(by, rows, height int, followable bool) {
	s.cursor += by
	s.follow = followable && s.cursor >= rows-1 && by > 0
	s.settle(rows, height)
}

// settle makes cursor and screen fit the list again after it or the screen changed.
func (s *scroll) settle(rows, height int) {
	if s.follow {
		s.cursor = rows - 1
	}
	s.cursor = max(0, min(s.cursor, rows-1))
	height = max(1, height)
	s.top = min(s.top, s.cursor)
	s.top = max(s.top, s.cursor-height+1)
	s.top = max(0, min(s.top, rows-height))
}
