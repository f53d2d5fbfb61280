package project

import (
	"cmp"
	"fmt"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/sql/connector"
)

// release takes the Flink line; the patch of a full release number is refused, because it would not be kept to.
func (l *loading) release(line string) {
	l.project.Release = release.Latest.String()
	n := l.project.root.Get("flink")
	if n.Kind() != yaml.Scalar {
		return
	}
	var lines []string
	for _, r := range release.All() {
		lines = append(lines, r.Line.String())
	}
	if slices.Contains(lines, line) {
		l.project.Release = line
		return
	}
	help := "known lines: " + strings.Join(lines, ", ")
	for _, known := range lines {
		if strings.HasPrefix(line, known+".") {
			help = fmt.Sprintf("write the line without the patch: flink: %q", known)
		}
	}
	l.at(ruleUnknownRelease, n, help, "Flink %s is not known", line)
}

// tables finds the files of shared DDL.
func (l *loading) tables() {
	for name := range l.matches("tables") {
		if !slices.Contains(l.project.Tables, name) {
			l.project.Tables = append(l.project.Tables, name)
		}
	}
	slices.Sort(l.project.Tables)
}

// connectors reads the files that describe connectors.
func (l *loading) connectors() {
	for name, item := range l.matches("connectors") {
		text, err := os.ReadFile(l.project.Path(name))
		if err != nil {
			l.at(ruleMissingFile, item, "", "%v", err)
			continue
		}
		more, err := cmp.Or(l.project.Connectors, connector.Builtin()).With(name, string(text))
		if err != nil {
			l.at(ruleConnectorFile, item, "the words that a line can have: docs/guide/connectors.md", "%v", err)
			continue
		}
		l.project.Connectors = more
	}
}

// matches returns the files that a list of patterns names, each with the pattern, and reports patterns that name none.
func (l *loading) matches(key string) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		for _, item := range l.project.root.Get(key).Items() {
			if item.Kind() != yaml.Scalar || !l.inside(item) {
				continue
			}
			for _, m := range l.match(item) {
				if !yield(l.project.Rel(m), item) {
					return
				}
			}
		}
	}
}

// match returns the files of one pattern.
func (l *loading) match(item *yaml.Node) []string {
	matches, err := filepath.Glob(l.project.Path(item.Text()))
	switch {
	case err != nil:
		l.at(ruleMissingFile, item, "", "%s is no pattern: %v", item.Text(), err)
	case len(matches) == 0 && strings.ContainsAny(item.Text(), "*?["):
		l.at(ruleMissingFile, item, "", "no file matches %s", item.Text())
	case len(matches) == 0:
		l.at(ruleMissingFile, item, l.nearFile(item.Text()), "there is no file %s", item.Text())
	}
	return matches
}

// inside reports a path that leads out of the project.
func (l *loading) inside(n *yaml.Node) bool {
	name := filepath.FromSlash(n.Text())
	if filepath.IsLocal(name) {
		return true
	}
	l.at(ruleOutside, n, "move the file into the project", "%s lies outside the project", n.Text())
	return false
}

// nearFile names a file of the same folder that was probably meant.
func (l *loading) nearFile(name string) string {
	entries, err := os.ReadDir(filepath.Dir(l.project.Path(name)))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, path.Join(path.Dir(name), e.Name()))
	}
	if near, ok := diag.Nearest(name, names); ok {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return ""
}

// kindsOf returns the kinds of target that a key belongs to; none for the keys of all.
func kindsOf(key string) []TargetKind {
	switch key {
	case "slots", "idle", "home":
		return []TargetKind{Local}
	case "gateway", "jobManager":
		return []TargetKind{Session}
	case "context", "namespace", "image", "kubeconfig", "serviceAccount", "podTemplate", "deployer", "rest":
		return []TargetKind{Kubernetes}
	case "resourceManager", "queue", "client", "principal", "keytab":
		return []TargetKind{YARN}
	case "files":
		return []TargetKind{YARN, Kubernetes}
	}
	return nil
}

// targets lists the targets. Every project has one called local, because that needs no settings.
func (l *loading) targets(f file) {
	p := l.project
	nodes := p.root.Get("targets")
	for _, name := range nodes.Keys() {
		t, n := f.Targets[name], nodes.Get(name)
		kind := TargetKind(t.Kind)
		if kind == "" {
			if name != string(Local) && n.Get("kind") == nil {
				l.at(ruleTargetKey, n, "add kind: local, session, kubernetes or yarn", "target %s has no kind", name)
			}
			kind = Local
		}
		for _, key := range n.Keys() {
			if of := kindsOf(key); of != nil && !slices.Contains(of, kind) {
				l.add(ruleTargetKey.At(n.Get(key).File(), n.Get(key).Key(), fmt.Sprintf("%s belongs to targets of kind %s, not %s", key, of[0], kind), ""))
			}
		}
		l.flinkOptions(n)
		l.file(n.Get("podTemplate"))
		l.image(n.Get("image"))
		p.Targets = append(p.Targets, Target{Name: name, Kind: kind, TargetSettings: t.TargetSettings})
	}
	if _, ok := p.Target(string(Local)); !ok {
		p.Targets = append(p.Targets, Target{Name: string(Local), Kind: Local})
	}
	slices.SortFunc(p.Targets, func(a, b Target) int { return strings.Compare(a.Name, b.Name) })
	p.Default = l.knownTarget(p.root.Get("defaults", "target"))
}

// image compares the Flink line in the tag of an image of Flink with the project's.
func (l *loading) image(n *yaml.Node) {
	name := path.Base(n.Text())
	repository, tag, _ := strings.Cut(name, ":")
	if r, err := release.Parse(tag); err == nil && strings.Contains(repository, "flink") && r.Line.String() != l.project.Release {
		l.at(ruleImageRelease, n, fmt.Sprintf("name an image of Flink %s, or say flink: %q", l.project.Release, r.Line), "%s is an image of Flink %s, and the project is written for %s", name, r.Line, l.project.Release)
	}
}

// knownTarget returns the name of a target, or local where none or an unknown one is named.
func (l *loading) knownTarget(n *yaml.Node) string {
	if n.Kind() != yaml.Scalar {
		return string(Local)
	}
	if _, ok := l.project.Target(n.Text()); ok {
		return n.Text()
	}
	var names []string
	for _, t := range l.project.Targets {
		names = append(names, t.Name)
	}
	help := "known targets: " + strings.Join(names, ", ")
	if near, ok := diag.Nearest(n.Text(), names); ok {
		help = fmt.Sprintf("did you mean %s?", near)
	}
	l.at(ruleUnknownTarget, n, help, "there is no target %s", n.Text())
	return string(Local)
}

// jobs lists the jobs, each with the defaults laid below it.
func (l *loading) jobs() {
	p := l.project
	nodes, defaults := p.root.Get("jobs"), p.root.Get("defaults")
	l.flinkOptions(defaults)
	for _, name := range slices.Sorted(slices.Values(nodes.Keys())) {
		own := nodes.Get(name)
		n := own
		if defaults.Kind() == yaml.Mapping && own.Kind() == yaml.Mapping {
			n = yaml.Merge(defaults, own)
		}
		var s spec
		l.add(yaml.Decode(n, &s)...)
		job := Job{
			Name: name, Class: s.Class, Args: s.Args, Target: l.knownTarget(n.Get("target")),
			Parallelism: s.Parallelism, Resources: s.Resources, Checkpoints: s.Checkpoints, Jars: s.Jars, Options: s.Options,
			StateBackend: s.StateBackend, Restart: s.Restart, HighAvailability: s.HighAvailability, Environment: s.Environment, Labels: s.Labels, PodTemplate: s.PodTemplate,
			Description: s.Description, node: n,
		}
		l.kind(&job, own, s)
		l.jars(n)
		l.file(n.Get("podTemplate"))
		l.saidTwice(n)
		l.flinkOptions(own)
		p.Jobs = append(p.Jobs, job)
	}
}

// kind finds out whether a job is a script or a jar and whether its file is there.
func (l *loading) kind(job *Job, own *yaml.Node, s spec) {
	sql, jar := own.Get("sql"), own.Get("jar")
	switch {
	case own.Kind() != yaml.Mapping && own.Kind() != yaml.Null: // the decoder says what is wrong
	case sql != nil && jar != nil:
		l.at(ruleJobKind, jar, "make two jobs of it", "job %s has both sql and jar", job.Name)
	case sql == nil && jar == nil:
		l.add(ruleJobKind.At(own.File(), own.Key(), fmt.Sprintf("job %s has neither sql nor jar", job.Name), fmt.Sprintf("add sql: jobs/%s.sql", job.Name)))
	case jar != nil:
		job.Kind, job.File = Jar, s.Jar
		l.jar(jar)
	default:
		job.Kind, job.File = SQL, s.SQL
		for _, key := range []string{"class", "args"} {
			if n := own.Get(key); n != nil {
				l.add(ruleJobKind.At(n.File(), n.Key(), fmt.Sprintf("%s belongs to jobs made of a jar", key), ""))
			}
		}
		l.file(sql)
	}
}

// file finds out whether a file of the project is there; a nil node names none.
func (l *loading) file(n *yaml.Node) {
	if n.Kind() != yaml.Scalar || !l.inside(n) {
		return
	}
	if stat, err := os.Stat(l.project.Path(n.Text())); err != nil {
		l.at(ruleMissingFile, n, l.nearFile(n.Text()), "there is no file %s", n.Text())
	} else if stat.IsDir() {
		l.at(ruleMissingFile, n, "name the file itself", "%s is a folder", n.Text())
	}
}

func (l *loading) jars(n *yaml.Node) {
	for _, item := range n.Get("jars").Items() {
		l.jar(item)
	}
}

func (l *loading) jar(n *yaml.Node) {
	if n.Kind() != yaml.Scalar {
		return
	}
	if _, err := os.Stat(l.project.Path(n.Text())); err != nil {
		l.at(ruleMissingJar, n, l.nearFile(n.Text()), "there is no jar %s", n.Text())
	}
}

// optionsOf are the Flink options behind keys of a job.
var optionsOf = [...]struct {
	option string
	key    []string
}{
	{"parallelism.default", []string{"parallelism"}},
	{"execution.checkpointing.interval", []string{"checkpoints", "interval"}},
	{"execution.checkpointing.mode", []string{"checkpoints", "mode"}},
	{"execution.checkpointing.timeout", []string{"checkpoints", "timeout"}},
	{"execution.checkpointing.min-pause", []string{"checkpoints", "minPause"}},
	{"state.checkpoints.num-retained", []string{"checkpoints", "keep"}},
	{"jobmanager.memory.process.size", []string{"resources", "jobManager", "memory"}},
	{"taskmanager.memory.process.size", []string{"resources", "taskManager", "memory"}},
	{"taskmanager.numberOfTaskSlots", []string{"resources", "taskManager", "slots"}},
	{"taskmanager.memory.managed.fraction", []string{"resources", "taskManager", "managed"}},
	{"kubernetes.jobmanager.cpu.amount", []string{"resources", "jobManager", "cpu"}},
	{"kubernetes.taskmanager.cpu.amount", []string{"resources", "taskManager", "cpu"}},
	{"yarn.appmaster.vcores", []string{"resources", "jobManager", "cpu"}},
	{"yarn.containers.vcores", []string{"resources", "taskManager", "cpu"}},
	{"state.backend.type", []string{"stateBackend"}},
	{"state.backend", []string{"stateBackend"}},
	{"restart-strategy.type", []string{"restart", "strategy"}},
	{"restart-strategy", []string{"restart", "strategy"}},
	{"high-availability.storageDir", []string{"highAvailability", "storage"}},
	{"execution.checkpointing.num-retained", []string{"checkpoints", "keep"}},
}

// saidTwice finds options that stand beside the key that sets them.
func (l *loading) saidTwice(n *yaml.Node) {
	options := n.Get("options")
	for _, name := range options.Keys() {
		for _, known := range optionsOf {
			if known.option == name && n.Get(known.key...) != nil {
				l.add(ruleSaidTwice.At(options.Get(name).File(), options.Get(name).Key(),
					fmt.Sprintf("%s is set by %s already", name, strings.Join(known.key, ".")), "remove one of them"))
			}
		}
	}
}

// Place is where a job stands in the project file, or one of its keys.
func (j Job) Place(keys ...string) *yaml.Node {
	if n := j.node.Get(keys...); n != nil {
		return n
	}
	return j.node
}
