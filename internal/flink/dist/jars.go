package dist

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

// Fetch returns paths of jars in the cache, in the order of the coordinates, getting the missing ones from the Maven
// repository through the machine's own Maven. started is called before each download. A jar appears by one rename, when it
// is complete and can be opened as the archive that it should be, so processes that fetch the same jar do no harm.
func (c *Cache) Fetch(ctx context.Context, jars []release.Coordinates, started func(release.Coordinates)) ([]string, error) {
	paths := make([]string, len(jars))
	for i, jar := range jars {
		path, err := c.jarPath(jar)
		if err != nil {
			return nil, err
		}
		if sizeOf(path) == 0 {
			started(jar)
			if err := c.fetch(ctx, jar, path); err != nil {
				return nil, fmt.Errorf("fetching %s: %w", jar, err)
			}
		}
		paths[i] = path
	}
	return paths, nil
}

// jarPath is the place of a jar in the cache. Coordinates come from project files, so they must not lead elsewhere.
func (c *Cache) jarPath(jar release.Coordinates) (string, error) {
	for _, part := range []string{jar.Group, jar.Artifact, jar.Version} {
		bad := func(c rune) bool {
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
			return !letter && c != '.' && c != '-' && c != '_'
		}
		if part == "" || strings.ContainsFunc(part, bad) || strings.Contains(part, "..") || part[0] == '.' || part[0] == '-' {
			return "", fault.Errorf(fault.Usage, "%q are not coordinates of a jar", jar.String()).
				WithFix("write GROUP:ARTIFACT:VERSION, such as org.apache.flink:flink-sql-connector-kafka:4.0.1-2.0")
		}
	}
	return filepath.Join(c.Dir, "jars", jar.Group, jar.Artifact, jar.Version, jar.FileName()), nil
}

func (c *Cache) fetch(ctx context.Context, jar release.Coordinates, path string) (err error) {
	mvn, err := maven.find()
	if err != nil {
		return err
	}
	dir := filepath.Join(c.Dir, "jars")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := mavenCopy(ctx, mvn, work, jar, work); err != nil {
		return err
	}
	got := filepath.Join(work, jar.FileName())
	r, err := zip.OpenReader(got)
	if err != nil {
		return fmt.Errorf("opening what Maven copied: %w", err)
	}
	if err := r.Close(); err != nil {
		return err
	}
	return os.Rename(got, path)
}
