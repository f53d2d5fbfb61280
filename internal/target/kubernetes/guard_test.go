package kubernetes

import "testing"

// A JobManager that takes the place of another finds no program, however its configuration is written.
func TestGuard(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ config, want string }{
		"script": {
			"$internal.application.main: x.SqlDriver\n$internal.application.program-args: [\"--scriptUri\", \"file:///opt/autostream/program/job.sql\"]\n",
			"$internal.application.main: x.SqlDriver\n$internal.application.program-args: [\"--scriptUri\", \"file://" + replaced + "\"]\n",
		},
		"script, nested": {
			"$internal:\n  application:\n    main: x.Main\n    program-args:\n    - /opt/autostream/program/job.statements\n",
			"$internal:\n  application:\n    main: x.Main\n    program-args:\n    - " + replaced + "\n",
		},
		"jar":               {"$internal.application.main: com.example.Job\nparallelism.default: 1\n", "$internal.application.main: autostream.ReplacedJobManager\nparallelism.default: 1\n"},
		"jar, nested":       {"$internal:\n  application:\n    main: com.example.Job\n", "$internal:\n  application:\n    main: autostream.ReplacedJobManager\n"},
		"high availability": {"a: b\nhigh-availability.type: kubernetes\n$internal.application.main: x\n", "a: b\nhigh-availability.type: kubernetes\n$internal.application.main: x\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := guard(test.config); got != test.want {
				t.Errorf("guarded:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}
