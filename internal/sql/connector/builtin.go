// What comes with AutoStream.

package connector

import (
	"embed"
	"maps"
	"sync"
)

//go:embed *.txt
var files embed.FS

var builtin = sync.OnceValue(func() *Registry {
	all := &Registry{connectors: map[string]*Connector{}, formats: map[string]*Format{}}
	entries, _ := files.ReadDir(".")
	for _, entry := range entries {
		text, _ := files.ReadFile(entry.Name())
		more, err := Parse(entry.Name(), string(text))
		if err != nil {
			panic("connector: " + err.Error()) // a broken file of ours, found by the first test
		}
		maps.Copy(all.connectors, more.connectors)
		maps.Copy(all.formats, more.formats)
	}
	return all
})

// Builtin returns the connectors and formats that AutoStream knows by itself.
func Builtin() *Registry { return builtin() }
