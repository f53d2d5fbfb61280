// Package snapshot reads the _metadata file of a savepoint or checkpoint: which operators have state in it, how much, and
// in which files. It runs no Java and opens none of those files.
//
// The format is that of org.apache.flink.runtime.checkpoint.metadata: versions 3 (Flink 1.11) to 6 (2.1 and later). What
// is not known, be it a version or a kind of handle, is an error: a file list with a gap would be worse than none.
package snapshot

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// FileName is the name of the file in the folder of a savepoint or checkpoint. It is written last.
const FileName = "_metadata"

// Versions of the format that Read knows (MetadataSerializers).
const (
	oldest = 3
	newest = 6
)

// Snapshot is what a _metadata file says.
type Snapshot struct {
	Version      int // of the format
	CheckpointID int64
	Operators    []Operator // in the order of the file
}

// Operator is the state of one operator.
type Operator struct {
	ID             string // 32 hexadecimal digits, as Flink prints them
	Name           string // "" before version 5
	UID            string // "" before version 5, and for operators without one
	Parallelism    int
	MaxParallelism int
	Finished       bool // all its subtasks had ended
	Subtasks       int  // that have state
	Size           Size
	Files          []File // without duplicates, in the order of the file
}

// Size is how much state there is, in bytes, by kind. State small enough to be inside _metadata counts too.
type Size struct {
	Coordinator int64 // of a source's coordinator, such as splits not yet assigned
	Operator    int64 // lists and broadcast state
	Keyed       int64
	Channel     int64 // records in flight of an unaligned checkpoint
}

// Total is the sum.
func (s Size) Total() int64 { return s.Coordinator + s.Operator + s.Keyed + s.Channel }

// File is a file outside _metadata that holds state.
type File struct {
	Path     string // a name in the folder of the snapshot when Relative, otherwise absolute with its scheme
	Relative bool
	Size     int64 // as Flink recorded it
}

// Size is the state of all operators.
func (s Snapshot) Size() (total Size) {
	for _, o := range s.Operators {
		total.Coordinator += o.Size.Coordinator
		total.Operator += o.Size.Operator
		total.Keyed += o.Size.Keyed
		total.Channel += o.Size.Channel
	}
	return total
}

// Files lists the files of all operators, each once.
func (s Snapshot) Files() []File {
	var files fileSet
	for _, o := range s.Operators {
		for _, f := range o.Files {
			files.add(f)
		}
	}
	return files.list
}

// Open reads the snapshot in a local folder, given as a path or as a file: URL in Flink's spelling. A folder without
// _metadata, or none at all, is a fault of kind NotFound.
func Open(dir string) (Snapshot, error) {
	path, ok := LocalPath(dir)
	if !ok {
		return Snapshot{}, fault.Errorf(fault.Failed, "%s is not on this machine: only file: can be read", dir)
	}
	if filepath.Base(path) != FileName {
		path = filepath.Join(path, FileName)
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return Snapshot{}, fault.Errorf(fault.NotFound, "no savepoint or checkpoint in %s", dir)
	}
	if err != nil {
		return Snapshot{}, err
	}
	defer f.Close()
	s, err := Read(f)
	if err != nil {
		return Snapshot{}, fault.Errorf(fault.Failed, "reading %s: %w", path, err)
	}
	return s, nil
}

// LocalPath turns what Flink calls a path (org.apache.flink.core.fs.Path: "file:/a b", "file:///a b", or no scheme) into
// a path of this machine, and false when it is on another file system. Nothing in it is escaped.
func LocalPath(path string) (string, bool) {
	if rest, ok := strings.CutPrefix(path, "file:"); ok {
		if local, ok := strings.CutPrefix(rest, "//"); ok {
			rest = local
		}
		if len(rest) > 2 && rest[0] == '/' && rest[2] == ':' { // /C:/…
			rest = rest[1:]
		}
		return filepath.FromSlash(rest), true
	}
	scheme, _, ok := strings.Cut(path, ":")
	if ok && len(scheme) > 1 && !strings.ContainsAny(scheme, `/\`) { // C: is a drive
		return "", false
	}
	return path, true
}

// Read reads a _metadata file. The Java object at its end (CheckpointProperties) is left alone.
func Read(r io.Reader) (Snapshot, error) { return read(&decoder{in: bufio.NewReader(r)}) }

func read(d *decoder) (Snapshot, error) {
	if d.int32() != magic {
		return Snapshot{}, fmt.Errorf("no metadata of a savepoint or checkpoint: it does not begin with %08x", uint32(magic))
	}
	s := Snapshot{Version: int(d.int32())}
	if d.err == nil && (s.Version < oldest || s.Version > newest) {
		return Snapshot{}, fmt.Errorf("metadata of version %d: only %d to %d can be read", s.Version, oldest, newest)
	}
	d.version = s.Version
	s.CheckpointID = d.int64()
	for range d.items() {
		d.masterState()
	}
	for range d.items() {
		s.Operators = append(s.Operators, d.operator())
	}
	if d.err != nil {
		return Snapshot{}, fmt.Errorf("at byte %d: %w", d.offset, d.err)
	}
	return s, nil
}
