package internal_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
)

// The rules about what is in a file, one function each.

func checkStart(_ *house, p *goPackage, report reporter) {
	for _, f := range p.files {
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				report(fn.Pos(), "init runs unasked: call it from the composition root")
			}
		}
		for _, spec := range f.syntax.Imports {
			if spec.Name != nil && spec.Name.Name == "_" && spec.Path.Value != `"embed"` {
				report(spec.Pos(), "a blank import hides what it registers")
			}
		}
	}
}

func checkGlobals(_ *house, p *goPackage, report reporter) {
	globals := map[string]bool{}
	for _, f := range p.files {
		for _, name := range packageVariables(f) {
			globals[name] = !f.test
		}
	}
	for _, f := range p.files {
		if f.test {
			continue
		}
		for at, name := range assigned(f) {
			if globals[name] {
				report(at, "%s is a package variable and is changed here", name)
			}
		}
	}
}

// packageVariables lists the names that var declarations at the top of a file introduce.
func packageVariables(f *goFile) []string {
	var names []string
	for _, decl := range f.syntax.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR {
			continue
		}
		for _, spec := range gen.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok {
				for _, id := range value.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

// assigned finds the names at the root of what a file's functions assign to, local variables left out.
func assigned(f *goFile) map[token.Pos]string {
	found := map[token.Pos]string{}
	add := func(e ast.Expr) {
		if id := rootName(e); id != nil && id.Name != "_" && (id.Obj == nil || f.syntax.Scope.Lookup(id.Name) == id.Obj) {
			found[id.Pos()] = id.Name
		}
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, left := range n.Lhs {
					add(left)
				}
			}
		case *ast.IncDecStmt:
			add(n.X)
		case *ast.CallExpr:
			if (isName(n.Fun, "delete") || isName(n.Fun, "clear")) && len(n.Args) > 0 {
				add(n.Args[0])
			}
		}
		return true
	})
	return found
}

// rootName is x in x, x.field, x[i], *x.
func rootName(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return rootName(e.X)
	case *ast.IndexExpr:
		return rootName(e.X)
	case *ast.StarExpr:
		return rootName(e.X)
	case *ast.ParenExpr:
		return rootName(e.X)
	}
	return nil
}

func checkPackageComment(_ *house, p *goPackage, report reporter) {
	home := path.Base(p.dir) + ".go"
	var has, code *goFile
	for _, f := range p.files {
		if f.test {
			continue
		}
		code = f
		switch {
		case f.syntax.Name.Name == "main":
			home = "main.go"
		case f.name() == f.syntax.Name.Name+".go":
			home = f.name()
		}
		if f.syntax.Doc != nil && !f.generated {
			if has != nil {
				report(f.syntax.Package, "the package comment stands in %s too", has.path)
			}
			has = f
		}
	}
	switch {
	case code == nil: // tests only
	case has == nil:
		report(code.syntax.Package, "no package comment; it belongs into %s", home)
	case has.name() != home:
		report(has.syntax.Package, "the package comment belongs into %s", home)
	}
}

func checkFileComment(_ *house, p *goPackage, report reporter) {
	for _, f := range p.files {
		if f.test || f.generated || f.syntax.Doc != nil {
			continue
		}
		first := firstDeclaration(f.syntax)
		if first == nil {
			continue
		}
		if !slices.ContainsFunc(f.syntax.Comments, func(c *ast.CommentGroup) bool { return c.End() < first.Pos()+1 || c == docOf(first) }) {
			report(first.Pos(), "no comment before the first declaration")
		}
	}
}

// firstDeclaration is the first one that is not an import.
func firstDeclaration(f *ast.File) ast.Decl {
	for _, decl := range f.Decls {
		if gen, ok := decl.(*ast.GenDecl); !ok || gen.Tok != token.IMPORT {
			return decl
		}
	}
	return nil
}

func docOf(decl ast.Decl) *ast.CommentGroup {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return decl.Doc
	case *ast.GenDecl:
		return decl.Doc
	}
	return nil
}

// longest is the number of lines a file may have. The medians of the codebases we admire lie between 60 and 320.
const longest = 450

func checkLength(_ *house, p *goPackage, report reporter) {
	for _, f := range p.files {
		if n := f.lines(); n > longest && !f.generated {
			report(f.syntax.Package, "%d lines, the limit is %d", n, longest)
		}
	}
}

func checkTaggedTests(_ *house, p *goPackage, report reporter) {
	for _, f := range p.files {
		for _, tag := range []string{"flink", "clusters"} {
			named := strings.HasSuffix(f.path, "_"+tag+"_test.go")
			tagged := strings.HasPrefix(string(f.source), "//go:build "+tag+"\n")
			if named != tagged {
				report(f.syntax.Package, "the name _%[1]s_test.go and a first line //go:build %[1]s go together", tag)
			}
		}
	}
}

func checkNames(_ *house, p *goPackage, report reporter) {
	if slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "misc", "shared"}, path.Base(p.dir)) {
		report(p.files[0].syntax.Package, "%s says nothing about what is in it", p.dir)
	}
	for _, f := range p.files {
		for name, object := range f.syntax.Scope.Objects {
			if object.Kind == ast.Typ && slices.ContainsFunc([]string{"Info", "Data", "Manager", "Helper", "Util", "Utils"}, func(vague string) bool {
				return strings.HasSuffix(name, vague) && !slices.ContainsFunc([]string{"JobManager", "TaskManager", "ackageManager", "esourceManager"}, func(term string) bool {
					return strings.HasSuffix(name, term) // what Flink and systems call theirs
				})
			}) {
				report(object.Pos(), "type %s: say what it is", name)
			}
		}
	}
}
