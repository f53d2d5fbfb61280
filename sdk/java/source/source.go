// Package source identifies the Java sources of a jar, so that a jar that was made from others is found.
package source

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// HashFile is the entry of the jar that holds the hash of its sources.
const HashFile = "META-INF/autostream-sources.sha256"

// Files returns the Java files below a folder, in name order.
func Files(folder string) ([]string, error) { return Under(folder, ".java") }

// Under returns the files below a folder whose names end so, in name order.
func Under(folder, end string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, end) {
			found = append(found, path)
		}
		return err
	})
	return found, err
}

// Hash is a hash over the names and texts of the Java files of a folder, in hexadecimal.
func Hash(folder string) (string, error) {
	files, err := Files(folder)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %x\n", filepath.Base(file), sha256.Sum256(text))
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// Of reads the hash of the sources that a jar was made from.
func Of(jar []byte) (string, error) {
	r, err := zip.NewReader(bytes.NewReader(jar), int64(len(jar)))
	if err != nil {
		return "", err
	}
	f, err := r.Open(HashFile)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(f)
	return string(text), errors.Join(err, f.Close())
}
