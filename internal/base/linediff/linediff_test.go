package linediff_test

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/linediff"
)

func TestUnified(t *testing.T) {
	t.Parallel()
	old := strings.Fields("a b c d e f g h i")
	changed := strings.Fields("a b c D e f g h i j")
	want := "--- old\n+++ new\n@@ -1,9 +1,10 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n h\n i\n+j\n"
	if got := linediff.Unified("old", "new", old, changed); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := linediff.Unified("old", "new", old, old); got != "" {
		t.Errorf("the same lines differ:\n%s", got)
	}
	if gone, added := linediff.Count(old, changed); gone != 1 || added != 2 {
		t.Errorf("%d gone, %d added", gone, added)
	}
}
