package term

import (
	"fmt"
	"strings"
	"time"
)

// redrawEvery bounds how often a bar is drawn: terminals over slow lines should not wait for it.
const redrawEvery = 100 * time.Millisecond

// Progress shows how far one long piece of work is, on Err: a bar that redraws itself on a terminal, and elsewhere one line
// for each new label. It is not safe for concurrent use.
type Progress struct {
	io    *IO
	now   func() time.Time
	label string
	said  map[string]bool // labels written where there is no terminal
	drawn time.Time       // of the last drawing; zero before the first
	width int             // of the line on the screen
}

// NewProgress returns a progress that has drawn nothing yet.
func (io *IO) NewProgress(now func() time.Time) *Progress {
	return &Progress{io: io, now: now, said: map[string]bool{}}
}

// Bytes shows a label and how many bytes are done. A total of 0 is not known: then there is no bar, and with nothing done
// no figure either.
func (p *Progress) Bytes(label string, done, total int64) {
	if !p.io.ErrTerminal {
		if !p.said[label] {
			fmt.Fprintln(p.io.Err, label)
		}
		p.said[label] = true
		return
	}
	now := p.now()
	if label == p.label && now.Sub(p.drawn) < redrawEvery && (done < total || total == 0) {
		return
	}
	p.label, p.drawn = label, now
	p.draw(label + bar(done, total))
}

// Clear removes the bar from the terminal, so that a result or an error can be written. Elsewhere it does nothing.
func (p *Progress) Clear() {
	if p.width > 0 {
		fmt.Fprintf(p.io.Err, "\r%s\r", strings.Repeat(" ", p.width))
		p.width = 0
	}
}

// draw replaces the line on the screen. Labels are ours and one cell a character.
func (p *Progress) draw(line string) {
	cells := []rune(line)
	if limit := p.io.Width - 1; len(cells) > limit && limit > 0 {
		cells = cells[:limit]
	}
	fmt.Fprintf(p.io.Err, "\r%s%s", string(cells), strings.Repeat(" ", max(0, p.width-len(cells))))
	p.width = len(cells)
}

// bar draws "  ████████░░░░░░░░  156/313 MB".
func bar(done, total int64) string {
	const cells = 24
	const mega = 1_000_000
	switch {
	case total > 0:
		full := int(cells * min(done, total) / total)
		return fmt.Sprintf("  %s%s  %d/%d MB", strings.Repeat("█", full), strings.Repeat("░", cells-full), done/mega, (total+mega-1)/mega)
	case done > 0:
		return fmt.Sprintf("  %d MB", done/mega)
	}
	return ""
}
