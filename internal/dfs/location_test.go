package dfs_test

import (
	"testing"

	"github.com/autostream/autostream/internal/dfs"
)

func TestParseLocation(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]dfs.Location{
		"hdfs://nn:8020/a/b":  {Scheme: "hdfs", Authority: "nn:8020", Path: "/a/b"},
		"hdfs://ns/a b%20":    {Scheme: "hdfs", Authority: "ns", Path: "/a b%20"},
		"hdfs://ns":           {Scheme: "hdfs", Authority: "ns", Path: "/"},
		"file:/a":             {Scheme: "file", Path: "/a"},
		"file:///a/../b/":     {Scheme: "file", Path: "/b"},
		"/a:b/c":              {Path: "/a:b/c"},
		"s3://bucket/x:y":     {Scheme: "s3", Authority: "bucket", Path: "/x:y"},
		"viewfs:/user/stream": {Scheme: "viewfs", Path: "/user/stream"},
	} {
		got, err := dfs.ParseLocation(text)
		if err != nil || got != want {
			t.Errorf("ParseLocation(%q) = %+v, %v; want %+v", text, got, err, want)
		}
		if again, err := dfs.ParseLocation(got.String()); err != nil || again != got {
			t.Errorf("%q is written as %q, which reads as %+v, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "a/b", "hdfs:", "file:a", "x"} {
		if got, err := dfs.ParseLocation(text); err == nil {
			t.Errorf("ParseLocation(%q) = %+v", text, got)
		}
	}
}

// elsewhere is a file system of a name.
type elsewhere struct {
	dfs.FS
	name string
}

func (e elsewhere) URI(path string) string { return e.name + path }

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fs, uri, path string
		here          bool
	}{
		{"hdfs://one", "hdfs://one/a/b", "/a/b", true},
		{"hdfs://one", "hdfs://two/a/b", "", false},
		{"hdfs://one", "hdfs:/a", "/a", true},
		{"hdfs://one", "/a", "/a", true},
		{"hdfs://one", "s3://one/a", "", false},
		{"s3://states", "s3p://states/a", "/a", true},
		{"s3a://states", "s3://others/a", "", false},
		{"hdfs://one", "a", "", false},
	} {
		if path, here := dfs.Within(elsewhere{name: test.fs}, test.uri); path != test.path || here != test.here {
			t.Errorf("Within(%s, %s) = %q, %t", test.fs, test.uri, path, here)
		}
	}
}
