package ast

//go:generate sh -c "go run ./gen > walk.go.new && mv walk.go.new walk.go"

// Inspect calls f for n and, as long as f says true, for everything below it, parents before children.
func Inspect(n Node, f func(Node) bool) {
	if f(n) {
		Children(n, func(child Node) { Inspect(child, f) })
	}
}
