// Package jfr reads samples out of recordings of JDK Flight Recorder: which stacks used a processor, and which allocated.
//
//	recording ──▶ chunks ──▶ types ──▶ constants ──▶ events ──▶ []Sample
//	              jfr.go     types.go  constants.go
//
// The format is not described anywhere but in its writer (HotSpot, src/hotspot/share/jfr) and reader (jdk.jfr.internal.consumer);
// it has been the same since Java 9, and OpenJDK 8u262 has it too. A recording describes its own types, so that nothing of
// a release of Java is known here but the names of a few events. It turns values into values.
package jfr

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind sorts samples.
type Kind string

// The kinds.
const (
	Running    Kind = "running"    // a thread that used a processor, in Java
	Native     Kind = "native"     // a thread that was outside of Java, mostly waiting
	Allocation Kind = "allocation" // of an object
)

// Sample is a stack with how much it stands for.
type Sample struct {
	Kind   Kind
	Thread string
	Frames []string // the innermost first: "com.example.Udf.eval(Udf.java:12)"; the file is that which the class should be in
	Class  string   // of an allocated object: "byte[]"
	Weight int64    // 1, or bytes that were allocated
}

// events are the types of events that are samples. Of those of allocations a recording has the first or the other two.
var events = map[string]Kind{
	"jdk.ExecutionSample": Running, "jdk.NativeMethodSample": Native,
	"jdk.ObjectAllocationSample":      Allocation,
	"jdk.ObjectAllocationInNewTLAB":   Allocation,
	"jdk.ObjectAllocationOutsideTLAB": Allocation,
}

// headSize is the size of the head of a chunk.
const headSize = 68

// magic begins a chunk.
const magic = "FLR\x00"

// Parse reads a recording. What was cut off at its end is left out; an error says that it is none.
func Parse(recording []byte) ([]Sample, error) {
	if len(recording) < headSize || string(recording[:4]) != magic {
		return nil, errors.New("this is no recording of JDK Flight Recorder")
	}
	var all []Sample
	for len(recording) >= headSize && string(recording[:4]) == magic {
		size := binary.BigEndian.Uint64(recording[8:])
		if size < headSize || size > uint64(len(recording)) { // one that is still written has the size 0
			size = uint64(len(recording))
		}
		found, err := parseChunk(recording[:size])
		if err != nil && len(all) == 0 {
			return nil, err
		}
		all = append(all, found...)
		recording = recording[size:]
	}
	return all, nil
}

// chunk is a part of a recording that can be read by itself.
type chunk struct {
	types     map[int64]*class
	constants map[int64]map[int64]any // by type and index
	stacks    map[int64][]string      // that were needed before
	left      int                     // values that may be read: nearly each takes a byte at least
}

// parseChunk reads the samples of a chunk.
func parseChunk(text []byte) (samples []Sample, err error) {
	constants, types := binary.BigEndian.Uint64(text[16:]), binary.BigEndian.Uint64(text[24:])
	c := &chunk{constants: map[int64]map[int64]any{}, stacks: map[int64][]string{}, left: 2 * len(text)}
	if c.types, err = readTypes(text, types); err != nil {
		return nil, fmt.Errorf("reading the types of a recording: %w", err)
	}
	if err := c.readConstants(text, constants); err != nil {
		return nil, fmt.Errorf("reading the constants of a recording: %w", err)
	}
	for at := headSize; at < len(text); {
		r := &reader{text: text, at: at}
		size, id := r.number(), r.number()
		if r.err != nil || size <= 0 || size > int64(len(text)-at) {
			break
		}
		if t, ok := c.types[id]; ok && t.sample {
			if s, ok := c.sample(r, t); ok {
				samples = append(samples, s)
			}
		}
		at += int(size)
	}
	return samples, nil
}

// sample reads an event.
func (c *chunk) sample(r *reader, t *class) (Sample, bool) {
	event, ok := c.value(r, t, 0).(object)
	if r.err != nil || !ok {
		return Sample{}, false
	}
	s := Sample{Kind: events[t.name], Weight: 1}
	thread, _ := event.field("sampledThread").(reference)
	if s.Kind == Allocation {
		thread, _ = event.field("eventThread").(reference)
		for _, name := range [...]string{"weight", "tlabSize", "allocationSize"} { // the first that the event has
			if n, ok := event.field(name).(int64); ok {
				s.Weight = n
				break
			}
		}
		if of, ok := event.field("objectClass").(reference); ok {
			s.Class = c.className(of)
		}
	}
	if o, ok := c.resolve(thread).(object); ok {
		if s.Thread = c.text(o.field("javaName")); s.Thread == "" {
			s.Thread = c.text(o.field("osName"))
		}
	}
	stack, _ := event.field("stackTrace").(reference)
	s.Frames = c.stack(stack)
	return s, len(s.Frames) > 0
}

// stack lists the frames of a stack, each sample its own copy.
func (c *chunk) stack(at reference) []string {
	if known, ok := c.stacks[at.index]; ok {
		return slices.Clone(known)
	}
	trace, _ := c.resolve(at).(object)
	list, _ := trace.field("frames").([]any)
	var frames []string
	for _, one := range list {
		if f, ok := one.(object); ok {
			frames = append(frames, c.frame(f))
		}
	}
	c.stacks[at.index] = frames
	return slices.Clone(frames)
}

func (c *chunk) frame(f object) string {
	at, _ := f.field("method").(reference)
	method, _ := c.resolve(at).(object)
	of, _ := method.field("type").(reference)
	name := c.className(of)
	where := ""
	if line, _ := f.field("lineNumber").(int64); int32(line) > 0 {
		outer, _, _ := strings.Cut(name[strings.LastIndexByte(name, '.')+1:], "$")
		where = fmt.Sprintf("%s.java:%d", outer, line)
	}
	return name + "." + c.text(method.field("name")) + "(" + where + ")"
}

// className is the name of a class as Java writes it: "java.lang.String", "byte[]".
func (c *chunk) className(at reference) string {
	o, _ := c.resolve(at).(object)
	name, _, _ := strings.Cut(javaName(c.text(o.field("name"))), "$$Lambda") // behind it is where it lies in memory
	return name
}

// text is a string, whether it stands there, is a constant, or is in a symbol.
func (c *chunk) text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case reference:
		return c.text(c.resolve(v))
	case object:
		if s, ok := v.field("string").(string); ok {
			return s
		}
	}
	return ""
}
