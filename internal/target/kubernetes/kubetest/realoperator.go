package kubetest

import (
	"archive/zip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// operatorVersion is the one of rigs/k8s/operator, the newest that Maven has.
const operatorVersion = "1.7.0"

// Operator runs Flink's Kubernetes operator for one namespace, with its own definitions of resources, until the test ends:
// as a process of this machine, because its image cannot be pulled. javaHome is that of a JDK 11 or 17. RIG_OPERATOR can
// name a folder with the jars of another operator, such as one built from its sources.
func (r *Rig) Operator(t testing.TB, namespace, javaHome string) {
	t.Helper()
	jars := r.operatorJars(t)
	definitions, err := filepath.Glob(filepath.Join(jars, "flink-kubernetes-operator-api-*.jar"))
	if err != nil || len(definitions) != 1 {
		t.Fatalf("definitions of resources in %s: %v, %v", jars, definitions, err)
	}
	r.define(t, definitions[0])
	dir := t.TempDir()
	for name, text := range map[string]string{
		"flink-conf.yaml": "kubernetes.operator.watched.namespaces: " + namespace + "\nkubernetes.operator.reconcile.interval: 5 s\n",
		"log4j2.properties": "rootLogger.level = INFO\nrootLogger.appenderRef.console.ref = C\nappender.console.type = CONSOLE\nappender.console.name = C\n" +
			"appender.console.layout.type = PatternLayout\nappender.console.layout.pattern = %d{HH:mm:ss} %-5p %c - %m%n%throwable{5}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.Create(filepath.Join(dir, "operator.log"))
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-Xmx400m", "-Dlog4j2.configurationFile=" + filepath.Join(dir, "log4j2.properties")}, release.V1_20.JavaOptions()...)
	own, err := filepath.Glob(filepath.Join(jars, "flink-kubernetes-operator-[0-9]*.jar"))
	if err != nil || len(own) != 1 {
		t.Fatalf("the operator's own jar in %s: %v, %v", jars, own, err)
	}
	path := own[0] + string(os.PathListSeparator) + jars + "/*" // first: it has classes of Flink's, changed
	cmd := exec.Command(filepath.Join(javaHome, "bin", "java"), append(args, "-cp", path, "org.apache.flink.kubernetes.operator.FlinkOperator")...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+r.Kubeconfig, "FLINK_CONF_DIR="+dir)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.forsake(t, namespace)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = log.Close()
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("the operator's log:\n%s", text)
		}
	})
}

// Operates says whether the operator knows a release of the first number of a line: one older than the line runs it too.
func (r *Rig) Operates(t testing.TB, line release.Line) bool {
	t.Helper()
	const versions = "jsonpath={.spec.versions[*].schema.openAPIV3Schema.properties.spec.properties.flinkVersion.enum}"
	known := r.Run(t, "get", "crd", "flinkdeployments.flink.apache.org", "-o", versions)
	return strings.Contains(known, `"v`+line.String()[:1]+"_")
}

// operatorJars fetches the operator once.
func (r *Rig) operatorJars(t testing.TB) string {
	t.Helper()
	if jars := os.Getenv("RIG_OPERATOR"); jars != "" {
		return jars
	}
	cache := os.Getenv("RIG_CACHE")
	if cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(dir, "k8s-rig")
	}
	jars := filepath.Join(cache, "operator-"+operatorVersion)
	if exists(filepath.Join(jars, ".complete")) {
		return jars
	}
	mvn := exec.CommandContext(t.Context(), "mvn", "-q", "-B", "-f", filepath.Join(r.scripts, "operator", "pom.xml"), "package", "-Drig.jars="+jars)
	if out, err := mvn.CombinedOutput(); err != nil {
		t.Fatalf("fetching the operator: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(jars, ".complete"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return jars
}

// define makes the definitions of resources that lie in a jar.
func (r *Rig) define(t testing.TB, jar string) {
	t.Helper()
	t.Cleanup(func() {
		r.Run(t, "delete", "crd", "flinkdeployments.flink.apache.org", "flinksessionjobs.flink.apache.org",
			"flinkstatesnapshots.flink.apache.org", "--ignore-not-found", "--timeout=120s")
	})
	z, err := zip.OpenReader(jar)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "META-INF/fabric8/") || !strings.HasSuffix(f.Name, "-v1.yml") {
			continue
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		_ = in.Close()
		path := filepath.Join(t.TempDir(), "definition.yaml")
		if err == nil {
			err = os.WriteFile(path, text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		r.Run(t, "apply", "--server-side", "-f", path)
	}
	// The reason of its condition Established, which a new definition does not have at once; its schema is served later still.
	const reasons = "jsonpath={.status.conditions[*].reason}"
	for end := time.Now().Add(2 * time.Minute); !strings.Contains(r.Run(t, "get", "crd", "flinkdeployments.flink.apache.org", "-o", reasons), "InitialNamesAccepted") ||
		!strings.Contains(r.Run(t, "get", "--raw", "/openapi/v3"), `"apis/flink.apache.org/v1beta1"`); {
		if time.Now().After(end) {
			t.Fatal("the API server does not serve FlinkDeployments")
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// forsake removes what the operator would have to end, also when it does not.
func (r *Rig) forsake(t testing.TB, namespace string) {
	t.Helper()
	list := func() []string {
		return strings.Fields(r.Run(t, "get", "flinkdeployments", "-n", namespace, "-o", "name"))
	}
	for _, name := range list() {
		r.Run(t, "delete", name, "-n", namespace, "--wait=false")
	}
	for end := time.Now().Add(time.Minute); len(list()) > 0 && time.Now().Before(end); {
		time.Sleep(500 * time.Millisecond)
	}
	for _, name := range list() {
		r.Run(t, "patch", name, "-n", namespace, "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
	}
}
