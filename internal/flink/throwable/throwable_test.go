package throwable_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/flink/throwable"
)

func TestRoot(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"no stack trace", "Not found: /v9/jobs", "Not found: /v9/jobs"},
		{
			"the innermost cause",
			"org.apache.flink.util.FlinkException: outer\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: inner\n\t... 3 more\n",
			"inner",
		},
		{
			"what another server said, after the brackets",
			"Internal server error.\n<Exception on server side:\na.b.GatewayException: Failed\n\tat a.b.C.d(C.java:1)\n" +
				"Caused by: a.b.RestClientException: [Internal server error., <Exception on server side:\n" +
				"a.b.DuplicateJobSubmissionException: Job has already been submitted.\n\tat a.b.C.d(C.java:2)\n\n" +
				"End of exception on server side>]\n\nEnd of exception on server side>",
			"Job has already been submitted.",
		},
		{
			"the classes inside a message are dropped",
			"java.util.concurrent.CompletionException: java.lang.RuntimeException: java.io.IOException: disk full",
			"disk full",
		},
		{"a cause without a message gives way to its parent", "a.b.SomeException: outer\nCaused by: java.lang.NullPointerException\n", "outer"},
		{"only classes", "a.b.OuterException\nCaused by: java.lang.NullPointerException\n", "NullPointerException"},
		{
			"a parser's wish list is left out",
			"a.b.SqlParserException: SQL parse failed. Encountered \"one\" at line 1, column 29.\nWas expecting one of:\n    \"LATERAL\" ...\n    \"TABLE\" ...\n    ",
			`SQL parse failed. Encountered "one" at line 1, column 29.`,
		},
		{
			"an enumeration goes into the line",
			"a.b.ValidationException: No factory for 'x' in the classpath.\n\nAvailable factory identifiers are:\n\nblackhole\ndatagen\n",
			"No factory for 'x' in the classpath. Available factory identifiers are: blackhole, datagen",
		},
		{"a class alone is a sentence", "java.lang.ClassNotFoundException: com.example.Udf", "class com.example.Udf is not on the class path"},
		{"a class of the JVM", "java.lang.NoClassDefFoundError: com/example/Udf", "class com.example.Udf is not on the class path"},
		{"a host alone is a sentence", "java.net.UnknownHostException: kafka", "unknown host kafka"},
		{
			"a cause that explains less than its parent",
			"a.FsException: Could not find a file system implementation for scheme 's9'.\nCaused by: a.FsException: Hadoop is not in the classpath/dependencies.\n",
			"Could not find a file system implementation for scheme 's9'.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := throwable.Parse(test.text).Root(); got != test.want {
				t.Errorf("\n got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text         string
		line, column int
	}{
		{"a.b.ValidationException: SQL validation failed. From line 2, column 3 to line 2, column 7: Column 'c' not found", 2, 3},
		{"a.b.X: SQL parse failed.\nCaused by: a.b.Y: Encountered \"one\" at line 1, column 29.", 1, 29},
		{"a.b.X: no position", 0, 0},
	} {
		if line, column := throwable.Parse(test.text).Position(); line != test.line || column != test.column {
			t.Errorf("%q: %d:%d, want %d:%d", test.text, line, column, test.line, test.column)
		}
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	chain := throwable.Parse("a.b.Outer: x\nCaused by: a.b.DuplicateJobSubmissionException: y")
	if !chain.Has("DuplicateJobSubmissionException") || chain.Has("SubmissionException") {
		t.Errorf("Has is wrong about %+v", chain)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a.b.X: m\n\tat a.B.c(B.java:1)\nCaused by: a.b.Y: n\nline\n\nlist:\na\nb")
	f.Add("<Exception on server side:\njava.lang.ClassNotFoundException: %s%d\nEnd of exception on server side>]")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10<<10 {
			return
		}
		chain := throwable.Parse(text)
		root := chain.Root()
		if strings.ContainsAny(root, "\n") {
			t.Errorf("root has several lines: %q", root)
		}
		if utf8.ValidString(text) && !utf8.ValidString(root) {
			t.Errorf("root is not UTF-8: %q", root)
		}
		chain.Position()
	})
}
