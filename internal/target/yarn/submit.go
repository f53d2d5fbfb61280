package yarn

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// Submit implements target.Target. What happens here before YARN has the application is ours; what follows, until Flink
// has planned the program and has the job, is Flink's time.
func (t *Target) Submit(ctx context.Context, s target.Submission) (target.Submitted, error) {
	if err := fits(s); err != nil {
		return target.Submitted{}, err
	}
	c, err := t.ask(ctx)
	if err != nil {
		return target.Submitted{}, err
	}
	r, taken, err := t.reserve(ctx, c, s)
	if err != nil {
		return target.Submitted{}, fmt.Errorf("submitting job %s: %w", s.Name, err)
	}
	if !taken {
		if err := t.start(ctx, c, s, r.Application); err != nil {
			return target.Submitted{}, fmt.Errorf("submitting job %s: %w", s.Name, err)
		}
	}
	began := time.Now()
	t.sweep(ctx, c)
	if err := t.verdict(ctx, c, s, r); err != nil {
		return target.Submitted{}, err
	}
	return target.Submitted{ID: s.ID, URL: t.page(r.Application, s.ID), FlinkTime: max(time.Since(began), time.Microsecond)}, nil
}

// page is the address of a job's page in Flink's web interface, through the ResourceManager, which stays the same
// wherever the JobManager runs.
func (t *Target) page(application string, id target.JobID) string {
	return t.proxy(application) + "/#/job/running/" + string(id)
}

// fits finds what cannot work before anything is started.
func fits(s target.Submission) error {
	if !s.ID.Valid() {
		return fault.Errorf(fault.Failed, "job id %q is not 32 lower-case hexadecimal digits", s.ID)
	}
	names := map[string]string{}
	jars := s.Jars
	if s.Jar != nil {
		jars = append([]string{s.Jar.Path}, jars...)
	}
	for _, jar := range jars {
		if _, err := os.Stat(jar); errors.Is(err, fs.ErrNotExist) {
			return fault.Errorf(fault.NotFound, "job %s: no jar %s", s.Name, jar)
		} else if err != nil {
			return fmt.Errorf("job %s: %w", s.Name, err)
		}
		if other, taken := names[path.Base(jar)]; taken {
			return fault.Errorf(fault.Usage, "job %s: the jars %s and %s have the same name", s.Name, other, jar)
		}
		names[path.Base(jar)] = jar
	}
	return nil
}

// reserve settles which application the job is, with whoever else submits it now or did so before, and whether YARN has
// that application.
func (t *Target) reserve(ctx context.Context, c *cluster, s target.Submission) (r run, taken bool, err error) {
	found, err := c.records().read(ctx, s.ID, recordApplication, &r)
	if err == nil && !found && t.Client != nil {
		r, err = t.reserveByClient(ctx, c, s)
		found = true
	}
	if err == nil && !found {
		var id string
		if id, err = t.rm.newApplication(ctx); err != nil {
			return r, false, err
		}
		if r, err = t.runOf(c, s, id); err != nil {
			return r, false, err
		}
		err = c.records().keep(ctx, s.ID, recordApplication, &r)
		found = r.Application != id // somebody else was first
	}
	if err != nil || !found {
		return r, false, err
	}
	taken, err = t.taken(ctx, c, s.ID, r)
	return r, taken, err
}

// runOf is what is recorded of a job that is an application.
func (t *Target) runOf(c *cluster, s target.Submission, application string) (run, error) {
	options, err := conf.Options(s.Options).For(t.Line)
	if err != nil {
		return run{}, err
	}
	at := c.place(s, application)
	return run{
		Application: application, Name: s.Name, Agent: t.Client == nil,
		Checkpoints: cmp.Or(options[t.Line.Key(release.KeyCheckpointDir)], at.checkpoints),
		Savepoints:  cmp.Or(options[t.Line.Key(release.KeySavepointDir)], at.savepoints),
	}, nil
}

// place is where the things of an application are, unless the user says otherwise.
func (c *cluster) place(s target.Submission, application string) place {
	return place{
		application: application, tags: tagsOf(s), levels: c.fs.URI(c.records().path(s.ID, recordLevels)),
		checkpoints: c.fs.URI(path.Join(c.folder, "checkpoints")), savepoints: c.fs.URI(path.Join(c.folder, "savepoints")),
	}
}

// taken says whether YARN has the application of a job. One that it had and has forgotten is an error.
func (t *Target) taken(ctx context.Context, c *cluster, id target.JobID, r run) (bool, error) {
	if _, err := t.rm.app(ctx, r.Application); fault.KindOf(err) != fault.NotFound || err == nil {
		return err == nil, err
	}
	var submitted any
	if found, err := c.records().read(ctx, id, recordSubmitted, &submitted); !found || err != nil {
		return false, err
	}
	return false, fault.Errorf(fault.Conflict, "job %s ran as %s, which YARN no longer knows", id, r.Application)
}

// start brings everything that the application needs to where YARN takes it from, and submits it. Calls at the same time,
// and after a death, do it once: every file is made by one of them, and the ResourceManager takes an id once.
func (t *Target) start(ctx context.Context, c *cluster, s target.Submission, application string) error {
	home, err := t.Flink(ctx)
	if err != nil {
		return err
	}
	h := openHashes(t.State)
	p, err := t.gather(ctx, c, s, application, home, h)
	if err != nil {
		return err
	}
	if err := h.save(); err != nil {
		t.Note("remembering hashes: " + err.Error())
	}
	a, err := p.compose()
	if err != nil {
		return err
	}
	if err := t.rm.submit(ctx, a); err != nil {
		if !isAway(err) && ctx.Err() == nil {
			t.clear(ctx, c, application)
			err = fmt.Errorf("asking for %d MB and %d cores in queue %s: %w", a.Resource.Memory, a.Resource.VCores, a.Queue, err)
		}
		return err
	}
	at := time.Now().UTC()
	return c.records().keep(ctx, s.ID, recordSubmitted, &at)
}

// gather uploads what is missing and returns the parts of the submission.
func (t *Target) gather(ctx context.Context, c *cluster, s target.Submission, application string, home dist.Home, h *hashes) (parts, error) {
	p := parts{
		id: application, release: home.Release, queue: t.Queue, user: c.user, classpath: c.classpath,
		home: c.fs.URI(c.home), staging: c.fs.URI(c.staging(application)), tags: tagsOf(s),
	}
	var err error
	p.options, err = settings(s, home.Release.Line, c.place(s, application))
	if err != nil {
		return p, err
	}
	t.identify(p.options)
	p.name = cmp.Or(p.options["yarn.application.name"], "Flink Application Cluster")
	if _, err := p.compose(); err != nil { // what is wrong with the options is said before anything is uploaded
		return p, err
	}
	wanted, err := library(home, h)
	if err != nil {
		return p, err
	}
	jars, err := usersJars(s, h)
	if err != nil {
		return p, err
	}
	t.Note("checking the libraries of Flink " + home.Release.Version + " in " + c.fs.URI(c.folder))
	cached, err := c.cache().ensure(ctx, append(wanted, jars...))
	if err != nil {
		return p, err
	}
	for _, f := range cached {
		if f.key == distName(home) {
			p.dist = f
		} else {
			p.files = append(p.files, f)
		}
	}
	if p.token, err = t.signIn(ctx, c); err != nil {
		return p, err
	}
	return p, t.stage(ctx, c, s, application, &p)
}

// usersJars are the jars of one job, the runner's among them.
func usersJars(s target.Submission, h *hashes) (jars []shared, err error) {
	local := s.Jars
	if s.Jar != nil {
		local = append([]string{s.Jar.Path}, local...)
	} else {
		jars = append(jars, fromMemory(usrlib+runnerName, sqlrunner.Jar(), 0o644))
	}
	for _, jar := range local {
		f, err := fromDisk(h, usrlib+path.Base(jar), jar, 0o600)
		if err != nil {
			return nil, err
		}
		jars = append(jars, f)
	}
	return jars, nil
}

// stage writes the files of this application alone. One that is there stays, because YARN compares its time of change.
func (t *Target) stage(ctx context.Context, c *cluster, s target.Submission, application string, p *parts) error {
	dir := c.staging(application)
	if err := c.fs.Mkdir(ctx, dir, 0o700); err != nil {
		return err
	}
	put := func(ctx context.Context, name string, text []byte) (shipped, error) {
		file := path.Join(dir, name)
		err := c.fs.Create(ctx, file, bytes.NewReader(text), dfs.Attributes{Mode: 0o600})
		if err != nil && fault.KindOf(err) != fault.Conflict {
			return shipped{}, err
		}
		e, err := c.fs.Stat(ctx, file)
		return ship(name, c.fs.URI(file), e, single), err
	}
	var err error
	if p.identity, err = t.identity(ctx, p.options, put); err != nil {
		return err
	}
	config, err := p.options.Render(p.release.Line)
	if err != nil {
		return err
	}
	var script []byte
	if s.SQL != nil {
		if script, err = sqlrunner.Script(s.SQL.Statements); err != nil {
			return err
		}
	}
	var calls sync.WaitGroup
	var failures [2]error
	calls.Go(func() { p.config, failures[0] = put(ctx, p.release.ConfigFile, config) })
	if s.SQL != nil {
		calls.Go(func() {
			var file shipped
			file, failures[1] = put(ctx, scriptName, script)
			p.files = append(p.files, file)
		})
	}
	calls.Wait()
	return cmp.Or(failures[0], failures[1])
}

// clear removes the files of an application that has ended, or was never taken. The ApplicationMaster does so itself when
// it ends in order.
func (t *Target) clear(ctx context.Context, c *cluster, application string) {
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := c.fs.Delete(cleaning, c.staging(application)); err != nil {
		t.Note("removing what " + application + " left behind: " + err.Error())
	}
}

// sweep removes the files of our applications that ended while nobody looked, such as those that were killed, and of those
// that were never submitted, because whoever wanted to died and did not come back.
func (t *Target) sweep(ctx context.Context, c *cluster) {
	left, err := c.fs.List(ctx, c.staging(""))
	if err != nil {
		return // there is nothing, or the next submission finds it
	}
	for _, e := range left {
		a, err := t.rm.app(ctx, e.Name())
		switch {
		case err == nil && a.over() && strings.Contains(a.Tags, jobTagPrefix),
			err != nil && fault.KindOf(err) == fault.NotFound && t.abandoned(ctx, c, e.Name()):
			t.clear(ctx, c, e.Name())
		}
	}
}

// givenUp is how old files are that nobody will submit any more.
const givenUp = 24 * time.Hour

// abandoned says whether files of an application that YARN does not know were written by us, and long ago. Flink's client
// gives its configuration another name.
func (t *Target) abandoned(ctx context.Context, c *cluster, application string) bool {
	files, err := c.fs.List(ctx, c.staging(application))
	return err == nil && slices.ContainsFunc(files, func(e dfs.Entry) bool {
		return (e.Name() == "config.yaml" || e.Name() == "flink-conf.yaml") && time.Since(e.Modified) > givenUp
	})
}
