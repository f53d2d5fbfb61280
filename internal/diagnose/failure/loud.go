package failure

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
)

// Loud is a logger that writes much of what is in the logs.
type Loud struct {
	Logger string  `json:"logger"`
	Level  string  `json:"level"`
	Share  float64 `json:"share"` // of the lines, 0 to 1
}

const (
	everyLine = 16   // one line of so many is looked at
	loud      = 0.2  // share of the lines from which on a logger is loud
	fewLines  = 1000 // of which nothing can be said
	mostLoud  = 1000 // loggers that are counted
)

// voice is who writes a line, and at which level.
type voice struct{ logger, level string }

// hear counts a line with a date.
func (g *Groups) hear(line []byte) {
	rest := line[len("2006-01-02 15:04:05"):]
	rest = bytes.TrimLeft(rest, ",.0123456789Z \t[")
	word := rest[:len(rest)-len(bytes.TrimLeft(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
	level, ok := levelOf(word)
	if !ok {
		return
	}
	rest = bytes.TrimLeft(rest[len(word):], " ]\t")
	name, _, ok := bytes.Cut(rest, []byte(" "))
	if !ok || !bytes.ContainsRune(name, '.') {
		return
	}
	g.heard++
	if v := (voice{string(name), level}); len(g.voices) < mostLoud || g.voices[v] > 0 {
		g.voices[v]++
	}
}

// loudest lists the loggers that write much, the loudest first.
func (g *Groups) loudest() []Loud {
	if g.heard*everyLine < fewLines {
		return nil
	}
	var out []Loud
	for v := range maps.Keys(g.voices) {
		if share := float64(g.voices[v]) / float64(g.heard); share >= loud {
			out = append(out, Loud{Logger: v.logger, Level: v.level, Share: share})
		}
	}
	slices.SortFunc(out, func(a, b Loud) int { return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Logger, b.Logger)) })
	return out
}
