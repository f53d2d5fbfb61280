package frame_test

import (
	"testing"

	"github.com/autostream/autostream/internal/diagnose/frame"
)

// TestCaller finds whose doing an exception is.
func TestCaller(t *testing.T) {
	t.Parallel()
	const generated, flink = "StreamExecCalc$12.processElement(Unknown Source)", "org.apache.flink.streaming.runtime.tasks.StreamTask.invoke(StreamTask.java:1)"
	for _, test := range []struct {
		name  string
		stack []string
		want  string
	}{
		{"its own", []string{"com.acme.Udf.eval(Udf.java:3)", generated, flink}, "com.acme.Udf.eval(Udf.java:3)"},
		{"what it called of the JDK", []string{"java.base/java.lang.Integer.parseInt(Integer.java:1)", "com.acme.Udf.eval(Udf.java:3) ~[udf.jar:?]", generated}, "com.acme.Udf.eval(Udf.java:3)"},
		{"what it called of a library", []string{"com.fasterxml.jackson.core.JsonParser.fail(JsonParser.java:1)", "com.acme.Udf.eval(Udf.java:3)", generated}, "com.acme.Udf.eval(Udf.java:3)"},
		{"a class without a package", []string{"Udf.eval(Udf.java:3)", generated, flink}, "Udf.eval(Udf.java:3)"},
		{"one within it", []string{"Udf$Inner.eval(Udf.java:3)", generated, flink}, "Udf$Inner.eval(Udf.java:3)"},
		{"what Flink called", []string{"java.base/java.lang.Integer.parseInt(Integer.java:1)", flink, "com.acme.Job.run(Job.java:1)"}, ""},
		{"generated code", []string{generated, "com.acme.Job.run(Job.java:1)"}, ""},
		{"nothing", nil, ""},
	} {
		if got, ok := frame.Caller(test.stack); got != test.want || ok != (test.want != "") {
			t.Errorf("%s: %q, %v", test.name, got, ok)
		}
	}
}
