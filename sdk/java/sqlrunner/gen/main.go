// Command gen makes sqlrunner.jar from the Java sources when they have changed. The same sources and the same Java
// compiler give the same bytes.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/sdk/java/sqlrunner/source"
)

const (
	sources = "src"
	jar     = "sqlrunner.jar"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "making", jar+":", err)
		os.Exit(1)
	}
}

func run() error {
	hash, err := source.Hash(sources)
	if err != nil {
		return err
	}
	if made(hash) {
		return nil
	}
	classes, err := os.MkdirTemp("", "sqlrunner-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(classes) }()
	files, err := source.Files(sources)
	if err != nil {
		return err
	}
	javac := exec.CommandContext(context.Background(), "javac", append([]string{"-Xlint:all,-options", "-Werror", "--release", "8", "-g:source,lines", "-d", classes}, files...)...)
	javac.Stdout, javac.Stderr = os.Stdout, os.Stderr
	if err := javac.Run(); err != nil {
		return fmt.Errorf("compiling: %w", err)
	}
	text, err := pack(classes, hash)
	if err != nil {
		return err
	}
	return os.WriteFile(jar, text, 0o644)
}

// made says whether the jar was made from the sources of this hash.
func made(hash string) bool {
	r, err := zip.OpenReader(jar)
	if err != nil {
		return false
	}
	defer r.Close()
	f, err := r.Open(source.HashFile)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(f)
	return err == nil && string(text) == hash
}

// pack writes the jar, its manifest first, with one time for every entry.
func pack(classes, hash string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	add := func(name string, text []byte) error {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		_, err = f.Write(text)
		return err
	}
	if err := add("META-INF/MANIFEST.MF", []byte("Manifest-Version: 1.0\r\nMain-Class: autostream.SqlRunner\r\n\r\n")); err != nil {
		return nil, err
	}
	if err := add(source.HashFile, []byte(hash)); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(classes, "*", "*.class"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(classes, file)
		if err != nil {
			return nil, err
		}
		if err := add(filepath.ToSlash(name), text); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
