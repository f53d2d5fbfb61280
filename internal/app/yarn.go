package app

import (
	"context"
	"net"
	"net/http"
	"os/user"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/kerberos"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/yarn"
	"github.com/autostream/autostream/internal/target/yarn/flinkclient"
)

// onYARN opens a target of kind yarn.
func onYARN(d *deps.Deps, p *project.Project, t project.Target, r release.Release) (target.Target, error) {
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
	login, err := signIn(d, p, t)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: kerberos.NewTransport(login, &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		ResponseHeaderTimeout: time.Minute,
		MaxIdleConnsPerHost:   8,
		IdleConnTimeout:       200 * time.Millisecond, // one call follows the other; little is left behind when the command is done
	})}
	o := yarn.Options{
		Name: t.Name, ResourceManagers: t.ResourceManager, User: me, HTTP: client, Principal: login.Principal, Keytab: login.Keytab,
		Queue: t.Queue, Folder: folder, Line: r.Line,
		Open: func(name, user string) (dfs.FS, error) {
			return webhdfs.New(webhdfs.Options{Addresses: addresses, Name: name, User: user, HTTP: client}), nil
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
	}
	if t.Client != "" {
		o.Client = flinksClient{d: d, line: r, user: me, login: login, home: o.Flink}
	}
	return yarn.New(o), nil
}

// signIn is who signs in where the cluster asks for Kerberos.
func signIn(d *deps.Deps, p *project.Project, t project.Target) (kerberos.Login, error) {
	l := kerberos.Login{Principal: t.Principal}
	if t.Keytab != "" {
		if t.Principal == "" {
			return l, fault.Errorf(fault.Usage, "target %s has a keytab, but for whom?", t.Name).WithFix("principal: streams@EXAMPLE.COM")
		}
		l.Keytab = p.Path(t.Keytab)
	}
	return l.FromEnvironment(d.Getenv), nil
}

// flinksClient finds what Flink's own client needs when it is needed.
type flinksClient struct {
	d     *deps.Deps
	line  release.Release
	user  string
	login kerberos.Login
	home  func(context.Context) (dist.Home, error)
}

// clientLimit is how long one submission may take: all of a distribution is uploaded.
const clientLimit = 4 * time.Minute

// Submit implements yarn.Client.
func (f flinksClient) Submit(ctx context.Context, p yarn.Program) error {
	c := flinkclient.Client{
		HadoopConf: f.d.Getenv("HADOOP_CONF_DIR"), HadoopClasspath: f.d.Getenv("HADOOP_CLASSPATH"), User: f.user,
		Realm: f.login.Config, Tickets: f.login.Tickets, Limit: clientLimit, Path: f.d.Getenv("PATH"),
	}
	if c.HadoopConf == "" || c.HadoopClasspath == "" {
		return fault.Errorf(fault.Usage, "Flink's client needs Hadoop's").
			WithFix("export HADOOP_CONF_DIR=/etc/hadoop/conf HADOOP_CLASSPATH=$(hadoop classpath)")
	}
	var err error
	if c.Home, err = f.home(ctx); err != nil {
		return err
	}
	java, err := dist.FindJava(ctx, f.line, f.d.Getenv)
	if err != nil {
		return err
	}
	c.JavaHome = java.Home
	return c.Submit(ctx, p)
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
