// Package frame tells whose code a frame of a Java stack is: the JDK's, Flink's, a library's, or the user's own.
package frame

import (
	"slices"
	"strings"
)

// Bare drops the class loader, the module and its version that lead a frame, and the jar behind it:
//
//	app//a.B.c(B.java:1) · java.base@17.0.15/java.lang.Thread.run(Thread.java:840) · a.B.c(B.java:1) ~[x.jar:1]
func Bare(f string) string {
	if end := strings.IndexByte(f, ')'); end >= 0 {
		f = f[:end+1]
	}
	call, _, _ := strings.Cut(f, "(")
	if at := strings.Index(call, "$$Lambda"); at >= 0 { // the address of a lambda's class holds a slash
		call = call[:at]
	}
	return f[strings.LastIndexByte(call, '/')+1:]
}

// OfJDK says whether a bare frame is of the JDK.
func OfJDK(f string) bool {
	return strings.HasPrefix(f, "java.") || strings.HasPrefix(f, "jdk.") || strings.HasPrefix(f, "sun.") || strings.HasPrefix(f, "javax.")
}

// Own says whether a bare frame is of the user's own code: not of the JDK, Flink, code that it generated (which has no
// package and no file), or a library that jobs come with.
func Own(f string) bool {
	call, _, _ := strings.Cut(f, "(")
	switch {
	case strings.Count(call, ".") < 2:
		return withoutPackage(f)
	case OfJDK(f):
		return false
	}
	return !slices.ContainsFunc(libraries[:], func(prefix string) bool { return strings.HasPrefix(f, prefix) })
}

// Top finds the user's own code on a stack, the innermost frame first: the frame on top, below those of the JDK.
func Top(frames []string) (string, bool) {
	for _, f := range frames {
		if f = Bare(f); !OfJDK(f) {
			return f, Own(f)
		}
	}
	return "", false
}

// Caller finds the user's own code on a stack, the innermost frame first: what it called itself, of the JDK or a library, lies
// above it. What Flink called, or code that Flink generated, is none of the user's doing.
func Caller(frames []string) (string, bool) {
	for _, f := range frames {
		f = Bare(f)
		switch {
		case Own(f):
			return f, true
		case strings.HasPrefix(f, "org.apache.flink."), Generated(f):
			return "", false
		}
	}
	return "", false
}

// Generated says whether a bare frame is of code that Flink generated, which has no package and no file:
// "StreamExecCalc$12.processElement(Unknown Source)".
func Generated(f string) bool {
	call, _, _ := strings.Cut(f, "(")
	return strings.Count(call, ".") < 2 && !withoutPackage(f)
}

// withoutPackage says whether a bare frame is of a class that somebody wrote who gave it no package: "Udf.eval(Udf.java:3)".
func withoutPackage(f string) bool {
	call, place, _ := strings.Cut(f, "(")
	class, _, found := strings.Cut(call, ".")
	class, _, _ = strings.Cut(class, "$")
	return found && strings.Count(call, ".") == 1 && strings.HasPrefix(place, class+".")
}

// libraries are packages that are never the user's own.
var libraries = [...]string{
	"org.apache.", "com.esotericsoftware.", "scala.", "akka.", "io.netty.", "org.rocksdb.", "com.mysql.", "org.postgresql.", "com.ververica.",
	"io.debezium.", "com.fasterxml.", "com.google.", "com.zaxxer.", "redis.clients.", "io.lettuce.", "org.elasticsearch.", "org.codehaus.",
	"com.amazonaws.", "software.amazon.", "okhttp3.", "oracle.", "com.microsoft.", "org.slf4j.", "com.alibaba.druid.", "kafka.", "com.jayway.",
	"org.mariadb.", "com.clickhouse.", "com.mongodb.", "org.opensearch.", "com.aliyun.", "com.facebook.presto.", "org.forstdb.", "ch.qos.logback.",
	"com.ibm.db2.", "org.h2.", "org.sqlite.", "io.trino.", "net.snowflake.", "com.oceanbase.", "com.github.benmanes.", "org.eclipse.jetty.",
	"com.datastax.", "com.couchbase.", "com.rabbitmq.", "io.grpc.", "org.redisson.", "com.influxdb.", "org.influxdb.", "com.hazelcast.", "io.vertx.",
	"reactor.", "org.springframework.", "kotlin.", "org.joda.", "org.bouncycastle.", "com.github.luben.", "net.jpountz.", "org.xerial.",
}
