// Metadata columns.

package connector

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/sql/types"
)

// MetadataColumn is a declared METADATA column.
type MetadataColumn struct {
	Name    string
	Key     string
	Type    types.Type
	Virtual bool // read, not written
}

// metadata checks the metadata columns of a table: all of them when it is read, those that are written when it is.
func (k *checking) metadata() {
	format := k.registry.valueFormat(k.connector, k.table)
	known := k.connector.metadata(format, k.release)
	for _, c := range k.table.Metadata {
		if c.Virtual && k.use == ToSink {
			continue
		}
		if strings.HasPrefix(c.Key, "value.") && k.connector.formatMetadata && (format == nil || format.Others != RefusesOther) {
			continue // of a format that may have it
		}
		if message := k.metadataColumn(c, FindMetadata(known, c.Key)); message != "" {
			k.add(Problem{Kind: WrongMetadata, Sure: k.sure, Message: message, Near: nearest(c.Key, k.metadataKeys(known)), Known: k.metadataKeys(known)})
		}
	}
}

// metadataColumn says what is wrong with a column whose key is m, nil for a key that is not known.
func (k *checking) metadataColumn(c MetadataColumn, m *Metadata) string {
	switch {
	case m == nil || k.use != ToSink && !m.Readable:
		return fmt.Sprintf("the connector %s has no metadata %q for column %q", k.connector.Name, c.Key, c.Name)
	case k.use == ToSink && !m.Writable:
		return fmt.Sprintf("the metadata %q cannot be written: column %q has to be VIRTUAL", c.Key, c.Name)
	case k.use == ToSink && !types.Casts(c.Type, m.Type), k.use != ToSink && !types.Casts(m.Type, c.Type):
		return fmt.Sprintf("the metadata %q is %s, column %q is %s", c.Key, m.Type, c.Name, c.Type)
	}
	return ""
}

func (k *checking) metadataKeys(known []Metadata) []string {
	var keys []string
	for _, m := range known {
		if k.use == ToSink && m.Writable || k.use != ToSink && m.Readable {
			keys = append(keys, m.Key)
		}
	}
	return keys
}
