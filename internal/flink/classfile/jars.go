// Classes in jars.

package classfile

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Jars is a class path: jars that are opened when the first class is asked for. It may be used by many goroutines.
type Jars struct {
	paths []string
	index func() map[string]entry

	mu     sync.Mutex
	parsed map[string]*Class // nil of one that is broken
}

// entry is where a class stands.
type entry struct{ jar, file string }

// OpenJars returns the class path of jars at paths. Jars that are not there, or are none, hold nothing.
func OpenJars(paths ...string) *Jars {
	j := &Jars{paths: paths, parsed: map[string]*Class{}}
	j.index = sync.OnceValue(j.list)
	return j
}

// list finds the classes of all jars; of two of a name the first counts, as on a class path.
func (j *Jars) list() map[string]entry {
	index := map[string]entry{}
	for _, path := range j.paths {
		z, err := zip.OpenReader(path)
		if err != nil {
			continue
		}
		for _, f := range z.File {
			name, ok := strings.CutSuffix(f.Name, ".class")
			if _, twice := index[dotted(name)]; ok && !twice {
				index[dotted(name)] = entry{jar: path, file: f.Name}
			}
		}
		_ = z.Close()
	}
	return index
}

// Class returns the class of a name such as shop.Functions$Mask, or nil when no jar has it or it cannot be read.
func (j *Jars) Class(name string) *Class {
	at, ok := j.index()[name]
	if !ok {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	c, known := j.parsed[name]
	if !known {
		c, _ = read(at)
		j.parsed[name] = c
	}
	return c
}

func read(at entry) (*Class, error) {
	z, err := zip.OpenReader(at.jar)
	if err != nil {
		return nil, fmt.Errorf("opening jar %s: %w", at.jar, err)
	}
	defer func() { _ = z.Close() }()
	f, err := z.Open(at.file)
	if err != nil {
		return nil, fmt.Errorf("opening %s in jar %s: %w", at.file, at.jar, err)
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s in jar %s: %w", at.file, at.jar, err)
	}
	return Parse(raw)
}
