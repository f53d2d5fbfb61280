package app

import (
	"slices"
	"testing"
)

func TestNameNodes(t *testing.T) {
	t.Parallel()
	for files, want := range map[string]struct {
		addresses []string
		folder    string
	}{
		"webhdfs://nn1:9870":                  {[]string{"http://nn1:9870"}, ""},
		"swebhdfs://nn1:9871/":                {[]string{"https://nn1:9871"}, ""},
		"webhdfs://nn1:9870,nn2:9870/apps/a/": {[]string{"http://nn1:9870", "http://nn2:9870"}, "/apps/a"},
		"http://httpfs:14000/apps":            {[]string{"http://httpfs:14000"}, "/apps"},
		"hdfs://nn1:8020":                     {},
		"nn1:9870":                            {},
		"webhdfs://":                          {},
		"webhdfs://nn1:9870,":                 {},
		"webhdfs://a@b/x":                     {},
	} {
		addresses, folder, err := nameNodes(files)
		if !slices.Equal(addresses, want.addresses) || folder != want.folder || (err == nil) != (want.addresses != nil) {
			t.Errorf("nameNodes(%q) = %q, %q, %v", files, addresses, folder, err)
		}
	}
}

func TestBucket(t *testing.T) {
	t.Parallel()
	for files, want := range map[string]struct {
		scheme, name, endpoint, region, folder string
	}{
		"s3://states": {"s3", "states", "", "", "/autostream"},
		"s3a://states/apps/a/?region=eu-central-1": {"s3a", "states", "", "eu-central-1", "/apps/a"},
		"s3://states/x?endpoint=http://minio:9000": {"s3", "states", "http://minio:9000", "", "/x"},
		"s3://states/x?endpont=http://minio:9000":  {},
		"s3:///x":              {},
		"webhdfs://nn1:9870/x": {},
	} {
		o, folder, err := bucket(files)
		if (err == nil) != (want.name != "") {
			t.Errorf("bucket(%q): %v", files, err)
		} else if err == nil && (o.Scheme != want.scheme || o.Bucket != want.name || o.Endpoint != want.endpoint || o.Region != want.region || folder != want.folder) {
			t.Errorf("bucket(%q) = %+v, %q", files, o, folder)
		}
	}
}
