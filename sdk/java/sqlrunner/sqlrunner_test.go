package sqlrunner_test

import (
	"testing"

	"github.com/autostream/autostream/sdk/java/source"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// TestJarIsCurrent finds a jar that was made from other sources, without a Java compiler.
func TestJarIsCurrent(t *testing.T) {
	t.Parallel()
	jar := sqlrunner.Jar()
	recorded, err := source.Of(jar)
	if err != nil {
		t.Fatal(err)
	}
	want, err := source.Hash("src")
	if err != nil {
		t.Fatal(err)
	}
	if recorded != want {
		t.Error("sqlrunner.jar is made from other sources: make gen")
	}
	if len(jar) > 8<<10 {
		t.Errorf("the jar has %d bytes, it is to stay below 8 KB", len(jar))
	}
}

func TestScript(t *testing.T) {
	t.Parallel()
	got, err := sqlrunner.Script([]string{"SET 'a' = 'b'", "INSERT INTO x\nSELECT 1"})
	if err != nil || string(got) != "SET 'a' = 'b'\x1eINSERT INTO x\nSELECT 1" {
		t.Errorf("Script = %q, %v", got, err)
	}
	if _, err := sqlrunner.Script([]string{"SELECT 1", "SELECT '\x1e'"}); err == nil {
		t.Error("a separator inside a statement is let through")
	}
}
