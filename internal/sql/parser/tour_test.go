package parser_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/unparse"
)

var update = flag.Bool("update", false, "rewrite the goldens of the tour files that ran")

// tour is the folder of our own statements, at least one for each production and clause; NAME.sql has NAME.golden.
const tour = "../../../testdata/sql/tour"

// TestTour holds the tree, the text that it is written as, the same with all parentheses, and the findings.
func TestTour(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(tour, "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tour: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".sql"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(source.New(filepath.Base(name), string(text)))
			golden := strings.TrimSuffix(name, ".sql") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatalf("%v: run with -update", err)
			}
			if diff := cmp.Diff(strings.Split(strings.ReplaceAll(string(want), "\r\n", "\n"), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("differs from %s; -update rewrites it\n%.3000s", golden, diff)
			}
		})
	}
}

// TestTourOrphans finds goldens whose statements are gone.
func TestTourOrphans(t *testing.T) {
	t.Parallel()
	goldens, err := filepath.Glob(filepath.Join(tour, "*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range goldens {
		if _, err := os.Stat(strings.TrimSuffix(g, ".golden") + ".sql"); err != nil {
			t.Errorf("%s belongs to no file of statements", g)
		}
	}
}

// describe writes down everything the parser has to say about a script.
func describe(file *source.File) string {
	script, findings := parser.Parse(file, parser.Options{Release: token.Default})
	var b strings.Builder
	for i, s := range script.Statements {
		fmt.Fprintf(&b, "%s\n", script.Text(s))
		if _, bad := s.(*ast.BadStatement); !bad {
			fmt.Fprintf(&b, "  print: %s\n", unparse.Statement(s, unparse.Options{}))
			if full := unparse.Statement(s, unparse.Options{Parens: true}); full != unparse.Statement(s, unparse.Options{}) {
				fmt.Fprintf(&b, "  full:  %s\n", full)
			}
			fmt.Fprintf(&b, "  tree:  %s\n", dump(reflect.ValueOf(s)))
		}
		for _, f := range findings {
			if f.Statement == i+1 {
				p := file.Position(f.Span.Start)
				start := file.Position(s.Span().Start)
				fmt.Fprintf(&b, "  %d:%d %s %s %q", p.Line-start.Line+1, p.Column, f.Rule, f.Message, file.Slice(f.Span))
				if f.Help != "" {
					fmt.Fprintf(&b, " (%s)", f.Help)
				}
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// dump writes a tree on one line: types and fields that say something, without places.
func dump(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return dump(v.Elem())
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = dump(v.Index(i))
		}
		return "[" + strings.Join(items, " ") + "]"
	case reflect.Struct:
		return dumpStruct(v)
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	default:
		return fmt.Sprint(v.Interface())
	}
}

func dumpStruct(v reflect.Value) string {
	switch n := v.Interface().(type) {
	case ast.Ident:
		return fmt.Sprintf("%q", n.Name)
	case ast.Name:
		return fmt.Sprintf("%q", n.Text())
	}
	fields := []string{v.Type().Name()}
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		switch {
		case f.Type == reflect.TypeFor[ast.Loc](), value.IsZero() && f.Name != "Null":
		case f.Anonymous:
			inner := dumpStruct(value)
			if rest := strings.TrimPrefix(strings.Trim(inner, "()"), f.Type.Name()); rest != "" {
				fields = append(fields, strings.TrimSpace(rest))
			}
		case value.IsZero():
		default:
			fields = append(fields, f.Name+":"+dump(value))
		}
	}
	return "(" + strings.Join(fields, " ") + ")"
}
