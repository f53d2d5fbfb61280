// Sessions: what the statements of a script see and change.

package bind

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
)

// Session is catalogs, objects and settings. It is used by one goroutine at a time.
type Session struct {
	Release    token.Release
	Connectors *connector.Registry // nil for those of the parent, else for those that AutoStream knows by itself
	Classes    ClassPath           // of functions; nil for that of the parent, else nothing is known of them

	parent    *Session // frozen; its objects are seen through this one
	current   catalog.Path
	catalogs  map[string]*namespace   // nil for one that was dropped
	tables    map[catalog.Path]*Table // nil for one that was dropped
	functions map[catalog.Path]*Routine
	models    map[catalog.Path]*Model // nil for one that was dropped
	settings  map[string]string
	holes     bool     // a statement before could not be read: any name may have been declared by it
	modules   []string // that are loaded besides core: there are more functions than the built-in ones
	jars      []string // of ADD JAR
}

// namespace is a catalog.
type namespace struct {
	open      bool   // its content is not known
	initial   string // database that USE CATALOG begins in
	databases map[string]bool
}

// Routine is a function that was declared by a statement.
type Routine struct {
	Path      catalog.Path
	Temporary bool
	System    bool
	Class     string
	Language  token.Kind
	Syntax    *ast.CreateFunction
	Function  *catalog.UserFunction // what its class says; nil when that is not known

	beneath *Routine // that a temporary function hides; nil for none
}

// NewSession returns a session as Flink starts one: the default catalog with an empty database.
func NewSession(release token.Release) *Session {
	s := &Session{Release: release, current: catalog.Path{Catalog: catalog.DefaultCatalog, Database: catalog.DefaultDatabase}}
	s.alloc()
	s.catalogs[catalog.DefaultCatalog] = &namespace{initial: catalog.DefaultDatabase, databases: map[string]bool{catalog.DefaultDatabase: true}}
	return s
}

func (s *Session) alloc() {
	s.catalogs = map[string]*namespace{}
	s.tables = map[catalog.Path]*Table{}
	s.functions = map[catalog.Path]*Routine{}
	s.models = map[catalog.Path]*Model{}
	s.settings = map[string]string{}
}

// Child returns a session that begins with all that s has and changes nothing of it. From then on s must not be changed:
// jobs of a project that share DDL are children of one session.
func (s *Session) Child() *Session {
	c := &Session{Release: s.Release, parent: s, current: s.current, modules: s.modules, holes: s.holes, jars: s.jars}
	c.alloc()
	return c
}

// Setting returns the value of SET 'key' = 'value'.
func (s *Session) Setting(key string) (string, bool) {
	for ; s != nil; s = s.parent {
		if v, ok := s.settings[key]; ok {
			return v, v != ""
		}
	}
	return "", false
}

// Settings returns a copy of everything that is set.
func (s *Session) Settings() map[string]string {
	all := maps.Clone(s.flat())
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// Set is SET 'key' = 'value': what a job's configuration says before its script runs. Statements keep the settings of
// their time, so a new map takes the place of theirs.
func (s *Session) Set(key, value string) {
	s.settings = maps.Clone(s.settings)
	s.settings[key] = value
}

// flat returns all settings, those that were reset with the value "". It is not to be changed.
func (s *Session) flat() map[string]string {
	if s.parent == nil {
		return s.settings
	}
	all := maps.Clone(s.parent.flat())
	maps.Copy(all, s.settings)
	return all
}

// reset takes back a setting, or all of them.
func (s *Session) reset(key string) {
	s.settings = maps.Clone(s.settings)
	for at := s; at != nil; at = at.parent {
		for k := range at.settings {
			if key == "" || k == key {
				s.settings[k] = ""
			}
		}
	}
}

// Tables calls yield for every table and view of the session, nearest declaration first, in no other order.
func (s *Session) Tables(yield func(*Table) bool) {
	seen := map[catalog.Path]bool{}
	for ; s != nil; s = s.parent {
		for path, t := range s.tables {
			if !seen[path] && t != nil && !yield(t) {
				return
			}
			seen[path] = true
		}
	}
}

// Named returns the table that a name without a path means, or nil.
func (s *Session) Named(name string) *Table { return s.table(s.path([]string{name})) }

func (s *Session) catalog(name string) *namespace {
	for ; s != nil; s = s.parent {
		if n, ok := s.catalogs[name]; ok {
			return n
		}
	}
	return nil
}

// ownCatalog returns a catalog that may be changed.
func (s *Session) ownCatalog(name string) *namespace {
	n := s.catalog(name)
	if n == nil || s.catalogs[name] == n {
		return n
	}
	own := &namespace{open: n.open, initial: n.initial, databases: maps.Clone(n.databases)}
	s.catalogs[name] = own
	return own
}

// catalogOf returns the catalog of a table; an unknown one is open.
func (s *Session) catalogOf(t *Table) *namespace {
	if n := s.catalog(t.Path.Catalog); n != nil {
		return n
	}
	return &namespace{open: true}
}

// declare makes a table known. A temporary one hides a table of the same path, until it is dropped.
func (s *Session) declare(t *Table) {
	old := s.table(t.Path)
	switch {
	case old == nil:
	case t.Temporary && !old.Temporary:
		t.beneath = old
	case t.Temporary:
		t.beneath = old.beneath
	case old.Temporary:
		hiding := *old
		hiding.beneath = t
		t = &hiding
	}
	s.tables[t.Path] = t
}

func (s *Session) table(path catalog.Path) *Table {
	for ; s != nil; s = s.parent {
		if t, ok := s.tables[path]; ok {
			return t
		}
	}
	return nil
}

func (s *Session) routine(path catalog.Path) *Routine {
	for ; s != nil; s = s.parent {
		if r, ok := s.functions[path]; ok {
			return r
		}
	}
	return nil
}

// path completes a name with the current catalog and database. Names have up to three parts; of more, the last three.
func (s *Session) path(parts []string) catalog.Path {
	p := s.current
	n := len(parts)
	p.Name = parts[n-1]
	if n > 1 {
		p.Database = parts[n-2]
	}
	if n > 2 {
		p.Catalog = parts[n-3]
	}
	return p
}

// openPath reports whether there may be objects at a path that the session does not know.
func (s *Session) openPath(p catalog.Path) bool {
	n := s.catalog(p.Catalog)
	return s.holes || n != nil && n.open
}

// find returns the table of a name. Without one it returns a table of unknown columns where there may be one, else nil.
func (s *Session) find(parts []string) *Table {
	path := s.path(parts)
	if t := s.table(path); t != nil {
		if t.Open && s.tables[path] != t {
			t = t.own()
			s.tables[path] = t
		}
		return t
	}
	if !s.openPath(path) {
		return nil
	}
	t := &Table{Path: path, Open: true}
	s.tables[path] = t
	return t
}

// call finds the routine of a name in the order in which Flink looks: temporary system functions, then (between them
// come the built-in ones) those of the catalog.
func (s *Session) call(parts []string) *Routine {
	if len(parts) == 1 {
		if r := s.routine(catalog.Path{Name: fold(parts[0])}); r != nil {
			return r
		}
	}
	path := s.path(parts)
	path.Name = fold(path.Name)
	return s.routine(path)
}

// tableNames returns the names that may be meant by a name without a path.
func (s *Session) tableNames() []string {
	var names []string
	for t := range s.Tables {
		names = append(names, t.Path.Name)
	}
	slices.Sort(names)
	return names
}

func parts(n *ast.Name) []string {
	p := make([]string, len(n.Parts))
	for i := range n.Parts {
		p[i] = n.Parts[i].Name
	}
	return p
}
