// LIKE and AS of CREATE TABLE.

package bind

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// like takes over the definition of another table. Physical columns always come along; the other features do unless
// they are excluded (everything is included by default, as MergeTableLikeUtil does).
func (b *binder) like(t *Table, s *ast.CreateTable) {
	l, own := s.Like, s.Elements
	from := b.lookup(&l.Name)
	if from == nil {
		t.Open = true // nothing is known about its columns
		return
	}
	if from.Kind == View {
		b.report(WrongObject, l.Name.Loc, "LIKE takes a table, %q is a view", from.Path.Name)
	}
	t.Open = from.Open
	included, replaced := features(l.Options), overwritten(l.Options, own)
	by := map[*Column]Expr{}
	for _, f := range from.Columns {
		if f.Kind == Metadata && (!included(token.METADATA) || replaced(token.METADATA, f.Name)) || f.Kind == Computed {
			continue
		}
		own := &TableField{Column: Column{Name: f.Name, Type: f.Type}, Kind: f.Kind, Metadata: f.Metadata, Virtual: f.Virtual, inherited: true}
		t.add(own, l.Loc)
		by[&f.Column] = ref(&own.Column, l.Loc)
	}
	if included(token.GENERATED) {
		for i, f := range from.Columns {
			if f.Kind == Computed && !replaced(token.GENERATED, f.Name) {
				own := &TableField{Column: Column{Name: f.Name, Type: f.Type, Attribute: f.Attribute, Value: moved(f.Value, by)}, Kind: Computed, source: f.source}
				t.Columns = slices.Insert(t.Columns, min(i, len(t.Columns)), own)
				by[&f.Column] = ref(&own.Column, l.Loc)
			}
		}
	}
	b.checkLike(from, s)
	if included(token.WATERMARKS) && from.Watermark != nil {
		t.Watermark = &Watermark{Column: from.Watermark.Column, Expr: moved(from.Watermark.Expr, by), syntax: from.Watermark.syntax}
		if f := t.Field(t.Watermark.Column); f != nil {
			f.Attribute = from.Field(t.Watermark.Column).Attribute
		}
	}
	if included(token.CONSTRAINTS) {
		t.PrimaryKey, t.KeyName = from.PrimaryKey, from.KeyName
	}
	if included(token.PARTITIONS) {
		t.Partition = from.Partition
	}
	if included(token.DISTRIBUTION) {
		t.Buckets, t.distributed = from.Buckets, from.distributed
	}
	if included(token.OPTIONS) {
		maps.Copy(t.Options, from.Options)
	}
}

// checkLike reports choices of LIKE that Flink does not have, and what both tables declare where none of them is chosen.
func (b *binder) checkLike(from *Table, s *ast.CreateTable) {
	seen := map[token.Kind]bool{}
	strategy := map[token.Kind]token.Kind{}
	for _, o := range s.Like.Options {
		if seen[o.Feature] {
			b.report(LikeForm, o.Loc, "LIKE says twice what becomes of %s", o.Feature)
		}
		seen[o.Feature] = true
		if o.Strategy == token.OVERWRITING && !overwritable[o.Feature] {
			b.report(LikeForm, o.Loc, "%s cannot be overwritten", o.Feature).Help = "write EXCLUDING " + o.Feature.String()
		}
		strategy[o.Feature] = o.Strategy
	}
	chosen := func(feature token.Kind) token.Kind {
		if strategy[feature] == 0 {
			return strategy[token.ALL]
		}
		return strategy[feature]
	}
	b.watermarkTwice(from, s, chosen(token.WATERMARKS))
	if s.PartitionedBy != nil && len(from.Partition) > 0 && chosen(token.PARTITIONS) != token.EXCLUDING {
		b.report(LikeForm, s.PartitionedBy.Loc, "%s is partitioned already", from.Path.Name).Help = "write LIKE … (EXCLUDING PARTITIONS)"
	}
	if s.Distribution != nil && from.distributed && chosen(token.DISTRIBUTION) != token.EXCLUDING {
		b.report(LikeForm, s.Distribution.Loc, "%s is distributed already", from.Path.Name).Help = "write LIKE … (EXCLUDING DISTRIBUTION)"
	}
	if chosen(token.OPTIONS) == token.INCLUDING {
		for _, o := range optionsOf(s.With) {
			if _, both := from.Options[o.Key.Value]; both {
				b.report(LikeForm, o.Key.Loc, "%s has an option %q already", from.Path.Name, o.Key.Value).Help = "write LIKE … (OVERWRITING OPTIONS)"
			}
		}
	}
}

// overwritable are the features of which declarations of the new table may win over those of the other.
var overwritable = map[token.Kind]bool{token.GENERATED: true, token.METADATA: true, token.OPTIONS: true, token.WATERMARKS: true}

// watermarkTwice reports a second watermark: OVERWRITING replaces only the one of the same column.
func (b *binder) watermarkTwice(from *Table, s *ast.CreateTable, strategy token.Kind) {
	if from.Watermark == nil || strategy == token.EXCLUDING {
		return
	}
	for _, e := range s.Elements {
		w, ok := e.(*ast.Watermark)
		if !ok || w.Column.Text() == from.Watermark.Column && strategy == token.OVERWRITING {
			continue
		}
		b.report(DuplicateColumn, w.Column.Loc, "%s has a watermark for %q already", from.Path.Name, from.Watermark.Column).Help = "write LIKE … (EXCLUDING WATERMARKS)"
	}
}

// moved returns an expression with the columns of one table replaced by those of another.
func moved(e Expr, by map[*Column]Expr) Expr {
	return rewrite(e, func(x Expr) Expr {
		if r, ok := x.(*Ref); ok {
			return by[r.Column]
		}
		return nil
	})
}

// features answers which features of the other table are taken.
func features(options []ast.LikeOption) func(token.Kind) bool {
	all := true
	chosen := map[token.Kind]bool{}
	for _, o := range options {
		include := o.Strategy != token.EXCLUDING
		if o.Feature == token.ALL {
			all = include
		} else {
			chosen[o.Feature] = include
		}
	}
	return func(feature token.Kind) bool {
		if include, ok := chosen[feature]; ok {
			return include
		}
		return all
	}
}

// overwritten answers whether a column of the other table gives way to a declaration of the same name.
func overwritten(options []ast.LikeOption, own []ast.TableElement) func(feature token.Kind, name string) bool {
	return func(feature token.Kind, name string) bool {
		allowed := slices.ContainsFunc(options, func(o ast.LikeOption) bool {
			return o.Strategy == token.OVERWRITING && (o.Feature == feature || o.Feature == token.ALL)
		})
		return allowed && slices.ContainsFunc(own, func(e ast.TableElement) bool {
			c, ok := e.(*ast.Column)
			return ok && c.Name.Text() == name && (feature != token.GENERATED || c.Computed != nil) && (feature != token.METADATA || c.Metadata != nil)
		})
	}
}
