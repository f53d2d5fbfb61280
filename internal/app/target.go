package app

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	cliflink "github.com/autostream/autostream/internal/cli/flink"
	clitarget "github.com/autostream/autostream/internal/cli/target"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
	"github.com/autostream/autostream/internal/target/local"
)

// connect returns what opens the targets of a project. Nothing is started by opening one.
func connect(d *deps.Deps) func(context.Context, *project.Project, project.Target) (target.Target, error) {
	return func(_ context.Context, p *project.Project, t project.Target) (target.Target, error) {
		r, err := release.Parse(p.Release)
		if err != nil {
			return nil, err
		}
		switch t.Kind {
		case project.Local:
		case project.YARN:
			return onYARN(d, p, t, r)
		case project.Kubernetes:
			return inKubernetes(d, p, t, r)
		default:
			return nil, fault.Errorf(fault.Usage, "targets of kind %s take no jobs, they are for previews", t.Kind)
		}
		return local.New(local.Options{
			Name: t.Name, State: filepath.Join(p.Dir, project.StateDir), Project: p.Dir, Line: r.Line,
			Slots: t.Slots, Idle: t.Idle,
			Find:   func(ctx context.Context) (local.Installation, error) { return installation(ctx, d, r, t.Home) },
			Keeper: keeper,
			Note:   func(text string) { d.IO.Hint("%s", text) },
		}), nil
	}
}

// inKubernetes is a namespace of a Kubernetes cluster.
func inKubernetes(d *deps.Deps, p *project.Project, t project.Target, r release.Release) (target.Target, error) {
	o := kubernetes.Options{
		Program: d.Getenv("AUTOSTREAM_LINUX"),
		Name:    t.Name, Line: r.Line, Image: t.Image, Namespace: t.Namespace, ServiceAccount: t.ServiceAccount, Deployer: t.Deployer, Reach: t.REST,
		Cluster: api.Settings{Kubeconfig: t.Kubeconfig, Context: t.Context, Getenv: d.Getenv}, Settings: t.Options,
	}
	if t.Kubeconfig != "" && !strings.HasPrefix(t.Kubeconfig, "~") {
		o.Cluster.Kubeconfig = p.Path(t.Kubeconfig)
	}
	if t.PodTemplate != "" {
		text, err := os.ReadFile(p.Path(t.PodTemplate))
		if err != nil {
			return nil, fmt.Errorf("reading the pod template of target %s: %w", t.Name, err)
		}
		o.PodTemplate = string(text)
	}
	if t.Files != "" {
		bucket, folder, err := objectStore(d, t.Files)
		if err != nil {
			return nil, fault.Errorf(fault.Usage, "target %s: %w", t.Name, err)
		}
		o.FileSystem, o.Folder = bucket, folder
	}
	return kubernetes.New(o)
}

// installation finds the Flink and the Java of a local target, and installs the Flink that is missing. home is "" unless
// the project names a distribution.
func installation(ctx context.Context, d *deps.Deps, r release.Release, home string) (local.Installation, error) {
	dir, err := dist.DefaultDir(d.Getenv)
	if err != nil {
		return local.Installation{}, err
	}
	cache := &dist.Cache{Dir: dir, Log: d.Log}
	found, missing := cache.Find(r, home, d.Getenv)
	if missing == nil {
		r = found.Release
	} else if home != "" {
		return local.Installation{}, missing
	}
	// Java comes first: without one, nobody waits for a download in vain.
	java, err := dist.FindJava(ctx, r, d.Getenv)
	if err != nil {
		return local.Installation{}, err
	}
	if missing != nil {
		if found, err = install(ctx, d, cache, r, missing); err != nil {
			return local.Installation{}, err
		}
	}
	return local.Installation{
		Home: found.Dir, Version: found.Release.Version, JavaHome: java.Home, JavaMajor: java.Major,
	}, nil
}

// install installs the Flink that is missing.
func install(ctx context.Context, d *deps.Deps, cache *dist.Cache, r release.Release, missing error) (dist.Home, error) {
	d.IO.Hint("%s; installing it", missing)
	progress := d.IO.NewProgress(d.Now)
	defer progress.Clear()
	return cache.Install(ctx, dist.Request{Version: r.Version, Source: dist.Registries{}, Events: cliflink.Show(progress)})
}

// keeper is this program once more, under the name by which it was called: a test calls its own binary so.
func keeper(dir string) *exec.Cmd {
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	cmd := exec.Command(path, clitarget.KeeperCommand, dir) //nolint:noctx // it outlives this process
	cmd.Args[0] = os.Args[0]
	return cmd
}

// keepCluster returns what the keeper's process does.
func keepCluster(d *deps.Deps) func(context.Context, string) error {
	return func(ctx context.Context, folder string) error {
		dir, err := dist.DefaultDir(d.Getenv)
		if err != nil {
			return err
		}
		cache := &dist.Cache{Dir: dir, Log: d.Log}
		return local.Keeper{Dir: folder, Use: cache.Use, Log: d.Log}.Keep(ctx)
	}
}
