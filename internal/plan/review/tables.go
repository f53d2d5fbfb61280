// The tables that a job reads and writes.

package review

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/lineage"
)

// table is a table in one form of a job.
type table struct {
	*bind.Table
	role    role
	changes connector.Changes // that are written to a sink, of all its INSERTs
	keys    [][]string        // upsert keys of what is written
	bounded bool              // a source that is read once, to its end
}

type role string

const (
	source role = "source"
	sink   role = "sink"
)

func (t table) name() string { return t.Path.Short() }

// tablesOf lists the tables of a job, sinks first.
func tablesOf(j evolve.Job) []table {
	var sinks, sources []table
	find := func(all []table, t *bind.Table) int {
		return slices.IndexFunc(all, func(other table) bool { return other.Path == t.Path })
	}
	var read func(op *changelog.Operator)
	read = func(op *changelog.Operator) {
		for _, scan := range scans(op) {
			if scan.Table != nil && find(sources, scan.Table) < 0 {
				sources = append(sources, table{Table: scan.Table, role: source, changes: scan.Source.Changes, bounded: scan.Source.Ends || scan.Lookup})
			}
		}
		for _, in := range op.Inputs {
			read(in)
		}
	}
	for _, p := range j.Plans {
		read(p.Root)
		if p.Insert.Table == nil {
			continue
		}
		at := find(sinks, p.Insert.Table)
		if at < 0 {
			at = len(sinks)
			sinks = append(sinks, table{Table: p.Insert.Table, role: sink, keys: p.Keys()})
		}
		sinks[at].changes |= p.Changes()
	}
	return append(sinks, sources...)
}

// scans are the tables that an operator reads itself.
func scans(op *changelog.Operator) []*changelog.Scan {
	switch d := op.Detail.(type) {
	case *changelog.Scan:
		return []*changelog.Scan{d}
	case *changelog.Joining:
		if looked, ok := d.Looked(); ok {
			return []*changelog.Scan{looked}
		}
	}
	return nil
}

// tables compares the tables of two forms of a job.
func tables(old, new []table) []plan.Change {
	var all []plan.Change
	for _, now := range new {
		at := slices.IndexFunc(old, func(t table) bool { return t.Path == now.Path && t.role == now.role })
		if at < 0 {
			all = append(all, plan.Change{
				Kind: plan.TableChange, Name: now.name(), New: now.name(), Reason: fmt.Sprintf("new %s %s%s", now.role, now.name(), now.where()),
			})
			continue
		}
		all = append(all, differences(old[at], now)...)
	}
	for _, was := range old {
		if !slices.ContainsFunc(new, func(t table) bool { return t.Path == was.Path && t.role == was.role }) {
			all = append(all, plan.Change{
				Kind: plan.TableChange, Name: was.name(), Old: was.name(), Reason: fmt.Sprintf("%s %s is gone", was.role, was.name()),
			})
		}
	}
	return all
}

// where is the system and the name there of a table: " (kafka topic clicks)".
func (t table) where() string {
	if d := lineage.DatasetOf(t.Table); d != (lineage.Dataset{}) {
		return fmt.Sprintf(" (%s %s)", t.Options["connector"], d.Name)
	}
	if c := t.Options["connector"]; c != "" {
		return " (" + c + ")"
	}
	return ""
}

// differences compares two forms of one table.
func differences(old, now table) []plan.Change {
	var all []plan.Change
	note := func(kind plan.Kind, what, before, after string) {
		if before == after {
			return
		}
		c := plan.Change{Kind: kind, Name: now.name() + " " + what, Old: before, New: after}
		c.Reason = plan.Reason(fmt.Sprintf("%s %s: %s", now.role, now.name(), what), before, after)
		all = append(all, c)
	}
	was, is := columns(old.Table), columns(now.Table)
	for _, name := range names(old.Columns, now.Columns) {
		note(plan.SchemaChange, "column "+name, was[name], is[name])
	}
	note(plan.SchemaChange, "primary key", strings.Join(old.PrimaryKey, ", "), strings.Join(now.PrimaryKey, ", "))
	note(plan.SchemaChange, "watermark", watermark(old.Table), watermark(now.Table))
	for _, key := range union(old.Options, now.Options) {
		before, after := old.Options[key], now.Options[key]
		if connector.Secret(key) && before != after {
			before, after = hide(before, "the former one"), hide(after, "another one")
		}
		note(plan.TableChange, "'"+key+"'", before, after)
	}
	if now.role == sink {
		note(plan.ChangelogChange, "changelog", old.changes.String(), now.changes.String())
		note(plan.ChangelogChange, "upsert key", keyText(old.keys), keyText(now.keys))
	}
	return all
}

func keyText(keys [][]string) string {
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = "(" + strings.Join(k, ", ") + ")"
	}
	return strings.Join(texts, ", ")
}

// columns are the types of columns, with what makes one more than a stored one.
func columns(t *bind.Table) map[string]string {
	all := map[string]string{}
	for _, f := range t.Columns {
		text := f.Type.String()
		switch f.Kind {
		case bind.Computed:
			text += " computed"
			if written := syntax(t, f.Value.Place()); written != "" {
				text = text + " as " + written
			}
		case bind.Metadata:
			text += strings.TrimSuffix(" metadata "+f.Metadata, " ")
		}
		all[f.Name] = text
	}
	return all
}

func watermark(t *bind.Table) string {
	if t.Watermark == nil {
		return ""
	}
	return syntax(t, t.Watermark.Expr.Place())
}

// names lists columns in the order of the new form, those that are gone last.
func names(old, now []*bind.TableField) []string {
	var all []string
	for _, f := range slices.Concat(now, old) {
		if !slices.Contains(all, f.Name) {
			all = append(all, f.Name)
		}
	}
	return all
}

func union(a, b map[string]string) []string {
	keys := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.SortFunc(keys, cmp.Compare)
	return slices.Compact(keys)
}

// syntax is what stands at a place of a table's declaration.
func syntax(t *bind.Table, at ast.Loc) string {
	if t.File == nil || at.Start >= at.End {
		return ""
	}
	return strings.Join(strings.Fields(t.File.Slice(at.Span())), " ")
}

// hide leaves a secret out; a reference to one is none.
func hide(value, word string) string {
	if value == "" || strings.HasPrefix(value, "${") {
		return value
	}
	return word
}
