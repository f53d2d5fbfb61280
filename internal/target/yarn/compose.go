package yarn

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
)

// parts is everything that an application's submission is composed of.
type parts struct {
	id      string // of the application
	name    string
	release release.Release
	queue   string
	options conf.Options // of the whole configuration, by the names of the release
	supplies
	config    shipped
	user      string
	home      string // of the user in the file system, as a URI
	staging   string // URI of the folder that the ApplicationMaster removes at its end
	classpath []string
	tags      []string
	identity  identity
}

// supplies are what an application shares with others, and what it signs in with at first.
type supplies struct {
	files []shipped // all but flink-dist and the configuration
	dist  shipped
	token string // for the file system; "" where nobody asks
}

// compose makes the submission that Flink's own client would have made (YarnClusterDescriptor.startAppMaster).
func (p parts) compose() (application, error) {
	m, err := jobManagerMemory(p.options)
	if err != nil {
		return application{}, err
	}
	o := intOptions{o: p.options}
	a := application{
		ID: p.id, Name: p.name, Type: cmp.Or(p.options["yarn.application.type"], "Apache Flink"), Tags: tags{p.tags},
		Queue:     cmp.Or(p.options["yarn.application.queue"], p.queue, "default"),
		Priority:  max(o.value("yarn.application.priority", 0), 0), // left out it would be stored as -1
		NodeLabel: p.options["yarn.application.node-label"],
		Resource:  resource{Memory: m.megabytes(), VCores: o.value("yarn.appmaster.vcores", 1)},
	}
	a.AMNodeLabel = cmp.Or(p.options["yarn.application-master.node-label"], a.NodeLabel)
	a.MaxAttempts = o.value("yarn.application-attempts", 1)
	if highAvailable(p.options) {
		a.MaxAttempts = o.value("yarn.application-attempts", 2)
		a.KeepRunning = true
		a.Validity = int64(o.value("yarn.application-attempt-failures-validity-interval", 10_000))
	}
	if o.err != nil {
		return application{}, o.err
	}
	a.Container.Commands.Command = p.command(m)
	a.Container.Environment = p.environment()
	for _, f := range slices.Concat(p.files, []shipped{p.dist, p.config}, p.identity.files()) {
		a.Container.LocalResources.add(f.key, f.localResource)
	}
	if p.token != "" {
		a.Container.Credentials = &sealed{}
		a.Container.Credentials.Tokens.add("hdfs", p.token)
	}
	return a, nil
}

// highAvailable says whether another JobManager can take over (HighAvailabilityMode.isHighAvailabilityModeActivated).
func highAvailable(o conf.Options) bool {
	mode := strings.ToLower(o["high-availability.type"])
	return mode != "" && mode != "none"
}

// command starts the ApplicationMaster. <LOG_DIR> and $JAVA_HOME are replaced on the node.
func (p parts) command(m memory) string {
	words := []string{"$JAVA_HOME/bin/java", m.jvm(p.options["jobmanager.memory.enable-jvm-direct-memory-limit"] == "true")}
	for _, key := range []string{"env.java.default-opts.all", conf.JavaOptionsKey, "env.java.default-opts.jobmanager", "env.java.opts.jobmanager"} {
		if text := p.options[key]; text != "" {
			words = append(words, text)
		}
	}
	words = append(words, "-XX:+IgnoreUnrecognizedVMOptions")
	if p.identity.realm != nil {
		words = append(words, "-Djava.security.krb5.conf="+realmFile)
	}
	words = append(words, `-Dlog.file="<LOG_DIR>/jobmanager.log"`,
		"-Dlog4j.configuration=file:"+logConfig, "-Dlog4j.configurationFile=file:"+logConfig,
		"org.apache.flink.yarn.entrypoint.YarnApplicationClusterEntryPoint", m.dynamic(),
		"1> <LOG_DIR>/jobmanager.out", "2> <LOG_DIR>/jobmanager.err")
	return strings.Join(words, " ")
}

// logConfig is the logging configuration in the containers.
const logConfig = "log4j.properties"

// environment is what the ApplicationMaster reads (YarnConfigKeys), and what users ask for.
func (p parts) environment() (env entries[string]) {
	classes := p.classes()
	var ship []string
	for _, f := range slices.Concat(p.files, []shipped{p.config}) {
		ship = append(ship, p.descriptor(f))
	}
	for _, key := range slices.Sorted(maps.Keys(p.options)) {
		if name, ok := strings.CutPrefix(key, masterEnv); ok {
			env.add(name, p.options[key])
		}
	}
	env.add("_FLINK_CLASSPATH", classes)
	env.add("CLASSPATH", strings.Join(append([]string{classes}, p.classpath...), ":"))
	env.add("_FLINK_DIST_JAR", p.descriptor(p.dist))
	env.add("_APP_ID", p.id)
	env.add("_CLIENT_HOME_DIR", p.home)
	env.add("_CLIENT_SHIP_FILES", strings.Join(ship, ";"))
	env.add("_FLINK_YARN_FILES", p.staging)
	env.add("HADOOP_USER_NAME", p.user)
	p.identity.environment(&env)
	env.add("FLINK_LIB_DIR", "./lib")
	env.add("FLINK_OPT_DIR", "./opt")
	return env
}

// classes is the class path of Flink in the containers. The empty entries at both ends are the working folder.
func (p parts) classes() string {
	var jars []string
	for _, f := range p.files {
		for _, key := range slices.Concat(f.holds, []string{f.key}) {
			if strings.HasPrefix(key, "lib/") {
				jars = append(jars, key)
			}
		}
	}
	slices.Sort(jars)
	return ":" + strings.Join(append(jars, p.dist.key, p.config.key), ":") + ":"
}

// descriptor writes a file the way the ApplicationMaster reads it back to start TaskManagers (YarnLocalResourceDescriptor;
// FLINK-32817 changed the form).
func (p parts) descriptor(f shipped) string {
	if p.release.Line < release.V1_19 {
		return fmt.Sprintf("YarnLocalResourceDescriptor{key=%s, path=%s, size=%d, modificationTime=%d, visibility=%s, type=%s}",
			f.key, f.Resource, f.Size, f.Timestamp, f.Visibility, f.Type)
	}
	return fmt.Sprintf("{'resourceKey':'%s','path':'%s','size':%d,'modificationTime':%d,'visibility':'%s','resourceType':'%s'}",
		f.key, f.Resource, f.Size, f.Timestamp, f.Visibility, f.Type)
}

// intOptions reads options and keeps the first that is no number.
type intOptions struct {
	o   conf.Options
	err error
}

func (r *intOptions) value(key string, otherwise int) int {
	text, ok := r.o[key]
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil && r.err == nil {
		r.err = fault.Errorf(fault.Usage, "option %s: %q is no number", key, text)
	}
	return n
}
