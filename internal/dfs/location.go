package dfs

import (
	"path"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// Location is a path together with its file system, as Flink and Hadoop write it: "hdfs://nn:8020/a", "file:/a",
// "s3://bucket/a". Nothing in it is escaped.
type Location struct {
	Scheme    string // "hdfs"; "" without one
	Authority string // "nn:8020"
	Path      string // absolute, clean
}

// ParseLocation takes what Flink calls a path apart (org.apache.flink.core.fs.Path).
func ParseLocation(uri string) (Location, error) {
	scheme, rest, ok := strings.Cut(uri, ":")
	if !ok || strings.Contains(scheme, "/") {
		scheme, rest = "", uri
	}
	l := Location{Scheme: scheme}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		at := strings.IndexByte(after, '/')
		if at < 0 {
			at = len(after)
		}
		l.Authority, rest = after[:at], after[at:]
	}
	if rest == "" && l.Authority != "" {
		rest = "/"
	}
	if !strings.HasPrefix(rest, "/") {
		return Location{}, fault.Errorf(fault.Usage, "%q is no absolute path of a file system", uri).WithFix("write one like hdfs://namenode:8020/folder")
	}
	l.Path = path.Clean(rest)
	return l, nil
}

// Within is the path in a file system of what Flink calls a path, and false when that lies on another one. Without a scheme,
// or with one and no authority, it is taken to lie on this one.
func Within(f FS, uri string) (string, bool) {
	l, err := ParseLocation(uri)
	if err != nil {
		return "", false
	}
	own, err := ParseLocation(f.URI("/"))
	if err != nil || l.Scheme != "" && (store(l.Scheme) != store(own.Scheme) || l.Authority != "" && l.Authority != own.Authority) {
		return "", false
	}
	return l.Path, true
}

// store is a scheme without the choice of a driver: s3a and s3p name the same buckets as s3.
func store(scheme string) string {
	if scheme == "s3a" || scheme == "s3p" {
		return "s3"
	}
	return scheme
}

// String writes the location back.
func (l Location) String() string {
	switch {
	case l.Scheme == "":
		return l.Path
	case l.Authority == "" && l.Scheme == "file":
		return "file:" + l.Path // as Flink prints it
	}
	return l.Scheme + "://" + l.Authority + l.Path
}

func errTooLong(path string, limit int64) error {
	return fault.Errorf(fault.Failed, "%s is longer than %d bytes", path, limit)
}
