package yarn

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/sdk/java/agent"
)

// shared is a file that is kept in the file system under the hash of its content, for all jobs that need it: a file of
// this machine, one that is made on the spot, or an archive of others.
type shared struct {
	key   string // place in the containers
	mode  fs.FileMode
	size  int64
	sum   string // SHA-256; "" until it is asked for. An archive's is that of the names and the sums of what is in it.
	local string
	text  []byte
	held  []shared // in an archive, by key
}

// library lists what the containers need of a distribution: lib/, plugins/, flink-dist and the logging configuration, as
// Flink's own client ships them, and the agent for log levels.
func library(home dist.Home) ([]shared, error) {
	log, err := logging(filepath.Join(home.Dir, "conf", logConfig))
	if err != nil {
		return nil, err
	}
	jars, err := folderOf(home, "lib")
	if err != nil {
		return nil, fmt.Errorf("reading the Flink in %s: %w", home.Dir, err)
	}
	plugins, err := folderOf(home, "plugins")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the Flink in %s: %w", home.Dir, err)
	}
	files := []shared{log, fromMemory(agentJar, agent.Jar(), 0o644)}
	var libraries []shared
	for _, f := range jars {
		if path.Base(f.key) == distName(home) {
			f.key = distName(home)
			files = append(files, f)
		} else {
			libraries = append(libraries, f)
		}
	}
	files = append(files, archiveOf("lib", libraries))
	if len(plugins) > 0 {
		files = append(files, archiveOf("plugins", plugins))
	}
	return files, nil
}

// folderOf lists the files of a folder of a distribution, by their place in the containers.
func folderOf(home dist.Home, dir string) (files []shared, err error) {
	err = filepath.WalkDir(filepath.Join(home.Dir, dir), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(home.Dir, name)
		if err != nil {
			return err
		}
		f, err := fromDisk(filepath.ToSlash(rel), name, 0o644)
		files = append(files, f)
		return err
	})
	return files, err
}

func distName(home dist.Home) string { return "flink-dist-" + home.Release.Version + ".jar" }

// fromDisk is a local file.
func fromDisk(key, local string, mode fs.FileMode) (shared, error) {
	stat, err := os.Stat(local)
	if err != nil {
		return shared{}, err
	}
	return shared{key: key, mode: mode, size: stat.Size(), local: local}, nil
}

// fromMemory is a file that is made on the spot.
func fromMemory(key string, text []byte, mode fs.FileMode) shared {
	sum := sha256.Sum256(text)
	return shared{key: key, mode: mode, size: int64(len(text)), sum: hex.EncodeToString(sum[:]), text: text}
}

// identified is the file with its hash. Those of local files are remembered.
func (s shared) identified(h *hashes) (_ shared, err error) {
	switch {
	case s.held != nil:
		return s.archived(h)
	case s.sum == "":
		s.sum, s.size, err = h.of(s.local)
	}
	return s, err
}

// name is what a file is called beside others of the same place.
func (s shared) name() string {
	name := s.sum + "-" + path.Base(s.key)
	if s.held != nil {
		name += ".tar" // tells the NodeManager how to unpack it (FSDownload.unpack)
	}
	return name
}

// public says whether everybody may read a file.
func (s shared) public() bool { return s.mode&0o004 != 0 }

// published is the time of change that a file of the cache is given: made from its content. A file that was written again,
// by whomever and to whatever, has another, and so is told from one that is as it was without being read.
func (s shared) published() time.Time {
	const span = 10 * 365 * 24 * 60 * 60 * 1000 // ten years, in milliseconds
	n, _ := strconv.ParseUint(s.sum[:12], 16, 64)
	return time.UnixMilli(int64(946684800000 + n%span)) // from the year 2000 on
}

// ship says what YARN must know of a file that lies at an address.
func (s shared) ship(uri string, seen visibility) shipped {
	r := localResource{Resource: uri, Type: oneFile, Visibility: seen, Size: s.size, Timestamp: s.published().UnixMilli()}
	var holds []string
	if s.held != nil {
		r.Type = archive
	}
	for _, f := range s.held {
		holds = append(holds, f.key)
	}
	return shipped{key: s.key, localResource: r, holds: holds}
}
