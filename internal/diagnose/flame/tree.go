package flame

import (
	"cmp"
	"slices"
	"strings"
)

// Frame is a frame with what it called, the most first.
type Frame struct {
	Name     string
	Samples  int64 // that it was in
	Children []*Frame
}

// Tree makes a tree of the stacks. Its root is no frame and has all samples.
func (p Profile) Tree() *Frame {
	names, frames := walk(p.stacks, nil)
	root := &Frame{Samples: p.Samples}
	way := []*Frame{root}
	for _, f := range frames {
		depth, child := f[0], &Frame{Name: names[f[1]], Samples: f[2]}
		parent := way[depth-1]
		parent.Children = append(parent.Children, child)
		way = append(way[:depth], child)
	}
	root.sort()
	return root
}

func (f *Frame) sort() {
	slices.SortFunc(f.Children, func(a, b *Frame) int {
		return cmp.Or(cmp.Compare(b.Samples, a.Samples), strings.Compare(a.Name, b.Name))
	})
	for _, c := range f.Children {
		c.sort()
	}
}
