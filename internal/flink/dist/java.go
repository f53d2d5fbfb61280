package dist

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

// Java is one Java installation.
type Java struct {
	Home    string // JAVA_HOME for Flink's scripts
	Version string // "17.0.15"
	Major   int    // 17; 8 for "1.8.0_402"
}

// FindJava returns a Java that the release supports: the one of JAVA_HOME, else of the PATH, else the best of the usual
// places, 17 before others. The errors say what is there instead and how to install one.
func FindJava(ctx context.Context, r release.Release, getenv func(string) string) (Java, error) {
	return chooseJava(ctx, r, javaHomes(getenv))
}

// chooseJava returns the first fit one of the places.
func chooseJava(ctx context.Context, r release.Release, homes []string) (Java, error) {
	var unfit []Java
	for _, home := range homes {
		java, ok := inspectJava(ctx, home)
		if !ok {
			continue
		}
		if r.RunsOn(java.Major) {
			return java, nil
		}
		unfit = append(unfit, java)
	}
	s := thisSystem()
	fix := s.install(s.jdk(r.Java)) + "\nor set JAVA_HOME to one"
	if len(unfit) == 0 {
		return Java{}, fault.Errorf(fault.NotFound, "no Java on this machine; Flink %s runs on Java %s", r.Line, r.JavaNames()).WithFix("%s", fix)
	}
	var found []string
	for _, java := range unfit {
		found = append(found, java.Version+" in "+java.Home)
	}
	return Java{}, fault.Errorf(fault.NotFound, "Flink %s runs on Java %s; this machine has %s", r.Line, r.JavaNames(), strings.Join(found, ", ")).
		WithFix("%s", fix)
}

// javaHomes lists the places to look at, best first, each once.
func javaHomes(getenv func(string) string) []string {
	var homes []string
	add := func(dir string) {
		if real, err := filepath.EvalSymlinks(dir); err == nil && !slices.Contains(homes, real) {
			homes = append(homes, real)
		}
	}
	if dir := getenv("JAVA_HOME"); dir != "" {
		add(dir)
	}
	if java, err := exec.LookPath("java"); err == nil {
		if real, err := filepath.EvalSymlinks(java); err == nil {
			add(filepath.Dir(filepath.Dir(real)))
		}
	}
	var usual []string
	for _, pattern := range usualPlaces(getenv) {
		found, _ := filepath.Glob(pattern) // the patterns are ours and well formed
		usual = append(usual, found...)
	}
	slices.SortStableFunc(usual, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	for _, dir := range usual {
		add(dir)
	}
	return homes
}

// usualPlaces are patterns of folders in which package managers and people put a Java.
func usualPlaces(getenv func(string) string) []string {
	user := getenv("HOME")
	switch runtime.GOOS {
	case "darwin":
		return []string{
			"/Library/Java/JavaVirtualMachines/*/Contents/Home",
			user + "/Library/Java/JavaVirtualMachines/*/Contents/Home",
			"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
			"/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
			user + "/.sdkman/candidates/java/*",
		}
	case "windows":
		files := getenv("ProgramFiles")
		return []string{files + `\Eclipse Adoptium\*`, files + `\Java\*`, files + `\Microsoft\jdk-*`, files + `\Zulu\*`}
	}
	return []string{"/usr/lib/jvm/*", "/usr/java/*", "/opt/java/*", "/opt/jdk*", user + "/.sdkman/candidates/java/*", user + "/.jdks/*"}
}

// rank puts the Java that Flink's own images use first.
func rank(dir string) int {
	if strings.Contains(filepath.Base(dir), "17") || strings.Contains(dir, "@17") {
		return 0
	}
	return 1
}

// preferred is the Java to recommend among the supported ones.
func preferred(supported []int) int {
	if slices.Contains(supported, 17) {
		return 17
	}
	return slices.Max(supported)
}

func javaName(major int) string { return strconv.Itoa(major) }

// inspectJava reads the version out of the release file that every Java since 8 has, which costs nothing; only without one
// it asks the program.
func inspectJava(ctx context.Context, home string) (Java, bool) {
	program := filepath.Join(home, "bin", "java")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if _, err := os.Stat(program); err != nil {
		return Java{}, false
	}
	text, err := os.ReadFile(filepath.Join(home, "release"))
	version := field(text, `JAVA_VERSION="`)
	if err != nil || version == "" {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		text, err = exec.CommandContext(ctx, program, "-version").CombinedOutput()
		if err != nil {
			return Java{}, false
		}
		version = field(text, ` version "`)
	}
	major, ok := javaMajor(version)
	return Java{Home: home, Version: version, Major: major}, ok
}

// field returns what stands between the text and the next quotation mark.
func field(text []byte, before string) string {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), before); ok {
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
	}
	return ""
}

// javaMajor reads 17 from "17.0.15" and 8 from "1.8.0_402".
func javaMajor(version string) (int, bool) {
	version = strings.TrimPrefix(version, "1.")
	digits := version
	if end := strings.IndexFunc(version, func(c rune) bool { return c < '0' || c > '9' }); end >= 0 {
		digits = version[:end]
	}
	major, err := strconv.Atoi(digits)
	return major, err == nil
}
