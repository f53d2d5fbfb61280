package internal_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the import path of this repository.
const module = "github.com/autostream/autostream/"

// goFile is one parsed file of the module.
type goFile struct {
	path      string // from the module root, with slashes
	source    []byte
	syntax    *ast.File
	test      bool
	generated bool
}

// goPackage is a folder with its files, tests included.
type goPackage struct {
	dir   string // from the module root, with slashes
	files []*goFile
}

// house is every package of the module, in order of their folders.
type house struct {
	fset     *token.FileSet
	packages []*goPackage
}

// readHouse parses the module, whatever build tags a file carries. Modules nested in it and testdata are not part of it.
func readHouse(t *testing.T) *house {
	t.Helper()
	h := &house{fset: token.NewFileSet()}
	byDir := map[string]*goPackage{}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipFolder(name)
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := h.parse(name)
		if err != nil {
			return err
		}
		dir := path.Dir(file.path)
		if byDir[dir] == nil {
			byDir[dir] = &goPackage{dir: dir}
			h.packages = append(h.packages, byDir[dir])
		}
		byDir[dir].files = append(byDir[dir].files, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.packages) == 0 {
		t.Fatalf("no packages found: the walk is broken")
	}
	slices.SortFunc(h.packages, func(a, b *goPackage) int { return strings.Compare(a.dir, b.dir) })
	return h
}

// skipFolder keeps the walk out of folders whose files are not of this module.
func skipFolder(name string) error {
	base := filepath.Base(name)
	if name == ".." {
		return nil
	}
	if base == "testdata" || strings.HasPrefix(base, ".") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func (h *house) parse(name string) (*goFile, error) {
	source, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel("..", name)
	if err != nil {
		return nil, err
	}
	rel = filepath.ToSlash(rel)
	syntax, err := parser.ParseFile(h.fset, rel, source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	return &goFile{
		path: rel, source: source, syntax: syntax,
		test:      strings.HasSuffix(rel, "_test.go"),
		generated: ast.IsGenerated(syntax),
	}, nil
}

// name is the file's name without its folder.
func (f *goFile) name() string { return path.Base(f.path) }

// lines counts the lines of the file.
func (f *goFile) lines() int { return bytes.Count(f.source, []byte("\n")) }

// imports returns the import paths of the file with their places.
func (f *goFile) imports() map[string]token.Pos {
	found := map[string]token.Pos{}
	for _, spec := range f.syntax.Imports {
		found[strings.Trim(spec.Path.Value, `"`)] = spec.Pos()
	}
	return found
}

// within says whether a folder or import path is root or lies under it.
func within(name, root string) bool {
	return name == root || strings.HasPrefix(name, strings.TrimSuffix(root, "/")+"/")
}

// withinAny says whether a folder or import path lies under one of the roots.
func withinAny(name string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return within(name, root) })
}
