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
