package diag_test

import (
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	candidates := []string{"parallelism", "resources", "sql", "jar", "job", "Größe"}
	for name, want := range map[string]string{
		"paralelism": "parallelism", "Parallelism": "parallelism", "prallelsim": "parallelism", "sqll": "sql", "sq": "sql", "qsl": "sql",
		"jra": "jar", "grösse": "Größe", "colour": "", "x": "", "": "", "resourceManagerAddress": "",
	} {
		if got, ok := diag.Nearest(name, candidates); got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
}
