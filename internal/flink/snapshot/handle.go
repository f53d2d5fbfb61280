package snapshot

// Kinds of stream and of keyed state (MetadataV2V3SerializerBase). A second form of a kind has a name of its own at the
// end, or more numbers.
const (
	inlineBytes        = 1
	absoluteFile       = 2
	keyGroups          = 3
	incremental        = 5
	relativeFile       = 6
	savepointKeyGroups = 7
	changelog          = 8
	changelogBytes     = 9
	changelogFile      = 10
	incremental2       = 11
	keyGroups2         = 12
	changelogFile2     = 13
	changelog2         = 14
	segment            = 15
	emptySegment       = 16
)

// deepest is how far handles may nest: a changelog holds keyed state, which holds key groups, which hold a stream.
const deepest = 16

// fileSet collects files, each once, in order.
type fileSet struct {
	list []File
	seen map[string]bool
}

func (s *fileSet) add(f File) {
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	if !s.seen[f.Path] {
		s.seen[f.Path] = true
		s.list = append(s.list, f)
	}
}

// stream reads a handle of a stream of bytes and returns its size.
func (d *decoder) stream(files *fileSet, depth int) int64 {
	if depth > deepest {
		d.fail("handles nest deeper than %d", deepest)
		return 0
	}
	switch kind := d.int8(); kind {
	case nullHandle:
		return 0
	case inlineBytes:
		d.utf() // a name that no file has
		n := d.count()
		d.skipEach(n, 1)
		return int64(n)
	case absoluteFile:
		f := File{Size: d.size()}
		f.Path = d.path()
		files.add(f)
		return f.Size
	case relativeFile:
		f := File{Path: d.utf(), Relative: true}
		f.Size = d.size()
		files.add(f)
		return f.Size
	case keyGroups:
		d.keyGroupOffsets()
		return d.stream(files, depth+1)
	case segment, emptySegment:
		return d.segment(kind, files)
	default:
		d.fail("a stream of kind %d is not known", kind)
		return 0
	}
}

// segment reads a part of a file that several states share (file merging, 1.20 and later). The size of the whole file is
// not recorded: it is at least up to the end of this part.
func (d *decoder) segment(kind int8, files *fileSet) int64 {
	if kind == emptySegment {
		return 0
	}
	start, size := d.size(), d.size()
	d.int32() // scope
	path := d.path()
	d.utf() // logical file
	for i, f := range files.list {
		if f.Path == path {
			files.list[i].Size = max(f.Size, start+size)
		}
	}
	files.add(File{Path: path, Size: start + size})
	return size
}

// keyed reads a handle of keyed state and returns its size.
func (d *decoder) keyed(files *fileSet, depth int) int64 {
	if depth > deepest {
		d.fail("handles nest deeper than %d", deepest)
		return 0
	}
	switch kind := d.int8(); kind {
	case nullHandle:
		return 0
	case keyGroups, keyGroups2, savepointKeyGroups:
		d.keyGroupOffsets()
		size := d.stream(files, depth+1)
		if kind == keyGroups2 {
			d.utf()
		}
		return size
	case incremental, incremental2:
		return d.incremental(kind, files, depth)
	case changelog, changelog2:
		return d.changelog(kind, files, depth)
	case changelogBytes:
		return d.changelogBytes()
	case changelogFile, changelogFile2:
		return d.changelogFile(kind, files, depth)
	default:
		d.fail("keyed state of kind %d is not known", kind)
		return 0
	}
}

// keyGroupOffsets passes over a range of key groups and where each begins.
func (d *decoder) keyGroupOffsets() {
	d.int32() // first
	d.skipEach(d.count(), 8)
}

// keyGroupRange passes over a range of key groups.
func (d *decoder) keyGroupRange() { d.skip(2 * 4) }

// incremental reads the files of RocksDB or ForSt: those that checkpoints share, and those of this one.
func (d *decoder) incremental(kind int8, files *fileSet, depth int) int64 {
	d.int64() // checkpoint
	d.utf()   // backend
	d.keyGroupRange()
	if kind == incremental2 {
		d.int64() // size of what this checkpoint added; unknown is negative
	}
	size := d.stream(files, depth+1)
	for range 2 { // shared, private
		for range d.items() {
			d.utf() // name in RocksDB
			size += d.stream(files, depth+1)
		}
	}
	if kind == incremental2 {
		d.utf()
	}
	return size
}

// changelog reads materialised state and the changes since.
func (d *decoder) changelog(kind int8, files *fileSet, depth int) (size int64) {
	d.keyGroupRange()
	d.int64() // size of what this checkpoint added
	for range 2 {
		for range d.items() {
			size += d.keyed(files, depth+1)
		}
	}
	d.int64() // materialisation
	if kind == changelog2 {
		d.int64() // checkpoint
	}
	d.utf()
	return size
}

func (d *decoder) changelogBytes() (size int64) {
	d.keyGroupRange()
	d.skip(2 * 8) // from, to
	for range d.items() {
		d.int32() // key group
		n := d.count()
		d.skipEach(n, 1)
		size += int64(n)
	}
	d.utf()
	return size
}

func (d *decoder) changelogFile(kind int8, files *fileSet, depth int) int64 {
	d.keyGroupRange()
	for range d.items() {
		d.int64() // where the changes begin
		d.stream(files, depth+1)
	}
	size := d.size()
	d.int64() // size of what this checkpoint added
	d.utf()
	if kind == changelogFile2 {
		d.utf() // storage
	}
	return size
}
