// The nodes of a script by their kind.

package rule

import "github.com/autostream/autostream/internal/sql/ast"

// Syntax lists the nodes that rules ask for, in the order of the text. The tree is walked once for all rules.
type Syntax struct {
	Selects    []*ast.Select
	Ordered    []*ast.Ordered
	With       []*ast.With
	SetOps     []*ast.SetOperation
	Joins      []*ast.Join
	Calls      []*ast.Call
	Binaries   []*ast.Binary
	Ins        []*ast.In
	Betweens   []*ast.Between
	Tables     []*ast.CreateTable // CREATE TABLE, wherever it stands
	Options    []*ast.Options
	Elements   []*ast.Column // declared columns
	Snapshots  []*ast.Snapshot
	GroupBys   []*ast.GroupBy
	Watermarks []*ast.Watermark
	Hints      []*ast.Hints
	Inserts    []*ast.Insert
}

// syntaxOf walks a script.
func syntaxOf(s *ast.Script) *Syntax {
	all := &Syntax{}
	for _, statement := range s.Statements {
		ast.Inspect(statement, all.add)
	}
	return all
}

func (s *Syntax) add(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Select:
		s.Selects = append(s.Selects, n)
	case *ast.Ordered:
		s.Ordered = append(s.Ordered, n)
	case *ast.With:
		s.With = append(s.With, n)
	case *ast.SetOperation:
		s.SetOps = append(s.SetOps, n)
	case *ast.Join:
		s.Joins = append(s.Joins, n)
	case *ast.Call:
		s.Calls = append(s.Calls, n)
	case *ast.Binary:
		s.Binaries = append(s.Binaries, n)
	case *ast.In:
		s.Ins = append(s.Ins, n)
	case *ast.Between:
		s.Betweens = append(s.Betweens, n)
	case *ast.CreateTable:
		s.Tables = append(s.Tables, n)
	case *ast.Options:
		s.Options = append(s.Options, n)
	case *ast.Column:
		s.Elements = append(s.Elements, n)
	case *ast.Snapshot:
		s.Snapshots = append(s.Snapshots, n)
	case *ast.GroupBy:
		s.GroupBys = append(s.GroupBys, n)
	case *ast.Watermark:
		s.Watermarks = append(s.Watermarks, n)
	case *ast.Hints:
		s.Hints = append(s.Hints, n)
	case *ast.Insert:
		s.Inserts = append(s.Inserts, n)
	}
	return true
}
