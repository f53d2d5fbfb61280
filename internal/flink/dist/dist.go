// Package dist finds Flink distributions on this machine and provisions them into the user's cache: from a folder, from
// an archive with its SHA-512, or from the package registries through the machine's own clients, pip and Maven.
//
// The cache is laid out as
//
//	flink/2.2.1/                    a distribution (FLINK_HOME) with .autostream.json, its manifest, written last
//	flink/2.2.1.users/4711          one file for each running process that uses it
//	flink/.lock, .holder            held while a distribution is added or removed, and by whom
//	flink/.new-…, flink/.old-…      work in progress, or what a killed process left; the next holder of the lock removes it
//	jars/GROUP/ARTIFACT/VERSION/    jars fetched for jobs
//
// A distribution appears under its name by one rename, when it is complete. What a reader finds there is checked against
// the manifest all the same, because a cache is a place where people tidy up.
package dist

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

// Cache is the folder of provisioned distributions and jars. It holds no state: any number of values in any number of
// processes may work on one folder.
type Cache struct {
	Dir string
	Log *slog.Logger // may be nil

	free func(dir string) (int64, error) // replaced in tests; nil asks the file system
}

// DefaultDir is where the cache lives: AUTOSTREAM_CACHE, or "autostream" in the user's cache folder.
func DefaultDir(getenv func(string) string) (string, error) {
	if dir := getenv("AUTOSTREAM_CACHE"); dir != "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return "", fault.Errorf(fault.Usage, "reading AUTOSTREAM_CACHE: %w", err)
		}
		return abs, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fault.Errorf(fault.Failed, "finding the user's cache folder: %w", err).
			WithFix("set AUTOSTREAM_CACHE to a folder")
	}
	return filepath.Join(dir, "autostream"), nil
}

// Home is one distribution of Flink on disk.
type Home struct {
	Dir     string          // what FLINK_HOME is for its scripts; absolute
	Release release.Release // with the exact version that lies there
}

// Open looks at a folder and says which Flink it is. The folder must have what AutoStream starts: the scripts, flink-dist
// and the SQL Gateway. Anything else is a fault of kind NotFound that says what is missing.
func Open(dir string) (Home, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Home{}, fault.Errorf(fault.Usage, "resolving %s: %w", dir, err)
	}
	version, err := versionOf(dir)
	if err != nil {
		return Home{}, err
	}
	r, err := release.Parse(version)
	if err != nil {
		return Home{}, err
	}
	for _, part := range []string{"bin/flink", "bin/config.sh", "conf", "opt/flink-sql-gateway-" + version + ".jar"} {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(part))); err != nil {
			return Home{}, fault.Errorf(fault.NotFound, "the Flink %s in %s is not complete: %w", version, dir, err).
				WithFix("autostream flink install %s", r.Line)
		}
	}
	return Home{Dir: dir, Release: r}, nil
}

// versionOf reads the version off the name of lib/flink-dist-VERSION.jar, as Flink's own scripts find that jar.
func versionOf(dir string) (string, error) {
	found, err := filepath.Glob(filepath.Join(escapeGlob(dir), "lib", "flink-dist-*.jar"))
	if err != nil {
		return "", fault.Errorf(fault.Failed, "looking for lib/flink-dist-*.jar: %w", err)
	}
	if len(found) != 1 {
		return "", fault.Errorf(fault.NotFound, "%s is not a Flink distribution: %d files match lib/flink-dist-*.jar", dir, len(found)).
			WithFix("name the folder that has bin, conf and lib of one Flink")
	}
	name := strings.TrimPrefix(filepath.Base(found[0]), "flink-dist-")
	return strings.TrimSuffix(name, ".jar"), nil
}

func escapeGlob(path string) string {
	if os.PathSeparator == '\\' { // Windows has no escapes in patterns, and no pattern characters in names
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// home is the place of a version in the cache.
func (c *Cache) home(version string) string { return filepath.Join(c.Dir, "flink", version) }

func (c *Cache) log() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}
