package yarn

import (
	"archive/tar"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// The jars of a distribution's lib/ and plugins/ go to the file system as one tar each, which NodeManagers unpack once
// (LocalResourceType.ARCHIVE): in the containers lib/ and plugins/ look as they do when each file is shipped. HDFS needs
// about as long to close a small file as to write a large one, and a distribution has thirty.

// archiveOf is the archive that unpacks to the folder key. Each file lies somewhere below it.
func archiveOf(key string, files []shared) shared {
	s := shared{key: key, mode: 0o644, held: slices.SortedFunc(slices.Values(files), func(a, b shared) int { return cmp.Compare(a.key, b.key) })}
	for _, f := range s.held {
		s.size += f.size
	}
	return s
}

// archived is an archive with its hash and its size, which follow from what is in it.
func (s shared) archived(h *hashes) (shared, error) {
	held, list := slices.Clone(s.held), sha256.New()
	s.size = int64(len(endOfTar))
	for i, f := range held {
		f, err := f.identified(h)
		if err != nil {
			return s, err
		}
		header, err := s.header(f)
		if err != nil {
			return s, err
		}
		held[i] = f
		list.Write(header)
		list.Write([]byte(f.sum))
		s.size += int64(len(header)) + f.size + padding(f.size)
	}
	s.held, s.sum = held, hex.EncodeToString(list.Sum(nil))
	return s, nil
}

// block is what everything in a tar is a multiple of; two empty ones end it.
const block = 512

var endOfTar [2 * block]byte

func padding(size int64) int64 { return (block - size%block) % block }

// header is what stands before a file in the archive.
func (s shared) header(f shared) ([]byte, error) {
	var text bytes.Buffer
	err := tar.NewWriter(&text).WriteHeader(&tar.Header{
		Name: strings.TrimPrefix(f.key, s.key+"/"), Mode: int64(f.mode.Perm()), Size: f.size,
	})
	return text.Bytes(), err
}

// content opens a file, or writes an archive while it is read. Its last bytes are an error when something in it is not what
// was hashed: a receiver who knows the size never has it whole. The caller closes all of the closers.
func (s shared) content() (io.Reader, []io.Closer, error) {
	switch {
	case s.held != nil:
		return s.tar()
	case s.local == "":
		return whole{bytes.NewReader(s.text), s.size}, nil, nil
	}
	in, err := os.Open(s.local)
	return &verifying{shared: s, in: in, digest: sha256.New(), left: s.size}, []io.Closer{in}, err
}

func (s shared) tar() (io.Reader, []io.Closer, error) {
	var in []io.Reader
	var open []io.Closer
	for _, f := range s.held {
		header, err := s.header(f)
		if err != nil {
			return nil, open, err
		}
		content, closers, err := f.content()
		open = append(open, closers...)
		if err != nil {
			return nil, open, err
		}
		in = append(in, bytes.NewReader(header), content, bytes.NewReader(endOfTar[:padding(f.size)]))
	}
	return whole{io.MultiReader(append(in, bytes.NewReader(endOfTar[:]))...), s.size}, open, nil
}

// whole is content of known size that is sent once: the large files beside it take longer in any case.
type whole struct {
	io.Reader
	size int64
}

// Size lets the receiver know beforehand.
func (w whole) Size() int64 { return w.size }

// verify says whether what was read is what was hashed.
func (s shared) verify(sum []byte) error {
	if hex.EncodeToString(sum) != s.sum {
		return fault.Errorf(fault.Failed, "%s changed while it was uploaded", s.key)
	}
	return nil
}

// verifying is the content of one file of this machine.
type verifying struct {
	shared
	in     io.Reader
	digest hash.Hash
	left   int64
}

// Size lets the receiver know beforehand.
func (v *verifying) Size() int64 { return v.size }

func (v *verifying) Read(p []byte) (int, error) {
	n, err := v.in.Read(p)
	v.digest.Write(p[:n])
	if v.left -= int64(n); v.left <= 0 || errors.Is(err, io.EOF) {
		if wrong := v.verify(v.digest.Sum(nil)); wrong != nil {
			return 0, wrong
		}
	}
	return n, err
}
