package yarn

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/fault"
)

// hashes remembers the SHA-256 of local files, so that a file that has not changed since is not read again. What is
// remembered is a help, not a truth that others rely on: a file of it that is lost or broken is made again.
type hashes struct {
	path string // of the file that keeps them; "" keeps nothing

	mu    sync.Mutex
	known map[string]hashed
	dirty bool
}

// hashed is one file as it was when it was read.
type hashed struct {
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	SHA256   string    `json:"sha256"`
}

// settled is how old a change must be before the time of change alone tells that nothing happened since: file systems
// count in steps, and a file may be written twice in one.
const settled = 2 * time.Second

// openHashes reads what is remembered.
func openHashes(path string) *hashes {
	h := &hashes{path: path, known: map[string]hashed{}}
	if text, err := os.ReadFile(path); err == nil {
		_ = json.Unmarshal(text, &h.known)
	}
	return h
}

// of returns the hash of a file and its size. A file that is not there is a fault of kind NotFound.
func (h *hashes) of(path string) (sum string, size int64, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return "", 0, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, fault.Errorf(fault.NotFound, "no file %s", path)
	}
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	h.mu.Lock()
	known, ok := h.known[path]
	h.mu.Unlock()
	if ok && known.Size == stat.Size() && known.Modified.Equal(stat.ModTime()) {
		return known.SHA256, known.Size, nil
	}
	digest := sha256.New()
	if size, err = io.Copy(digest, f); err != nil {
		return "", 0, err
	}
	sum = hex.EncodeToString(digest.Sum(nil))
	if size == stat.Size() && time.Since(stat.ModTime()) > settled {
		h.mu.Lock()
		h.known[path], h.dirty = hashed{size, stat.ModTime(), sum}, true
		h.mu.Unlock()
	}
	return sum, size, nil
}

// save keeps what was learnt. Processes that save at once keep what one of them knows; the other reads its files again.
func (h *hashes) save() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.dirty || h.path == "" {
		return nil
	}
	text, err := json.Marshal(h.known)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o755); err != nil {
		return err
	}
	h.dirty = false
	return atomicfile.Write(h.path, text, 0o644)
}
