package app

import (
	"context"
	"os/user"
	"path/filepath"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/yarn"
)

// onYARN opens a target of kind yarn.
func onYARN(d *deps.Deps, r release.Release, t project.Target) (target.Target, error) {
	if len(t.ResourceManager) == 0 || t.Files == "" {
		return nil, fault.Errorf(fault.Usage, "target %s needs the addresses of its resourceManager and of its files", t.Name).
			WithFix("%s: {kind: yarn, resourceManager: [\"http://rm:8088\"], files: \"webhdfs://namenode:9870\"}", t.Name)
	}
	addresses, folder, err := nameNodes(t.Files)
	if err != nil {
		return nil, fault.Errorf(fault.Usage, "target %s: %w", t.Name, err)
	}
	me, err := hadoopUser(d)
	if err != nil {
		return nil, err
	}
	cacheDir, err := dist.DefaultDir(d.Getenv)
	if err != nil {
		return nil, err
	}
	return yarn.New(yarn.Options{
		Name: t.Name, ResourceManagers: t.ResourceManager, User: me, Queue: t.Queue, Folder: folder, Line: r.Line,
		Open: func(name string) (dfs.FS, error) {
			return webhdfs.New(webhdfs.Options{Addresses: addresses, Name: name, User: me}), nil
		},
		Flink: func(ctx context.Context) (dist.Home, error) {
			cache := &dist.Cache{Dir: cacheDir, Log: d.Log}
			home, missing := cache.Find(r, "", d.Getenv)
			if missing != nil {
				return install(ctx, d, cache, r, missing)
			}
			return home, nil
		},
		State: filepath.Join(cacheDir, "hashes.json"),
		Note:  func(text string) { d.Log.Info("submitting to YARN", "target", t.Name, "note", text) },
	}), nil
}

// hadoopUser is who asks, where nobody checks: HADOOP_USER_NAME, as for Hadoop's own programs, or the user of this process.
func hadoopUser(d *deps.Deps) (string, error) {
	if name := d.Getenv("HADOOP_USER_NAME"); name != "" {
		return name, nil
	}
	u, err := user.Current()
	if err != nil {
		return "", fault.Errorf(fault.Failed, "finding out who submits: %w", err).WithFix("set HADOOP_USER_NAME")
	}
	return u.Username, nil
}
