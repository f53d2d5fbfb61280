package kubernetes

import (
	"strings"
	"testing"
)

func TestTheLineThatMatters(t *testing.T) {
	t.Parallel()
	for want, log := range map[string]string{
		"no such directory": "2026-01-01 00:00:00,000 ERROR org.apache.flink.X - Could not start.\njava.io.IOException: no such directory\n\tat x.Y\n2026-01-01 00:00:01,000 INFO x - bye\n",
		"Could not start.":  "2026-01-01 00:00:00,000 ERROR org.apache.flink.X - Could not start.\n2026-01-01 00:00:01,000 INFO x - bye\n",
		"out of disk":       "Exception in thread \"main\" java.io.IOException: out of disk\n\tat x.Y\n",
		"Invalid maximum heap size: -Xmx1x": "Invalid maximum heap size: -Xmx1x\nError: Could not create the Java Virtual Machine.\n" +
			"Error: A fatal exception has occurred. Program will exit.\n\n",
		"": "",
	} {
		if got := wordsOf(strings.NewReader(log)); got != want {
			t.Errorf("%q, want %q of\n%s", got, want, log)
		}
	}
}
