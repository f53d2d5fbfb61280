// What binding finds wrong.
package bind

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
)

// Rule is one kind of problem that binding reports. All are of level error: Flink refuses the statement.
type Rule struct {
	ID       string
	Name     string
	Category diag.Category
}

// The rules of names.
var (
	UnknownTable     = Rule{"AS2001", "unknown-table", diag.Name}
	AmbiguousColumn  = Rule{"AS2002", "ambiguous-column", diag.Name}
	UnknownColumn    = Rule{"AS2003", "unknown-column", diag.Name}
	UnknownFunction  = Rule{"AS2004", "unknown-function", diag.Name}
	UnknownNamespace = Rule{"AS2005", "unknown-catalog-or-database", diag.Name}
	AlreadyExists    = Rule{"AS2006", "already-exists", diag.Name}
	DuplicateColumn  = Rule{"AS2007", "duplicate-column", diag.Name}
	UnknownField     = Rule{"AS2008", "unknown-field", diag.Name}
	UnknownType      = Rule{"AS2009", "unknown-type", diag.Name}
	UnknownWindow    = Rule{"AS2010", "unknown-window", diag.Name}
)

// The rules of types.
var (
	ColumnCount      = Rule{"AS3001", "column-count", diag.Type}
	SinkType         = Rule{"AS3002", "sink-column-type", diag.Type}
	OperandTypes     = Rule{"AS3003", "operand-types", diag.Type}
	BranchTypes      = Rule{"AS3004", "branch-types", diag.Type}
	CastTypes        = Rule{"AS3005", "cast", diag.Type}
	ArgumentCount    = Rule{"AS3006", "argument-count", diag.Type}
	ArgumentTypes    = Rule{"AS3007", "argument-types", diag.Type}
	NotGrouped       = Rule{"AS3008", "not-grouped", diag.Type}
	MisusedAggregate = Rule{"AS3009", "misused-aggregate", diag.Type}
	WatermarkType    = Rule{"AS3010", "watermark-type", diag.Type}
	InvalidKey       = Rule{"AS3011", "invalid-key", diag.Type}
)

// Rules returns all of them, in the order of their ids.
func Rules() []Rule {
	return []Rule{
		UnknownTable, AmbiguousColumn, UnknownColumn, UnknownFunction, UnknownNamespace, AlreadyExists, DuplicateColumn,
		UnknownField, UnknownType, UnknownWindow,
		ColumnCount, SinkType, OperandTypes, BranchTypes, CastTypes, ArgumentCount, ArgumentTypes, NotGrouped,
		MisusedAggregate, WatermarkType, InvalidKey,
	}
}

// report adds a finding about a place. The result may be given a way out.
func (b *binder) report(rule Rule, at ast.Loc, format string, args ...any) *diag.Finding {
	b.out.Findings = append(b.out.Findings, diag.Finding{
		Rule: rule.ID, Name: rule.Name, Category: rule.Category, Level: diag.Error,
		File: b.file, Span: at.Span(), Statement: b.out.Number, Message: fmt.Sprintf(format, args...),
	})
	return &b.out.Findings[len(b.out.Findings)-1]
}

// suggest adds the nearest of the known names to a finding, or all of them when they are few.
func suggest(f *diag.Finding, owner, name string, known []string) {
	if near := nearest(name, known); near != "" {
		f.Help = fmt.Sprintf("did you mean %s?", near)
		return
	}
	if len(known) > 0 && len(known) <= 8 {
		f.Help = fmt.Sprintf("%s has %s", owner, strings.Join(known, ", "))
	}
}

// nearest returns the known name that differs least, if it differs by no more than a third of its letters.
func nearest(name string, known []string) string {
	best, bestDistance := "", len(name)/3+1
	for _, k := range known {
		if d := distance(fold(name), fold(k), bestDistance); d < bestDistance || d == 0 {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace (Levenshtein), and stops at limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit)
}

// fold makes names of functions equal whatever their case.
func fold(s string) string { return strings.ToUpper(s) }
