// Package yarn runs each job on a Flink cluster of its own inside YARN (application mode), without a JVM on this side: it
// speaks to the ResourceManager's REST interface, to the file system through package dfs, and to the job's JobManager.
//
// What is kept in the file system, below the target's folder:
//
//	library/SHA256-NAME            files of Flink distributions, for everybody; lib/ and plugins/ as one archive each
//	jars/SHA256-NAME               jars of users, for their owner
//	jobs/ID/application            which application the job is, written before that application is submitted
//	jobs/ID/submitted              the ResourceManager took it
//	jobs/ID/client-N               who submits with Flink's own client, where that is used
//	jobs/ID/savepoints/TRIGGER     where a savepoint was asked for, written before it is
//	jobs/ID/levels                 levels of loggers that its processes are to have for a time
//	jobs/ID/outcome                how the job ended, as far as was seen
//	checkpoints/ID/…, savepoints/ID/TRIGGER/savepoint-…
//
// and in .flink/APPLICATION of the user's home folder what one application needs while it runs, as Flink has it. It is
// written to .flink/.ID-… and renamed.
package yarn

import (
	"context"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

// Options say which YARN it is and who submits.
type Options struct {
	Name             string // of the target, for messages
	ResourceManagers []string
	User             string       // where everybody is believed; elsewhere HTTP signs in, and the cluster says who that is
	HTTP             *http.Client // nil for one of its own
	Queue            string       // "" is YARN's default

	// Principal and Keytab are what jobs sign in with themselves when their delegation tokens have ended; "" for none.
	Principal, Keytab string

	// Open opens the file system that Hadoop calls by the name, "hdfs://nameservice", for a user, "" where users sign in.
	Open func(name, user string) (dfs.FS, error)
	// Folder is where things are kept; "" is .autostream in the user's home folder.
	Folder string

	Line  release.Line
	Flink func(ctx context.Context) (dist.Home, error) // the distribution that jobs run on
	State string                                       // local file that remembers hashes; "" remembers nothing
	// Client submits instead of this package; nil: this package does.
	Client Client
	Note   func(text string) // told what takes long
}

// Target is one YARN.
type Target struct {
	Options
	rm *resourceManager

	mu      sync.Mutex
	cluster *cluster             // nil until it was asked
	runs    map[target.JobID]run // those whose record was read; a record never changes
}

// New returns the target without asking anybody.
func New(o Options) *Target {
	if o.HTTP == nil {
		o.HTTP = &http.Client{Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			ResponseHeaderTimeout: time.Minute,
			MaxIdleConnsPerHost:   8,
			IdleConnTimeout:       200 * time.Millisecond, // little is left behind when the caller is done
		}}
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	return &Target{Options: o, runs: map[target.JobID]run{}, rm: &resourceManager{addresses: o.ResourceManagers, user: o.User, http: o.HTTP}}
}

var (
	_ target.Target     = (*Target)(nil)
	_ target.Retaining  = (*Target)(nil)
	_ target.Observable = (*Target)(nil)
	_ target.Filing     = (*Target)(nil)
	_ target.Glancing   = (*Target)(nil)
	_ target.Leveling   = (*Target)(nil)
)

// cluster is what the ResourceManager and the file system say about themselves.
type cluster struct {
	fs        dfs.FS
	user      string   // short name
	home      string   // folder of the user
	secure    bool     // containers need tokens
	folder    string   // Options.Folder, resolved
	classpath []string // of Hadoop, in containers
}

// ask finds out about the cluster, once.
func (t *Target) ask(ctx context.Context) (*cluster, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cluster != nil {
		return t.cluster, nil
	}
	o, err := t.rm.options(ctx, optionFS, optionClasspath, optionAuthentication)
	if err != nil {
		return nil, err
	}
	c := &cluster{classpath: commas(o[optionClasspath]), folder: t.Folder, secure: o[optionAuthentication] == "kerberos"}
	if err := t.enter(ctx, c, o[optionFS]); err != nil {
		return nil, err
	}
	if c.folder == "" {
		c.folder = path.Join(c.home, ".autostream")
	}
	if len(c.classpath) == 0 {
		return nil, fault.Errorf(fault.Failed, "target %s: the ResourceManager has no yarn.application.classpath, so containers would find no Hadoop", t.Name)
	}
	t.cluster = c
	return c, nil
}

// Options of the ResourceManager that say what its cluster is like.
const (
	optionFS             = "fs.defaultFS"
	optionClasspath      = "yarn.application.classpath"
	optionAuthentication = "hadoop.security.authentication"
)

// enter opens the file system as who we are there.
func (t *Target) enter(ctx context.Context, c *cluster, name string) (err error) {
	c.user = t.User
	c.home = path.Join("/user", c.user)
	if !c.secure {
		c.fs, err = t.Open(name, c.user)
		return err
	}
	if c.fs, err = t.Open(name, ""); err != nil {
		return err
	}
	files, ok := c.fs.(dfs.Secured)
	if !ok {
		return fault.Errorf(fault.Failed, "target %s: %s hands out no tokens, which containers need with Kerberos", t.Name, c.fs.URI("/"))
	}
	c.home, err = files.Home(ctx)
	c.user = path.Base(c.home)
	return err
}

func commas(text string) (items []string) {
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// staging is the folder of one application.
func (c *cluster) staging(application string) string {
	return path.Join(c.home, ".flink", application)
}

func (c *cluster) cache() cache { return cache{c.fs, c.folder} }

// Files implements target.Filing.
func (t *Target) Files(ctx context.Context) (dfs.FS, string, error) {
	c, err := t.ask(ctx)
	if err != nil {
		return nil, "", err
	}
	return c.fs, c.folder, nil
}
