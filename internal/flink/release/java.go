package release

import (
	"slices"
	"strconv"
	"strings"
)

// exports and opens are what Flink needs from JDK 17 on, in the order of its default configuration. A rendered
// configuration must carry them in env.java.opts.all: nothing else in Flink adds them.
var (
	exports = [...]string{
		"java.rmi/sun.rmi.registry",
		"jdk.compiler/com.sun.tools.javac.api",
		"jdk.compiler/com.sun.tools.javac.file",
		"jdk.compiler/com.sun.tools.javac.parser",
		"jdk.compiler/com.sun.tools.javac.tree",
		"jdk.compiler/com.sun.tools.javac.util",
		"java.security.jgss/sun.security.krb5",
	}
	opens = [...]string{
		"java.base/java.lang",
		"java.base/java.net",
		"java.base/java.io",
		"java.base/java.nio",
		"java.base/sun.nio.ch",
		"java.base/java.lang.reflect",
		"java.base/java.text",
		"java.base/java.time",
		"java.base/java.util",
		"java.base/java.util.concurrent",
		"java.base/java.util.concurrent.atomic",
		"java.base/java.util.concurrent.locks",
	}
)

// JavaOptions returns the --add-exports and --add-opens that the release needs on JDK 17 and later (harmless on 11; Java 8
// does not know them). The slice is the caller's.
func (l Line) JavaOptions() []string {
	var options []string
	if l <= V2_0 { // 2.1 needs it no longer
		options = append(options, "--add-exports=java.base/sun.net.util=ALL-UNNAMED")
	}
	for _, module := range exports {
		options = append(options, "--add-exports="+module+"=ALL-UNNAMED")
	}
	for _, module := range opens {
		options = append(options, "--add-opens="+module+"=ALL-UNNAMED")
	}
	return options
}

// RunsOn reports whether the release supports a Java major version.
func (r Release) RunsOn(java int) bool { return slices.Contains(r.Java, java) }

// JavaNames lists the supported Java versions for a sentence: "11, 17 or 21".
func (r Release) JavaNames() string {
	names := make([]string, len(r.Java))
	for i, major := range r.Java {
		names[i] = strconv.Itoa(major)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
