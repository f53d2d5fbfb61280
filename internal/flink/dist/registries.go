package dist

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

// Registries assembles a distribution from packages, through pip and Maven as this machine has them set up:
//
//	apache-flink-libraries   lib/, opt/, plugins/ and bin/bash-java-utils.jar, as a wheel or, before 2.0, as a .tar.gz
//	apache-flink             the scripts of bin/ and the files of conf/
//	flink-sql-gateway        the one jar of opt/ that both leave out, from the Maven repository
type Registries struct{}

// String names the source.
func (Registries) String() string { return "package registries" }

// need is what was measured for 2.2.1, the largest: 313 MB of packages and 340 MB of distribution, and some room.
func (Registries) need(string) int64 { return 700_000_000 }

// wheelTags choose the one wheel of apache-flink to take: its scripts are the same on every system, but there is no wheel
// for every system and Python, and without one pip would start compiling.
var wheelTags = []string{"--only-binary=:all:", "--python-version", "3.10", "--platform", "manylinux1_x86_64", "--platform", "manylinux2014_x86_64"}

func (Registries) build(ctx context.Context, s *site) (string, error) {
	if s.version == "" {
		return "", fault.Errorf(fault.Usage, "the package registries need to know which Flink").WithFix("autostream flink install %s", release.Latest)
	}
	python, err := pip.find()
	if err != nil {
		return "", err
	}
	mvn, err := maven.find()
	if err != nil {
		return "", err
	}
	// The jar of the gateway takes a JVM some seconds, which pass while the packages arrive.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.serialize()
	gateway := make(chan error, 1)
	go func() {
		err := fetchGateway(ctx, s, mvn)
		if err != nil {
			cancel()
		}
		gateway <- err
	}()
	err = fetchPackages(ctx, s, python)
	if err != nil {
		cancel()
	}
	if gatewayErr := <-gateway; gatewayErr != nil && (err == nil || errors.Is(err, context.Canceled)) {
		err = gatewayErr // the cause of the other's end
	}
	if err != nil {
		return "", suggestKnown(err, s.version)
	}
	jar := gatewayCoordinates(s.version).FileName()
	if err := os.Rename(filepath.Join(s.work, "gateway", jar), filepath.Join(s.tree, "opt", jar)); err != nil {
		return "", fmt.Errorf("moving the SQL Gateway to its place: %w", err)
	}
	return "", os.MkdirAll(filepath.Join(s.tree, "log"), 0o755)
}

// suggestKnown adds to an error about a version that AutoStream does not provision itself which one it does: the
// registries lack a part of some.
func suggestKnown(err error, version string) error {
	r, parseErr := release.Parse(version)
	if parseErr != nil || fault.KindOf(err) != fault.Failed {
		return err
	}
	standard, ok := release.Of(r.Line)
	if !ok || standard.Version == version {
		return err
	}
	return fault.Errorf(fault.Failed, "%w", err).
		WithFix("%s\n%s is complete in the registries:\n  autostream flink install %s", fault.FixOf(err), standard.Version, standard.Line)
}

// serialize makes the events of several goroutines come one at a time.
func (s *site) serialize() {
	var mutex sync.Mutex
	event := s.event
	s.event = func(e Event) {
		mutex.Lock()
		defer mutex.Unlock()
		event(e)
	}
}

func gatewayCoordinates(version string) release.Coordinates {
	return release.Coordinates{Group: "org.apache.flink", Artifact: "flink-sql-gateway", Version: version}
}

func fetchGateway(ctx context.Context, s *site, mvn string) error {
	s.event(Event{Step: StepGateway, Detail: "SQL Gateway " + s.version})
	if err := mavenCopy(ctx, mvn, s.work, gatewayCoordinates(s.version), filepath.Join(s.work, "gateway")); err != nil {
		return fmt.Errorf("fetching the SQL Gateway of Flink %s: %w", s.version, err)
	}
	return nil
}

// mavenCopy copies one jar from the Maven repository into a folder. Maven runs in an empty folder, so that no project
// around the user's working directory has a say, refuses a jar whose checksum is wrong (-C), and asks again for one that
// was not there the last time (-U).
func mavenCopy(ctx context.Context, mvn, work string, jar release.Coordinates, to string) error {
	dir, err := os.MkdirTemp(work, "maven-*")
	if err != nil {
		return err
	}
	return runTool(ctx, dir, os.Environ(), func(string) {}, mvn, "-q", "-B", "-C", "-U",
		"org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
		"-Dartifact="+jar.String(), "-DoutputDirectory="+to)
}

func fetchPackages(ctx context.Context, s *site, python string) error {
	dl := filepath.Join(s.work, "dl")
	libraries, err := pipDownload(ctx, s, python, dl, "apache-flink-libraries")
	if err != nil {
		return err
	}
	scripts, err := pipDownload(ctx, s, python, dl, "apache-flink", wheelTags...)
	if err != nil {
		return err
	}
	total := sizeOf(libraries) + sizeOf(scripts)
	s.event(Event{Step: StepUnpack, Detail: "Flink " + s.version, Total: total})
	place := below("pyflink", "bin", "lib", "opt", "plugins") // of the wheel
	if filepath.Ext(libraries) == ".gz" {
		place = below("*/deps", "bin", "lib", "opt", "plugins")
	}
	err = unpack(ctx, libraries, s.tree, place, func(read int64) {
		s.event(Event{Step: StepUnpack, Detail: "Flink " + s.version, Done: read, Total: total})
	})
	if err != nil {
		return err
	}
	return unpack(ctx, scripts, s.tree, below("pyflink", "bin", "conf"), func(read int64) {
		s.event(Event{Step: StepUnpack, Detail: "Flink " + s.version, Done: sizeOf(libraries) + read, Total: total})
	})
}

// pipDownload downloads one package without its dependencies and returns the one file that it consists of. pip checks it
// against the hash of its index.
func pipDownload(ctx context.Context, s *site, python, dl, name string, flags ...string) (string, error) {
	to, temp := filepath.Join(dl, name), filepath.Join(dl, name+".tmp")
	if err := errors.Join(os.MkdirAll(to, 0o755), os.MkdirAll(temp, 0o755)); err != nil {
		return "", err
	}
	p := newPipProgress(s, name)
	stop := p.watch(ctx, dl)
	args := append([]string{"-m", "pip", "download", "--no-deps", "--no-cache-dir", "--progress-bar", "off",
		"--disable-pip-version-check", "--dest", to}, flags...)
	// The packages are large: they pass through a folder of the cache, not through a /tmp that may be small.
	env := append(os.Environ(), "TMPDIR="+temp, "TMP="+temp, "TEMP="+temp, "PYTHONUNBUFFERED=1", "LC_ALL=C")
	err := runTool(ctx, s.work, env, p.line, python, append(args, name+"=="+s.version)...)
	stop()
	if strings.Contains(fault.FixOf(err), "No module named pip") { // Debian packs pip apart from Python
		return "", pip.missing("%s has no pip: %s", python, pip.reason)
	}
	if err != nil {
		return "", fmt.Errorf("downloading %s %s: %w", name, s.version, err)
	}
	files, err := os.ReadDir(to)
	if err != nil {
		return "", err
	}
	if len(files) != 1 {
		return "", fault.Errorf(fault.Failed, "pip downloaded %d files for %s %s instead of one", len(files), name, s.version)
	}
	return filepath.Join(to, files[0].Name()), nil
}

// pipProgress turns what can be seen of a running pip into events: it prints the size of a package when it starts, and the
// bytes arrive in a folder that we chose.
type pipProgress struct {
	site *site
	name string

	mutex sync.Mutex
	total int64
}

func newPipProgress(s *site, name string) *pipProgress {
	s.event(Event{Step: StepDownload, Detail: name + " " + s.version})
	return &pipProgress{site: s, name: name}
}

// pipSize matches "Downloading apache_flink_libraries-2.2.1-py2.py3-none-any.whl (312.6 MB)".
var pipSize = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^Downloading \S+ \(([0-9.]+) (bytes|kB|MB|GB)\)`)
})

// line reads one line of pip's output.
func (p *pipProgress) line(text string) {
	match := pipSize().FindStringSubmatch(text)
	if match == nil {
		return
	}
	number, err := strconv.ParseFloat(match[1], 64)
	if err != nil {
		return
	}
	unit := map[string]float64{"bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[match[2]]
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.total = int64(number * unit)
}

// watch reports the size of a folder, less what is there now, until the function it returns is called.
func (p *pipProgress) watch(ctx context.Context, dir string) (stop func()) {
	before := folderSize(dir)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				p.report(folderSize(dir) - before)
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

func (p *pipProgress) report(bytes int64) {
	p.mutex.Lock()
	total := p.total
	p.mutex.Unlock()
	if total > 0 && bytes > total { // pip has copied it once more, or prepares a source package
		bytes = total
	}
	p.site.event(Event{Step: StepDownload, Detail: p.name + " " + p.site.version, Done: bytes, Total: total})
}

func folderSize(dir string) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // files come and go while pip works
		}
		if stat, err := entry.Info(); err == nil {
			sum += stat.Size()
		}
		return nil
	})
	return sum
}

func sizeOf(path string) int64 {
	stat, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return stat.Size()
}
