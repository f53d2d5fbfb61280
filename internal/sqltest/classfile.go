package sqltest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
)

// class is the name of a mock's class. Equal mocks share one.
func (m mock) class() (name, parent, spec string, err error) {
	spec, err = m.spec()
	h := fnv.New64a()
	_, _ = h.Write([]byte(spec)) // a hash never fails
	parent = "autostream/sqltest/MockScalar"
	switch {
	case m.Table:
		parent = "autostream/sqltest/MockTable"
	case m.Aggregate:
		parent = "autostream/sqltest/MockAggregate"
	}
	return fmt.Sprintf("autostream/sqltest/mocks/M%016x", h.Sum64()), parent, spec, err
}

// mockJar makes a jar with a class for each mock.
func mockJar(mocks []mock) ([]byte, error) {
	var out bytes.Buffer
	jar := zip.NewWriter(&out)
	seen := map[string]bool{}
	for _, m := range mocks {
		name, parent, spec, err := m.class()
		if err != nil {
			return nil, err
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		w, err := jar.Create(name + ".class")
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(classFile(name, parent, spec)); err != nil {
			return nil, err
		}
	}
	err := jar.Close()
	return out.Bytes(), err
}

// classFile is the class
//
//	public class NAME extends PARENT { public NAME() { super(SPEC); } }
//
// in the format of the Java Virtual Machine Specification, chapter 4, version 52 (Java 8). Flink makes a function by the name
// of its class alone, so what a mock answers has to be in the class.
func classFile(name, parent, spec string) []byte {
	p := &pool{}
	this, super := p.class(name), p.class(parent)
	constructor, noArgs, oneArg := p.utf8("<init>"), p.utf8("()V"), p.utf8("(Ljava/lang/String;)V")
	code := p.utf8("Code")
	text := p.add(8, u2(p.utf8(spec)))                                                 // CONSTANT_String
	call := p.add(10, u2(super), u2(p.add(12, u2(constructor), u2(oneArg))))           // CONSTANT_Methodref of CONSTANT_NameAndType
	body := concat([]byte{0x2a, 0x13}, u2(text), []byte{0xb7}, u2(call), []byte{0xb1}) // aload_0, ldc_w, invokespecial, return
	attribute := concat(u2(2), u2(1), u4(len(body)), body, u2(0), u2(0))               // max_stack, max_locals, code, no handlers, no attributes

	return concat([]byte{0xca, 0xfe, 0xba, 0xbe}, u2(0), u2(52),
		u2(p.count+1), p.bytes,
		u2(0x0021), u2(this), u2(super), u2(0), u2(0), // public super, no interfaces, no fields
		u2(1), u2(0x0001), u2(constructor), u2(noArgs), u2(1), u2(code), u4(len(attribute)), attribute,
		u2(0))
}

// pool is the constant pool; its entries count from 1.
type pool struct {
	bytes []byte
	count int
}

func (p *pool) add(tag byte, parts ...[]byte) int {
	p.bytes = append(append(p.bytes, tag), concat(parts...)...)
	p.count++
	return p.count
}

func (p *pool) class(name string) int { return p.add(7, u2(p.utf8(name))) }

// utf8 adds a text in Java's modified UTF-8: no zero byte, and characters beyond 16 bits as two surrogates.
func (p *pool) utf8(text string) int {
	var out []byte
	for _, r := range text {
		switch {
		case r == 0:
			out = append(out, 0xc0, 0x80)
		case r > 0xffff:
			r -= 0x10000
			out = append(append(out, three(0xd800+r>>10)...), three(0xdc00+r&0x3ff)...)
		default:
			out = append(out, string(r)...)
		}
	}
	return p.add(1, u2(len(out)), out)
}

func three(r rune) []byte {
	return []byte{byte(0xe0 | r>>12), byte(0x80 | r>>6&0x3f), byte(0x80 | r&0x3f)}
}

func u2(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) } //nolint:gosec // bounded by spec

func u4(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) } //nolint:gosec // bounded by spec

func concat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
