package yarn

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

// goldens are submissions of Flink's own client as the ResourceManager recorded them, with the configuration beside each.
const goldens = "../../../rigs/yarn/golden"

// captured is a submission context as submission.py of the rig decodes it.
type captured struct {
	ID        string `json:"application-id"`
	Name      string `json:"application-name"`
	Type      string `json:"application-type"`
	Queue     string
	Priority  int
	Tags      []string `json:"application-tags"`
	Attempts  int      `json:"max-app-attempts"`
	Resource  resource
	User      string
	Container struct {
		Commands    []string
		Environment map[string]string
		Resources   map[string]localResource `json:"local-resources"`
	} `json:"am-container-spec"`
}

// TestComposedAsFlinkDoes gives the files and the configuration of a captured submission to compose. What it makes must be
// what Flink's client made, but for the differences that are listed here.
func TestComposedAsFlinkDoes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"1.20.3/jar", "2.2.1/jar", "2.2.1/sql", "2.2.1/sql-provided"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want captured
			text, err := os.ReadFile(filepath.Join(goldens, name, "submission.json"))
			if err == nil {
				err = json.Unmarshal(text, &want)
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := partsOf(t, name, want).compose()
			if err != nil {
				t.Fatal(err)
			}
			compareContexts(t, want, got)
		})
	}
}

// partsOf takes a captured submission apart.
func partsOf(t *testing.T, name string, from captured) parts {
	t.Helper()
	env := from.Container.Environment
	r, err := release.Parse(filepath.Dir(name))
	if err != nil {
		t.Fatal(err)
	}
	p := parts{
		id: from.ID, name: from.Name, release: r, options: goldenOptions(t, name), user: from.User,
		home: env["_CLIENT_HOME_DIR"], staging: env["_FLINK_YARN_FILES"], tags: from.Tags,
	}
	_, hadoop, _ := strings.Cut(env["CLASSPATH"], ":config.yaml::")
	p.classpath = strings.Split(hadoop, ":")
	for key, file := range from.Container.Resources {
		f := shipped{key: key, localResource: file}
		switch {
		case strings.Contains(key, "flink-dist-"):
			p.dist = f
		case key == "config.yaml":
			p.config = f
		case strings.HasSuffix(key, "sql-runner.jar"):
			// A difference: users' jars lie in usrlib/, loaded for the job alone, not on the class path of Flink.
			p.files = append(p.files, shipped{key: usrlib + key, localResource: file})
		default:
			p.files = append(p.files, f)
		}
	}
	return p
}

func compareContexts(t *testing.T, want captured, got application) {
	t.Helper()
	if got.ID != want.ID || got.Name != want.Name || got.Type != want.Type || got.Queue != want.Queue || got.Priority != want.Priority ||
		got.MaxAttempts != want.Attempts || !slices.Equal(got.Tags.Tag, want.Tags) {
		t.Errorf("context = %+v\nwant %+v", got, want)
	}
	// The ResourceManager rounds 900 MB up to its step of 128 MB.
	if got.Resource.VCores != want.Resource.VCores || got.Resource.Memory != 900 || want.Resource.Memory != 1024 {
		t.Errorf("resource = %+v, want %+v", got.Resource, want.Resource)
	}
	if diff := cmp.Diff(want.Container.Commands, []string{got.Container.Commands.Command}); diff != "" {
		t.Errorf("commands differ (-want +got):\n%s", diff)
	}
	env := map[string]string{}
	for _, e := range got.Container.Environment.Entry {
		env[e.Key] = e.Value
	}
	wanted := want.Container.Environment
	delete(wanted, "APP_SUBMIT_TIME_ENV") // the ResourceManager adds these two
	delete(wanted, "APPLICATION_WEB_PROXY_BASE")
	for _, e := range []map[string]string{env, wanted} { // the order of files says nothing
		ship := strings.Split(e["_CLIENT_SHIP_FILES"], ";")
		slices.Sort(ship)
		// With provided folders, Flink's client names flink-dist twice.
		ship = slices.DeleteFunc(ship, func(one string) bool { return strings.Contains(one, "'lib/flink-dist-") })
		e["_CLIENT_SHIP_FILES"] = strings.ReplaceAll(strings.Join(ship, "\n"), usrlib, "")
		for _, name := range []string{"CLASSPATH", "_FLINK_CLASSPATH"} {
			e[name] = strings.ReplaceAll(e[name], ":sql-runner.jar", "")
		}
	}
	if diff := cmp.Diff(wanted, env); diff != "" {
		t.Errorf("environments differ (-want +got):\n%s", diff)
	}
	resources := map[string]localResource{}
	for _, e := range got.Container.LocalResources.Entry {
		resources[strings.TrimPrefix(e.Key, usrlib)] = e.Value
	}
	if diff := cmp.Diff(want.Container.Resources, resources); diff != "" {
		t.Errorf("local resources differ (-want +got):\n%s", diff)
	}
}

// goldenOptions is the captured configuration, flat.
func goldenOptions(t *testing.T, name string) conf.Options {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(goldens, name, "config"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := yaml.ToJSON([]byte(strings.ReplaceAll(string(text), "@", ""))) // placeholders are no YAML
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(plain, &tree); err != nil {
		t.Fatal(err)
	}
	o := conf.Options{}
	var flatten func(prefix string, value any)
	flatten = func(prefix string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for key, inner := range v {
				flatten(strings.TrimPrefix(prefix+"."+key, "."), inner)
			}
		default:
			o[prefix] = fmt.Sprint(v)
		}
	}
	flatten("", tree)
	return o
}

// TestConfiguredAsFlinkDoes compares the configuration of a job with the captured one. Each key that differs is listed
// with its reason.
func TestConfiguredAsFlinkDoes(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]release.Line{"1.20.3/jar": release.V1_20, "2.2.1/jar": release.V2_2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := goldenOptions(t, name)
			got, err := settings(target.Submission{
				ID: target.JobID(want[keyJobID]), Name: want["yarn.application.name"], Parallelism: 1,
				Options:   map[string]string{"taskmanager.memory.managed.fraction": "0.1"},
				Resources: target.Resources{JobManager: target.Process{Memory: 900 << 20}, TaskManager: target.Process{Memory: 1000 << 20, Slots: 1}},
				Jar:       &target.JarProgram{Path: "/x/sql-runner.jar", Class: "SqlRunner", Args: []string{"--file", "dg.stmts"}},
			}, line, place{application: "APP_ID", checkpoints: "hdfs:/c", savepoints: "hdfs:/s", tags: []string{want["yarn.tags"]}})
			if err != nil {
				t.Fatal(err)
			}
			differences := map[string]string{
				"jobmanager.execution.failover-strategy":                    "the default, from the distribution's file",
				"jobmanager.rpc.address":                                    "YARN decides",
				"jobmanager.rpc.port":                                       "YARN decides",
				"$internal.deployment.config-dir":                           "a folder of the machine that submits",
				"$internal.yarn.log-config-file":                            "a file of the machine that submits",
				"yarn.ship-files":                                           "files of the machine that submits",
				"rest.bind-address":                                         "of the machine that submits",
				"pipeline.classpaths":                                       "empty",
				"yarn.classpath.include-user-jar":                           "users' jars lie in usrlib/",
				"$internal.application.program-args":                        "the same list, written as JSON",
				"pipeline.jars":                                             "the same jar, named without the submitter's folder",
				"execution.attached":                                        "the captured client was told not to wait (-d)",
				"execution.state-recovery.claim-mode":                       "the default, written out",
				"execution.state-recovery.ignore-unclaimed-state":           "the default, written out",
				"execution.checkpointing.dir":                               "ours unless set",
				"execution.checkpointing.savepoint-dir":                     "ours unless set",
				"execution.checkpointing.externalized-checkpoint-retention": "ours unless set",
				"pipeline.name":                                             "the job is called as the project calls it",
			}
			for key := range differences {
				delete(want, key)
				delete(got, key)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("configurations differ (-Flink +ours):\n%s", diff)
			}
		})
	}
}
