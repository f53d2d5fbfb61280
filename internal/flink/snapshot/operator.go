package snapshot

import "fmt"

// masterState passes over the state of a hook of the JobManager (MasterTriggerRestoreHook).
func (d *decoder) masterState() {
	if d.int32() != masterMagic {
		d.fail("a state of a master hook does not begin with its magic number")
	}
	d.skipEach(d.count(), 1)
}

// operator reads
//
//	[5+: name uid] id(lower, upper) parallelism maxParallelism coordinator count (index state)…
//
// A count below zero stands for an operator all of whose subtasks had ended, an index below zero for one that had.
func (d *decoder) operator() Operator {
	var o Operator
	if d.version >= 5 {
		o.Name, o.UID = d.utf(), d.utf()
	}
	o.ID = fmt.Sprintf("%016x%016x", uint64(d.int64()), uint64(d.int64()))
	o.Parallelism, o.MaxParallelism = int(d.int32()), int(d.int32())
	var files fileSet
	o.Size.Coordinator = d.stream(&files, 0)
	n := d.int32()
	if n < 0 && d.version >= 4 {
		o.Finished = true
		return o
	}
	for ; n > 0 && d.err == nil; n-- {
		if d.int32() < 0 && d.version >= 4 {
			continue
		}
		o.Subtasks++
		d.subtask(&o.Size, &files)
	}
	if n < 0 {
		d.fail("a count of %d subtasks", n)
	}
	o.Files = files.list
	return o
}

// subtask reads the state of one subtask: managed and raw operator state, managed and raw keyed state, channels.
func (d *decoder) subtask(size *Size, files *fileSet) {
	for range 2 {
		if d.int32() != 0 {
			size.Operator += d.operatorState(files)
		}
	}
	for range 2 {
		size.Keyed += d.keyed(files, 0)
	}
	for range 2 { // inputs, outputs
		for range d.items() {
			size.Channel += d.channel(files)
		}
	}
}

// Kinds of handle of operator state (MetadataV2V3SerializerBase).
const (
	nullHandle          = 0
	partitionable       = 4
	mergedPartitionable = 17 // with file merging, 1.20 and later
)

// operatorState reads the state of named lists and broadcast states, which lie in one stream:
//
//	count (name distribution count offset…)… [merged: folder-of-task folder-of-shared empty] stream
func (d *decoder) operatorState(files *fileSet) int64 {
	kind := d.int8()
	switch kind {
	case nullHandle:
		return 0
	case partitionable, mergedPartitionable:
	default:
		d.fail("operator state of kind %d is not known", kind)
	}
	for range d.items() {
		d.utf()
		d.int8()
		d.skipEach(d.count(), 8)
	}
	if kind == mergedPartitionable {
		d.path()
		d.path()
		d.int8()
	}
	return d.stream(files, 0)
}

// Kinds of channel state, which version 6 says (ChannelStateHandleSerializerV2).
const (
	mergedInput  = 3
	mergedOutput = 4
)

// channel reads the state of a channel, or since version 6 of several.
func (d *decoder) channel(files *fileSet) int64 {
	if d.version >= 6 {
		switch kind := d.int8(); kind {
		case 1, 2:
		case mergedInput, mergedOutput:
			d.int32() // subtask
			size := d.size()
			d.stream(files, 0)
			d.skipEach(d.count(), 1)
			return size
		default:
			d.fail("channel state of kind %d is not known", kind)
		}
	}
	d.skip(3 * 4) // subtask, and the two numbers of the channel
	d.skipEach(d.count(), 8)
	size := d.size()
	d.stream(files, 0)
	return size
}
