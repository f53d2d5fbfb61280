package targettest

import (
	"archive/zip"
	"embed"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sources are the Java sources of the jars: the program, and the library that it and SQL jobs use.
//
//go:embed jars
var sources embed.FS

// Jars compiles Config.Jar and Config.Library against the distribution at home, with the Java at javaHome.
func Jars(t *testing.T, home, javaHome string) (program, library string) {
	t.Helper()
	source, classes := t.TempDir(), t.TempDir()
	if err := os.CopyFS(source, sources); err != nil {
		t.Fatal(err)
	}
	classpath, err := filepath.Glob(filepath.Join(home, "lib", "*.jar"))
	if err != nil {
		t.Fatal(err)
	}
	javac := exec.CommandContext(t.Context(), filepath.Join(javaHome, "bin", "javac"), "--release", "11", "-d", classes,
		"-cp", strings.Join(classpath, string(os.PathListSeparator)),
		filepath.Join(source, "jars", "step", "Step.java"), filepath.Join(source, "jars", "program", "Endless.java"))
	if out, err := javac.CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%s", err, out)
	}
	return pack(t, classes, "program", "Main-Class: program.Endless\n"), pack(t, classes, "step", "")
}

// pack makes a jar of one package.
func pack(t *testing.T, classes, name, manifest string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".jar")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(out)
	add := func(entry, text string) {
		part, err := w.Create(entry)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	add("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"+manifest+"\n")
	files, err := filepath.Glob(filepath.Join(classes, name, "*.class"))
	if err != nil || len(files) == 0 {
		t.Fatalf("classes of %s: %v, %v", name, files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		add(name+"/"+filepath.Base(file), string(text))
	}
	if err := errors.Join(w.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}
