// Command gen makes a jar from the Java sources in src when they have changed. The same sources and the same Java compiler
// give the same bytes.
//
//	gen JAR "Main-Class: autostream.SqlRunner"…
//
// What follows the name of the jar are the lines of its manifest.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/autostream/autostream/sdk/java/source"
)

const sources = "src"

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "gen JAR LINE…")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "making", os.Args[1]+":", err)
		os.Exit(1)
	}
}

func run(jar string, manifest []string) error {
	hash, err := source.Hash(sources)
	if err != nil {
		return err
	}
	if made(jar, hash) {
		return nil
	}
	classes, err := os.MkdirTemp("", "autostream-jar-")
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
	text, err := pack(classes, hash, manifest)
	if err != nil {
		return err
	}
	return os.WriteFile(jar, text, 0o644)
}

// made says whether the jar was made from the sources of this hash.
func made(jar, hash string) bool {
	text, err := os.ReadFile(jar)
	if err != nil {
		return false
	}
	found, err := source.Of(text)
	return err == nil && found == hash
}

// pack writes the jar, its manifest first, with one time for every entry.
func pack(classes, hash string, manifest []string) ([]byte, error) {
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
	if err := add("META-INF/MANIFEST.MF", []byte("Manifest-Version: 1.0\r\n"+strings.Join(manifest, "\r\n")+"\r\n\r\n")); err != nil {
		return nil, err
	}
	if err := add(source.HashFile, []byte(hash)); err != nil {
		return nil, err
	}
	files, err := source.Under(classes, ".class")
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
