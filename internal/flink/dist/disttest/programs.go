package disttest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// FaultVariable is the variable of the environment that makes the fake programs misbehave: "pip-full" and "mvn-full" run
// out of disk, "pip-missing" is a Python without pip, "pip-fail" and "mvn-fail" find no registry, "pip-hang" and "mvn-hang" never end.
const FaultVariable = "DISTTEST_FAULT"

// Python is `python3` for provisioning: it takes
//
//	-m pip download … --dest DIR … NAME==VERSION
//
// and writes a small package of that name, for 1.x and 2.x in the kinds of archive that the registry has. It returns the
// exit code.
func Python(args []string, out, errOut io.Writer) int {
	if len(args) < 4 || strings.Join(args[:3], " ") != "-m pip download" {
		fmt.Fprintf(errOut, "only `-m pip download` is known here, not %q\n", args)
		return 2
	}
	if code, bad := misbehave("pip", errOut); bad {
		return code
	}
	name, version, ok := strings.Cut(args[len(args)-1], "==")
	dest := flagValue(args, "--dest")
	if !ok || dest == "" {
		fmt.Fprintf(errOut, "ERROR: You must give NAME==VERSION and --dest\n")
		return 2
	}
	if r, err := release.Parse(version); err != nil || r.Version != version || strings.HasSuffix(version, ".99") {
		fmt.Fprintf(errOut, "ERROR: Could not find a version that satisfies the requirement %s==%s\n", name, version)
		fmt.Fprintf(errOut, "ERROR: No matching distribution found for %s==%s\n", name, version)
		return 1
	}
	file, content, err := pythonPackage(name, version)
	if err == nil {
		err = os.WriteFile(filepath.Join(dest, file), content, 0o644)
	}
	if err != nil {
		fmt.Fprintf(errOut, "ERROR: %v\n", err)
		return 1
	}
	fmt.Fprintf(out, "Collecting %s==%s\n  Downloading %s (%.1f kB)\nSaved %s\n", name, version, file, float64(len(content))/1000, file)
	return 0
}

// pythonPackage builds one of the two packages: of the files of a distribution, the one has lib, opt, plugins and the jar of
// bin, the other has the scripts and conf, and neither has the SQL Gateway.
func pythonPackage(name, version string) (file string, content []byte, err error) {
	libraries, scripts := map[string]string{}, map[string]string{}
	for path, text := range files(version) {
		folder, base, _ := strings.Cut(path, "/")
		switch {
		case strings.HasPrefix(base, "flink-sql-gateway"):
		case folder == "conf", folder == "bin" && !strings.HasSuffix(base, ".jar"):
			scripts[path] = text
		default:
			libraries[path] = text
		}
	}
	underscored := strings.ReplaceAll(name, "-", "_")
	switch {
	case name == "apache-flink":
		scripts["datastream/__init__.py"] = "# Python of the package, which a distribution does not need\n"
		content, err = wheel(scripts)
		return underscored + "-" + version + "-cp310-cp310-manylinux1_x86_64.whl", content, err
	case name == "apache-flink-libraries" && strings.HasPrefix(version, "1."):
		content, err = tarGzip(name+"-"+version+"/deps/", libraries)
		return name + "-" + version + ".tar.gz", content, err
	case name == "apache-flink-libraries":
		libraries["README.txt"] = "not part of a distribution\n"
		content, err = wheel(libraries)
		return underscored + "-" + version + "-py2.py3-none-any.whl", content, err
	}
	return "", nil, fmt.Errorf("no matching distribution found for %s==%s", name, version)
}

func wheel(files map[string]string) ([]byte, error) {
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := zw.Create("pyflink/" + name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			return nil, err
		}
	}
	err := zw.Close()
	return out.Bytes(), err
}

// Maven is `mvn` for provisioning: it takes
//
//	… dependency:copy -Dartifact=GROUP:ARTIFACT:VERSION -DoutputDirectory=DIR
//
// and writes a small jar of that name. It returns the exit code.
func Maven(args []string, _, errOut io.Writer) int {
	if code, bad := misbehave("mvn", errOut); bad {
		return code
	}
	parts := strings.Split(flagValue(args, "-Dartifact"), ":")
	dir := flagValue(args, "-DoutputDirectory")
	if len(parts) != 3 || dir == "" {
		fmt.Fprintf(errOut, "[ERROR] only dependency:copy of one artifact is known here, not %q\n", args)
		return 1
	}
	jar := release.Coordinates{Group: parts[0], Artifact: parts[1], Version: parts[2]}
	if strings.HasSuffix(jar.Version, ".99") {
		fmt.Fprintf(errOut, "[ERROR] Unable to find/resolve artifact: Could not find artifact %s in central\n", jar)
		return 1
	}
	content, err := wheel(map[string]string{"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n"})
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, jar.FileName()), content, 0o644)
	}
	if err != nil {
		fmt.Fprintf(errOut, "[ERROR] %v\n", err)
		return 1
	}
	return 0
}

// flagValue returns what follows a flag, as its own argument or behind "=".
func flagValue(args []string, flag string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, flag+"="); ok {
			return value
		}
		if arg == flag && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

func misbehave(program string, errOut io.Writer) (code int, bad bool) {
	kind, ok := strings.CutPrefix(os.Getenv(FaultVariable), program+"-")
	if !ok {
		return 0, false
	}
	switch kind {
	case "full":
		fmt.Fprintln(errOut, "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device")
	case "missing":
		fmt.Fprintln(errOut, "/usr/bin/python3: No module named pip")
	case "hang":
		time.Sleep(time.Hour) // until it is killed
	default:
		fmt.Fprintln(errOut, "ERROR: connecting to https://reader:hunter2@mirror.example/simple: connection refused")
	}
	return 1, true
}
