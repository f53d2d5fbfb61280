// Package source identifies the Java sources of the runner, so that a jar that was made from others is found.
package source

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
)

// HashFile is the entry of the jar that holds the hash of its sources.
const HashFile = "META-INF/autostream-sources.sha256"

// Files returns the Java files of a folder, in name order.
func Files(folder string) ([]string, error) {
	return filepath.Glob(filepath.Join(folder, "*", "*.java"))
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
