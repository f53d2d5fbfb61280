// Package ast is the syntax tree of Flink SQL.
//
// Every node knows its place in the file. Interfaces are sealed: [Statement], [Query], [TableRef], [Expr], [TypeName],
// [TableElement], [AlterAction] and [GroupItem] have only the implementations of this package, so that a type switch
// can be complete. The tree keeps what a person wrote, parentheses included, and does not resolve anything; the grammar
// of a node stands above its type, in capitals the words, in [ ] what may be missing, with … for repetition.
//
// Nodes are made by package parser. They share memory in blocks, so keep a whole script or copy what you need. Nodes may
// be changed by their owner; spans then still say where the text came from.
package ast

import (
	"github.com/autostream/autostream/internal/base/source"
)

// Node is any part of the tree.
type Node interface {
	// Span is the place of the node in its file, from its first to the end of its last token.
	Span() source.Span
	// Place is the same as a small value.
	Place() Loc
}

// Loc is a half-open range of byte offsets. Every node embeds one.
type Loc struct{ Start, End int32 }

// Span converts to what findings use.
func (l Loc) Span() source.Span { return source.Span{Start: int(l.Start), End: int(l.End)} }

// Place returns the range itself.
func (l Loc) Place() Loc { return l }

// Contains reports whether other lies within l.
func (l Loc) Contains(other Loc) bool { return l.Start <= other.Start && other.End <= l.End }

// Script is a file of statements.
type Script struct {
	File       *source.File
	Statements []Statement // in order; a statement is counted from 1, so the n-th is Statements[n-1]
}

// Text returns what stands in the file at a node.
func (s *Script) Text(n Node) string { return s.File.Slice(n.Span()) }

// Statement is one statement of a script, without its semicolon.
type Statement interface {
	Node
	statement()
}

// Query is anything that yields rows: SELECT, VALUES, TABLE t, a set operation, or one of these with WITH, ORDER BY,
// LIMIT or parentheses around it.
type Query interface {
	Node
	query()
}

// TableRef is an item of a FROM clause.
type TableRef interface {
	Node
	tableRef()
}

// Expr is a value expression, or something that stands among the arguments of a function.
type Expr interface {
	Node
	expr()
}

// TypeName is a data type.
type TypeName interface {
	Node
	typeName()
	// Nullability is what was said behind the type.
	Nullability() Nullability
}

// TableElement is an item in the parentheses of CREATE TABLE and ALTER TABLE ADD and MODIFY.
type TableElement interface {
	Node
	tableElement()
}

// AlterAction is what an ALTER statement does.
type AlterAction interface {
	Node
	alterAction()
}

// GroupItem is an item of GROUP BY.
type GroupItem interface {
	Node
	groupItem()
}

// Pattern is a row pattern of MATCH_RECOGNIZE.
type Pattern interface {
	Node
	pattern()
}
