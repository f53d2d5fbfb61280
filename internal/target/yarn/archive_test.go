package yarn

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
)

// distribution is a folder like that of a Flink.
func distribution(t *testing.T, files map[string]string) dist.Home {
	t.Helper()
	home := dist.Home{Dir: t.TempDir(), Release: release.Release{Line: release.V2_2, Version: "2.2.1"}}
	for name, text := range files {
		name = filepath.Join(home.Dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

var files = map[string]string{
	"conf/log4j.properties":                            "rootLogger.level = INFO\n",
	"lib/flink-dist-2.2.1.jar":                         "dist",
	"lib/flink-cep-2.2.1.jar":                          strings.Repeat("cep", 1<<20),
	"lib/log4j-core.jar":                               strings.Repeat("x", block),
	"plugins/metrics-jmx/a.jar":                        "jmx",
	"plugins/" + strings.Repeat("long/", 40) + "b.jar": "",
}

// identifiedLibrary is the library of a distribution, by place in the containers.
func identifiedLibrary(t *testing.T, home dist.Home) map[string]shared {
	t.Helper()
	all, err := library(home)
	if err != nil {
		t.Fatal(err)
	}
	byKey := map[string]shared{}
	for _, f := range all {
		if f, err = f.identified(openHashes("")); err != nil {
			t.Fatal(err)
		}
		byKey[f.key] = f
	}
	return byKey
}

// TestLibraryUnpacks reads the archives of a distribution as a NodeManager does, and compares with the distribution.
func TestLibraryUnpacks(t *testing.T) {
	t.Parallel()
	got := map[string]string{"conf/log4j.properties": files["conf/log4j.properties"]}
	for key, f := range identifiedLibrary(t, distribution(t, files)) {
		if key == agentJar || key == logConfig {
			continue
		}
		in, open, err := f.content()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil || int64(len(text)) != f.size {
			t.Fatalf("%s has %d bytes, %v; %d were announced", key, len(text), err, f.size)
		}
		for _, c := range open {
			_ = c.Close()
		}
		if f.held == nil {
			got["lib/"+key] = string(text)
			continue
		}
		archive := tar.NewReader(bytes.NewReader(text))
		for header, err := archive.Next(); !errors.Is(err, io.EOF); header, err = archive.Next() {
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(archive)
			if err != nil {
				t.Fatal(err)
			}
			got[key+"/"+header.Name] = string(content)
		}
	}
	if diff := cmp.Diff(files, got); diff != "" {
		t.Errorf("what is unpacked differs (-distribution +unpacked):\n%s", diff)
	}
}

// TestArchiveIsNamedByItsContent changes one jar: that archive alone has another name then.
func TestArchiveIsNamedByItsContent(t *testing.T) {
	t.Parallel()
	home := distribution(t, files)
	before, again := identifiedLibrary(t, home), identifiedLibrary(t, distribution(t, files))
	if err := os.WriteFile(filepath.Join(home.Dir, "lib", "log4j-core.jar"), bytes.Repeat([]byte("y"), block), 0o600); err != nil {
		t.Fatal(err)
	}
	after := identifiedLibrary(t, home)
	for key, f := range before {
		if f.name() != again[key].name() {
			t.Errorf("%s of the same content is %s and %s", key, f.name(), again[key].name())
		}
		if same := f.name() == after[key].name(); same != (key != "lib") {
			t.Errorf("%s was %s and is %s", key, f.name(), after[key].name())
		}
	}
	in, open, err := before["lib"].content()
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	for _, c := range open {
		_ = c.Close()
	}
	if fault.KindOf(err) != fault.Failed || err == nil {
		t.Errorf("reading an archive of which a jar has changed since: %v", err)
	}
}

// TestArchivesOnTheClassPath has the jars of an archive stand there as if each was shipped.
func TestArchivesOnTheClassPath(t *testing.T) {
	t.Parallel()
	p := parts{supplies: supplies{dist: shipped{key: "flink-dist-2.2.1.jar"}}, config: shipped{key: "config.yaml"}}
	for _, f := range identifiedLibrary(t, distribution(t, files)) {
		if f.key != p.dist.key {
			p.files = append(p.files, f.ship("hdfs://nn/"+f.name(), public))
		}
	}
	if got, want := p.classes(), ":lib/flink-cep-2.2.1.jar:lib/log4j-core.jar:flink-dist-2.2.1.jar:config.yaml:"; got != want {
		t.Errorf("class path = %s\nwant %s", got, want)
	}
	if !slices.ContainsFunc(p.files, func(f shipped) bool { return f.key == "plugins" && f.Type == archive }) {
		t.Errorf("no archive of plugins: %+v", p.files)
	}
}
