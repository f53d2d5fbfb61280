// Package disttest gives tests small fakes that have the shape of a distribution of Flink. For real ones see flinktest.
//
// Its Python and Maven answer as the real programs do when they fetch Flink's packages; the tests with the build tag flink
// hold them against the real ones.
package disttest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/flink/release"
)

// files are those of a small distribution, by path; the texts stand for jars and scripts.
func files(version string) map[string]string {
	conf := "conf/config.yaml"
	if r, err := release.Parse(version); err == nil {
		conf = "conf/" + r.ConfigFile
	}
	return map[string]string{
		"bin/bash-java-utils.jar":            "utils " + version,
		"bin/config.sh":                      "#!/usr/bin/env bash\n",
		"bin/flink":                          "#!/usr/bin/env bash\n",
		"bin/jobmanager.sh":                  "#!/usr/bin/env bash\n",
		conf:                                 "env.java.opts.all: -Dx=1\n",
		"conf/log4j.properties":              "rootLogger.level = INFO\n",
		"lib/flink-dist-" + version + ".jar": strings.Repeat("dist "+version+" ", 1000),
		"lib/flink-table-runtime-" + version + ".jar":     "runtime",
		"opt/flink-sql-client-" + version + ".jar":        "client",
		"opt/flink-sql-gateway-" + version + ".jar":       "gateway",
		"plugins/metrics-jmx/metrics-" + version + ".jar": "jmx",
	}
}

// Tree writes a small distribution into a new folder and returns it.
func Tree(t testing.TB, version string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "flink-"+version)
	for name, text := range files(version) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TarGzip returns a small distribution as the archive that the Flink project releases.
func TarGzip(version string) []byte {
	out, err := tarGzip("flink-"+version+"/", files(version))
	if err != nil {
		panic(fmt.Sprintf("writing to memory: %v", err))
	}
	return out
}

// tarGzip writes files, in name order, each under a prefix.
func tarGzip(prefix string, files map[string]string) ([]byte, error) {
	var out bytes.Buffer
	gz := gzip.NewWriter(&out)
	tw := tar.NewWriter(gz)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &tar.Header{Name: prefix + name, Mode: 0o644, Size: int64(len(files[name])), Typeflag: tar.TypeReg}
		if err := tw.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := tw.Write([]byte(files[name])); err != nil {
			return nil, err
		}
	}
	if err := tw.Close(); err != nil {
		return nil, err
	}
	err := gz.Close()
	return out.Bytes(), err
}
