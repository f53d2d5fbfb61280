package ast

import "testing"

// Every node type implements Node; the compiler says so.
func TestNodes(t *testing.T) {
	t.Parallel()
	for _, n := range []Node{&Ident{}, &Name{}, &Select{}, &BasicType{}, &CreateTable{}} {
		if n.Place() != (Loc{}) {
			t.Errorf("%T has a place", n)
		}
	}
}
