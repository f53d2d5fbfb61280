// Class paths: where the classes of functions are looked for.

package project

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/udf"
)

// ClassPaths opens the jars of a project's jobs, each set of them once. It may be used by many goroutines.
type ClassPaths struct {
	project *Project

	mu   sync.Mutex
	open map[string]*classfile.Jars // by the paths, one a line
}

// ClassPaths returns the class paths of a project. No jar is read before a function asks for its class.
func (p *Project) ClassPaths() *ClassPaths {
	return &ClassPaths{project: p, open: map[string]*classfile.Jars{}}
}

// Of returns the class path of a job with these jars, which are relative to the project.
func (c *ClassPaths) Of(jars []string) bind.ClassPath {
	return func(using []string) udf.Classes {
		var paths []string
		for _, jar := range slices.Concat(jars, using) {
			if path, ok := c.local(jar); ok && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
		return c.jars(paths)
	}
}

// Shared returns the class path of shared DDL: the jars that all jobs of SQL have.
func (c *ClassPaths) Shared() bind.ClassPath {
	var common []string
	first := true
	for _, j := range c.project.Jobs {
		switch {
		case j.Kind != SQL:
		case first:
			common, first = slices.Clone(j.Jars), false
		default:
			common = slices.DeleteFunc(common, func(jar string) bool { return !slices.Contains(j.Jars, jar) })
		}
	}
	return c.Of(common)
}

// local returns the path of a jar on this machine; false for one that lies elsewhere.
func (c *ClassPaths) local(jar string) (string, bool) {
	if u, err := url.Parse(jar); err == nil && len(u.Scheme) > 1 { // one letter is a drive of Windows
		if u.Scheme != "file" {
			return "", false
		}
		jar = filepath.FromSlash(u.Path)
	}
	if filepath.IsAbs(jar) {
		return jar, true
	}
	return c.project.Path(jar), jar != ""
}

func (c *ClassPaths) jars(paths []string) *classfile.Jars {
	key := strings.Join(paths, "\n")
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[key] == nil {
		c.open[key] = classfile.OpenJars(paths...)
	}
	return c.open[key]
}
