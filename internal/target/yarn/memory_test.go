package yarn

import (
	"testing"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
)

// The divisions are those that BashJavaUtils GET_JM_RESOURCE_PARAMS of 2.2.1 prints for the options.
func TestJobManagerMemory(t *testing.T) {
	t.Parallel()
	const mb = bytesize.MB
	for name, test := range map[string]struct {
		options conf.Options
		want    memory
	}{
		"the default": {conf.Options{keyProcessSize: "1600m"}, memory{1024 * mb, 128 * mb, 256 * mb, 192 * mb}},
		"small":       {conf.Options{keyProcessSize: "900m"}, memory{339738624, 128 * mb, 256 * mb, 192 * mb}},
		"big":         {conf.Options{keyProcessSize: "20g"}, memory{19072 * mb, 128 * mb, 256 * mb, 1024 * mb}},
		"a share":     {conf.Options{keyProcessSize: "4000m"}, memory{3372220410, 128 * mb, 256 * mb, 419430406}},
		"of Flink":    {conf.Options{keyFlinkSize: "1g"}, memory{896 * mb, 128 * mb, 256 * mb, 192 * mb}},
		"heap":        {conf.Options{keyHeapSize: "3072m", "jobmanager.memory.off-heap.size": "256m"}, memory{3072 * mb, 256 * mb, 256 * mb, 417566271}},
		"both": {
			conf.Options{keyFlinkSize: "1g", keyProcessSize: "1600m", "jobmanager.memory.jvm-metaspace.size": "300m"},
			memory{896 * mb, 128 * mb, 300 * mb, 276 * mb},
		},
		"metaspace": {
			conf.Options{keyProcessSize: "1600m", "jobmanager.memory.jvm-metaspace.size": "384 mb", "jobmanager.memory.jvm-overhead.fraction": "0.2"},
			memory{805306363, 128 * mb, 384 * mb, 335544325},
		},
	} {
		got, err := jobManagerMemory(test.options)
		if err != nil || got != test.want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, test.want)
		}
	}
	for _, o := range []conf.Options{
		{keyProcessSize: "600m"}, {keyProcessSize: "much"}, {keyFlinkSize: "100m"},
		{keyProcessSize: "2g", "jobmanager.memory.jvm-overhead.fraction": "2"}, {keyProcessSize: "1g", keyFlinkSize: "1g"},
	} {
		if got, err := jobManagerMemory(o); fault.KindOf(err) != fault.Usage || err == nil {
			t.Errorf("%v: %+v, %v; want an error of usage", o, got, err)
		}
	}
}
