package logs

import (
	"strings"
	"testing"
)

func TestOfProcess(t *testing.T) {
	t.Parallel()
	const text = "jobmanager | a\ntaskmanager-1-1 | b\ntaskmanager-1-2 | c | d\njobmanager | e\n"
	for name, want := range map[string]string{
		"jobmanager":      "jobmanager | a\njobmanager | e\n",
		"taskmanager":     "taskmanager-1-1 | b\ntaskmanager-1-2 | c | d\n",
		"taskmanager-1-2": "taskmanager-1-2 | c | d\n",
		"nobody":          "",
	} {
		var whole, pieces strings.Builder
		w := &ofProcess{name: name, w: &whole}
		if n, err := w.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
		w = &ofProcess{name: name, w: &pieces}
		for _, piece := range strings.SplitAfter(text, "a") {
			if _, err := w.Write([]byte(piece)); err != nil {
				t.Fatal(err)
			}
		}
		if whole.String() != want || pieces.String() != want {
			t.Errorf("%s: %q and %q, want %q", name, &whole, &pieces, want)
		}
	}
}
