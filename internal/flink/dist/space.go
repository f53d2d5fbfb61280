package dist

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// requireSpace gives the error of a full disk when less than the given number of bytes is free around dir. A file system
// that does not tell counts as large enough.
func (c *Cache) requireSpace(dir, version string, bytes int64) error {
	free, ok := c.freeSpace(dir)
	if ok && free < bytes {
		return c.diskFull(version, bytes, free, nil)
	}
	return nil
}

func (c *Cache) freeSpace(dir string) (bytes int64, ok bool) {
	ask := c.free
	if ask == nil {
		ask = freeSpace
	}
	bytes, err := ask(dir)
	return bytes, err == nil
}

// explain turns an error that comes from a full disk, our own or that of a program we ran, into one that says so with the
// figures.
func (c *Cache) explain(err error, dir, version string, source Source) error {
	full := func(target error) bool { return errors.Is(err, target) }
	if err == nil || !slices.ContainsFunc(diskFull, full) {
		return err
	}
	free, _ := c.freeSpace(dir)
	return c.diskFull(version, source.need(version), free, err)
}

func (c *Cache) diskFull(version string, need, free int64, cause error) error {
	what := strings.TrimSpace("Flink " + version)
	needs := "more room"
	if need > 0 {
		needs = "about " + megabytes(need)
	}
	e := &fault.Error{
		Kind:    fault.Failed,
		Message: fmt.Sprintf("the disk of %s is too full: installing %s takes %s there, %s are free", c.Dir, what, needs, megabytes(free)),
		Err:     cause,
	}
	return e.WithFix("make room, or put the cache elsewhere:\n  AUTOSTREAM_CACHE=/path/on/another/disk autostream flink install %s", version)
}

// megabytes writes a size for people, with a digit behind the point where it matters.
func megabytes(n int64) string {
	if n < 10_000_000 {
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%d MB", (n+999_999)/1_000_000)
}
