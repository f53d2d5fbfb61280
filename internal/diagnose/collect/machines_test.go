package collect

import (
	"testing"

	"github.com/autostream/autostream/internal/flink/rest"
)

func TestGiven(t *testing.T) {
	t.Parallel()
	tm := rest.TaskManager{Slots: 3}
	tm.Hardware.Cores = 64
	for name, test := range map[string]struct {
		config map[string]string
		want   float64
	}{
		"a container or a machine":    {map[string]string{"execution.target": "kubernetes-application"}, 64},
		"YARN, a vcore for a slot":    {map[string]string{"execution.target": "yarn-application", "yarn.containers.vcores": "-1"}, 3},
		"YARN, as many as were asked": {map[string]string{"yarn.containers.vcores": "2"}, 2},
		"YARN, a session":             {map[string]string{"$internal.yarn.log-config-file": "log4j.properties"}, 3},
	} {
		if got := given(test.config, tm); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
