package ast_test

import (
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// Children lie within their parents, and a walk reaches the names at the bottom.
func TestInspect(t *testing.T) {
	t.Parallel()
	file := source.New("f", `INSERT INTO sink SELECT COUNT(DISTINCT a.uid) FILTER (WHERE b > 1) OVER w FROM t AS x WINDOW w AS (PARTITION BY c)`)
	script, findings := parser.Parse(file, parser.Options{Release: token.Default})
	if len(findings) > 0 {
		t.Fatal(findings[0].Message)
	}
	names := map[string]int{}
	ast.Inspect(script.Statements[0], func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names[id.Name]++
		}
		ast.Children(n, func(child ast.Node) {
			if !n.Place().Contains(child.Place()) {
				t.Errorf("%T %v does not contain %T %v", n, n.Place(), child, child.Place())
			}
		})
		return true
	})
	for _, name := range []string{"sink", "COUNT", "a", "uid", "b", "t", "x", "w", "c"} {
		if names[name] == 0 {
			t.Errorf("the walk did not reach %s", name)
		}
	}
}
