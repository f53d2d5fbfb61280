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
