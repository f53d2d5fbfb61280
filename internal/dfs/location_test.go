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
