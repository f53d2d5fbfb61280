// Package legacywindow is AS6103: GROUP BY TUMBLE and its kin.
package legacywindow

import (
	_ "embed"
	"iter"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

//go:embed fixed.sql
var fixed string

// Rule returns AS6103.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS6103", Name: "legacy-window", Level: diag.Warning, Category: diag.Compatibility,
			Text: "Windows as functions in GROUP BY are the old form, which Flink keeps for old jobs only: no two-phase aggregation, no top-N or join over the window, no grouping sets, and none of the later optimisations. The table functions of the same names do all of that.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, q := range p.Syntax().Selects {
		if q.GroupBy == nil {
			continue
		}
		for _, item := range q.GroupBy.Items {
			x, ok := item.(*ast.GroupExpr)
			if !ok {
				continue
			}
			call, ok := x.Expr.(*ast.Call)
			if !ok || len(call.Name.Parts) != 1 || len(call.Args) < 2 {
				continue
			}
			name := strings.ToUpper(call.Name.Text())
			if name != "TUMBLE" && name != "HOP" && name != "SESSION" {
				continue
			}
			f := p.Report(call.Loc, "%s in GROUP BY is the old form of windows", name)
			f.Help = "write FROM TABLE(" + name + "(TABLE …, DESCRIPTOR(…), …)) GROUP BY window_start, window_end"
			if fix, ok := rewrite(p, q, call, name); ok && !fires(p) {
				f.Fixes = []diag.Fix{fix}
			}
		}
	}
}

// fires reports whether windows have early or late results, which only the old form has.
func fires(p *rule.Pass) bool {
	early, _ := p.Final("table.exec.emit.early-fire.enabled")
	late, _ := p.Final("table.exec.emit.late-fire.enabled")
	return strings.EqualFold(early, "true") || strings.EqualFold(late, "true")
}

// rewrite makes a table function of a window over one table. It is not a safe fix: state of the old form is lost.
func rewrite(p *rule.Pass, q *ast.Select, call *ast.Call, name string) (diag.Fix, bool) {
	table, alias := single(q.From)
	rowtime, ok := call.Args[0].(*ast.ColumnRef)
	if table == nil || !ok || name == "SESSION" || windowed(p, table) || table.Hints != nil || len(call.Args) != map[string]int{"TUMBLE": 2, "HOP": 3}[name] {
		return diag.Fix{}, false
	}
	from := "TABLE(" + name + "(TABLE " + p.Text(table.Name.Loc) + ", DESCRIPTOR(" + p.Text(rowtime.Parts[len(rowtime.Parts)-1].Loc) + ")"
	from += p.Text(ast.Loc{Start: call.Args[0].Place().End, End: call.Args[len(call.Args)-1].Place().End}) + "))"
	if alias == "" {
		alias = p.Text(table.Name.Last().Loc)
		if qualified(q, table.Name.Last().Name) {
			from += " AS " + alias
		}
	}
	group := "window_start, window_end"
	edits := []diag.Edit{{Span: table.Span(), Text: from}}
	for c := range calls(q) {
		part, mine := strings.CutPrefix(strings.ToUpper(c.Name.Text()), name+"_")
		if !mine || len(c.Name.Parts) != 1 {
			continue
		}
		column := map[string]string{"START": "window_start", "END": "window_end", "ROWTIME": "window_time"}[part]
		if column == "" {
			return diag.Fix{}, false
		}
		if part == "ROWTIME" {
			group = "window_start, window_end, window_time"
		}
		edits = append(edits, diag.Edit{Span: c.Span(), Text: column})
	}
	edits = append(edits, diag.Edit{Span: call.Span(), Text: group})
	return diag.Fix{Title: "use the table function", Edits: edits}, true
}

// windowed says whether the table has columns of the names that the table function adds.
func windowed(p *rule.Pass, table *ast.Table) bool {
	t := p.Session.Named(table.Name.Last().Name)
	return t != nil && (t.Field("window_start") != nil || t.Field("window_end") != nil || t.Field("window_time") != nil)
}

// single returns the one table of a FROM clause and its alias, "" without one.
func single(t ast.TableRef) (*ast.Table, string) {
	switch t := t.(type) {
	case *ast.Table:
		return t, ""
	case *ast.Alias:
		if inner, ok := t.Table.(*ast.Table); ok && t.Columns == nil {
			return inner, t.Name.Name
		}
	}
	return nil, ""
}

// qualified says whether a column is named with its table.
func qualified(q *ast.Select, table string) bool {
	found := false
	ast.Inspect(q, func(n ast.Node) bool {
		if c, ok := n.(*ast.ColumnRef); ok && len(c.Parts) > 1 && c.Parts[0].Name == table {
			found = true
		}
		return !found
	})
	return found
}

// calls yields the calls of a query outside of its FROM clause.
func calls(q *ast.Select) iter.Seq[*ast.Call] {
	return func(yield func(*ast.Call) bool) {
		on := true
		ast.Inspect(q, func(n ast.Node) bool {
			if _, from := n.(ast.TableRef); from {
				return false
			}
			if c, ok := n.(*ast.Call); ok && on {
				on = yield(c)
			}
			return on
		})
	}
}
