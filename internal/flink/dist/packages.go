package dist

import (
	"bufio"
	"os"
	"runtime"
	"strings"
)

// system is what is known about the machine's package manager.
type system struct {
	manager packageManager
	id      string // of /etc/os-release: "debian", "ubuntu", "fedora", …; "" elsewhere
	version string // VERSION_ID of it
	root    bool
}

// packageManager installs system packages. The zero value is an unknown one.
type packageManager int

const (
	noManager packageManager = iota
	apt
	dnf
	brew
	apk
	pacman
	zypper
	winget
)

// packages names one thing in each package manager, in the order of their constants; "" where there is none.
type packages struct{ apt, dnf, brew, apk, pacman, zypper, winget string }

// managers maps the names in ID and ID_LIKE of /etc/os-release.
var managers = map[string]packageManager{
	"debian": apt, "ubuntu": apt,
	"fedora": dnf, "rhel": dnf, "centos": dnf, "amzn": dnf,
	"alpine": apk, "arch": pacman, "suse": zypper, "opensuse": zypper,
}

// thisSystem looks at the machine the program runs on.
func thisSystem() system {
	s := system{root: os.Geteuid() == 0}
	switch runtime.GOOS {
	case "darwin":
		s.manager = brew
	case "windows":
		s.manager = winget
	case "linux":
		f, err := os.Open("/etc/os-release")
		if err != nil {
			return s
		}
		defer f.Close()
		s.readOSRelease(bufio.NewScanner(f))
	}
	return s
}

// readOSRelease reads lines like ID=debian and ID_LIKE="rhel fedora".
func (s *system) readOSRelease(lines *bufio.Scanner) {
	var like string
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		value = strings.Trim(value, `"'`)
		switch key {
		case "ID":
			s.id = value
		case "VERSION_ID":
			s.version = value
		case "ID_LIKE":
			like = value
		}
	}
	for name := range strings.FieldsSeq(s.id + " " + like) {
		if m := managers[name]; m != noManager {
			s.manager = m
			return
		}
	}
}

// install returns the command that installs a package here, or advice where no package manager is known.
func (s system) install(p packages) string {
	sudo := "sudo "
	if s.root {
		sudo = ""
	}
	name, command := "", ""
	switch s.manager {
	case noManager:
	case apt:
		name, command = p.apt, sudo+"apt-get install -y "
	case dnf:
		name, command = p.dnf, sudo+"dnf install -y "
	case brew:
		name, command = p.brew, "brew install "
	case apk:
		name, command = p.apk, sudo+"apk add "
	case pacman:
		name, command = p.pacman, sudo+"pacman -S "
	case zypper:
		name, command = p.zypper, sudo+"zypper install -y "
	case winget:
		name, command = p.winget, "winget install "
	}
	if name == "" {
		return "install " + p.apt + " with this system's package manager"
	}
	return command + name
}

// jdk names the package of a Java major version. Debian 13 and Fedora 42 no longer have Java 17, so the version that goes
// with the system is chosen among the supported ones.
func (s system) jdk(supported []int) packages {
	major := preferred(supported)
	if s.id == "debian" && s.version >= "13" || s.id == "fedora" && s.version >= "42" {
		for _, m := range supported {
			if m == 21 {
				major = m
			}
		}
	}
	n := javaName(major)
	return packages{
		apt: "openjdk-" + n + "-jdk-headless", dnf: "java-" + n + "-openjdk-devel", brew: "openjdk@" + n,
		apk: "openjdk" + n + "-jdk", pacman: "jdk" + n + "-openjdk", zypper: "java-" + n + "-openjdk-devel",
		winget: "EclipseAdoptium.Temurin." + n + ".JDK",
	}
}
