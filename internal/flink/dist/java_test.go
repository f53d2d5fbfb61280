package dist

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

// javaHome writes a Java of a version: its program and, when the version is not "", its release file.
func javaHome(t *testing.T, version, program string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bin", "java"), []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	if version != "" {
		text := "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n"
		if err := os.WriteFile(filepath.Join(dir, "release"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFindJava(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	r, _ := release.Of(release.V2_2)
	old := javaHome(t, "1.8.0_402", "")
	good := javaHome(t, "11.0.2", "")
	speaks := javaHome(t, "", "#!/bin/sh\necho 'openjdk version \"17.0.9\" 2023-10-17' >&2\n")

	find := func(home string) (Java, error) {
		return FindJava(t.Context(), r, func(name string) string { return map[string]string{"JAVA_HOME": home}[name] })
	}
	if java, err := find(good); err != nil || java.Major != 11 || java.Home != good || java.Version != "11.0.2" {
		t.Errorf("JAVA_HOME: %+v, %v", java, err)
	}
	if java, err := find(speaks); err != nil || java.Major != 17 || java.Home != speaks {
		t.Errorf("without a release file: %+v, %v", java, err)
	}
	t.Setenv("PATH", filepath.Join(good, "bin"))
	if java, err := find(old); err != nil || java.Home != good {
		t.Errorf("an unfit JAVA_HOME is passed over for the PATH: %+v, %v", java, err)
	}
}

func TestNoJava(t *testing.T) {
	t.Parallel()
	r, _ := release.Of(release.V2_2)
	old := javaHome(t, "1.8.0_402", "")
	for _, tc := range []struct {
		name  string
		homes []string
		want  string
	}{
		{"none", nil, "no Java on this machine; Flink 2.2 runs on Java 11, 17 or 21"},
		{"no program", []string{t.TempDir()}, "no Java on this machine"},
		{"the wrong one", []string{old}, "Flink 2.2 runs on Java 11, 17 or 21; this machine has 1.8.0_402 in " + old},
	} {
		_, err := chooseJava(t.Context(), r, tc.homes)
		if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
		if fix := fault.FixOf(err); !strings.Contains(fix, "install") || !strings.Contains(fix, "JAVA_HOME") {
			t.Errorf("%s: its fix is %q", tc.name, fix)
		}
	}
}

func TestJavaMajor(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]int{"17.0.15": 17, "1.8.0_402": 8, "21": 21, "11.0.2": 11, "25-ea": 25} {
		if got, ok := javaMajor(version); !ok || got != want {
			t.Errorf("javaMajor(%q) = %d, %v", version, got, ok)
		}
	}
	if _, ok := javaMajor("unknown"); ok {
		t.Error(`"unknown" has a major version`)
	}
}

func TestInstallCommand(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ osRelease, want string }{
		{"ID=debian\nVERSION_ID=\"12\"\n", "sudo apt-get install -y openjdk-17-jdk-headless"},
		{"ID=debian\nVERSION_ID=\"13\"\n", "sudo apt-get install -y openjdk-21-jdk-headless"},
		{"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "sudo apt-get install -y openjdk-17-jdk-headless"},
		{"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.4\"\n", "sudo dnf install -y java-17-openjdk-devel"},
		{"ID=fedora\nVERSION_ID=42\n", "sudo dnf install -y java-21-openjdk-devel"},
		{"ID=alpine\n", "sudo apk add openjdk17-jdk"},
		{"ID=arch\n", "sudo pacman -S jdk17-openjdk"},
		{"ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "sudo zypper install -y java-17-openjdk-devel"},
		{"ID=plan9\n", "install openjdk-17-jdk-headless with this system's package manager"},
	} {
		var s system
		s.readOSRelease(bufio.NewScanner(strings.NewReader(tc.osRelease)))
		if got := s.install(s.jdk([]int{11, 17, 21})); got != tc.want {
			t.Errorf("%q: %s, want %s", tc.osRelease, got, tc.want)
		}
	}
	for manager, want := range map[packageManager]string{brew: "brew install openjdk@17", winget: "winget install EclipseAdoptium.Temurin.17.JDK"} {
		s := system{manager: manager}
		if got := s.install(s.jdk([]int{11, 17, 21})); got != want {
			t.Errorf("%d: %s, want %s", manager, got, want)
		}
	}
}

func TestPipProgress(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int64{
		"Downloading apache_flink_libraries-2.2.1-py2.py3-none-any.whl (312.6 MB)": 312_600_000,
		"Downloading apache-flink-libraries-1.20.3.tar.gz (231.7 MB)":              231_700_000,
		"Downloading x.whl (12 kB)":                                                12_000,
		"Collecting apache-flink-libraries==2.2.1":                                 0,
		"Downloading x.whl (many MB)":                                              0,
	} {
		p := &pipProgress{}
		p.line(line)
		if p.total != want {
			t.Errorf("%q: %d, want %d", line, p.total, want)
		}
	}
	var last Event
	p := &pipProgress{site: &site{version: version, event: func(e Event) { last = e }}, name: "x", total: 10}
	p.report(25)
	if last.Done != 10 || last.Total != 10 {
		t.Errorf("more than everything: %+v", last)
	}
}
