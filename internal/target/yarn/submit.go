package yarn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
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
	r, err := t.submit(ctx, c, s)
	if err != nil {
		return target.Submitted{}, fmt.Errorf("submitting job %s: %w", s.Name, err)
	}
	began := time.Now()
	t.sweep(ctx, c)
	if err := t.verdict(ctx, c, s, r); err != nil {
		return target.Submitted{}, err
	}
	return target.Submitted{ID: s.ID, URL: t.page(r.Application, s.ID), FlinkTime: max(time.Since(began), time.Microsecond)}, nil
}

// submit sees to it that YARN has the application of a job, the same one whoever submits the job, and how often.
func (t *Target) submit(ctx context.Context, c *cluster, s target.Submission) (run, error) {
	if t.Client != nil {
		r, err := t.reserveByClient(ctx, c, s)
		taken := false
		if err == nil {
			taken, err = t.taken(ctx, c, s.ID, r)
		}
		if err != nil || taken {
			return r, err
		}
	}
	p, err := t.parts(c, s)
	if err != nil {
		return run{}, err
	}
	// What every application needs does not wait until it is settled which one this is.
	supplying, cancel := context.WithCancel(ctx)
	var supply sync.WaitGroup
	var goods supplies
	var missing error
	supply.Go(func() { goods, missing = t.supply(supplying, c, s) })
	defer supply.Wait()
	defer cancel()
	r, taken, err := t.reserve(ctx, c, s)
	if err != nil || taken {
		return r, err
	}
	b, err := t.bundle(c, s, r.Application, &p)
	if err != nil {
		return r, err
	}
	ours, err := c.claim(ctx, s.ID, r, b)
	if supply.Wait(); err == nil && ours {
		if err = missing; err == nil {
			p.supplies = goods
			err = t.start(ctx, c, s, b, p)
		}
	}
	if err != nil || !ours {
		b.drop(ctx)
	}
	if err == nil && !ours { // somebody else was first, and that is recorded now
		return t.submit(ctx, c, s)
	}
	return r, err
}

// claim records which application a job is, and writes the files of that. It says whether that application is the one that
// is recorded in the end.
func (c *cluster) claim(ctx context.Context, id target.JobID, r run, b *bundle) (bool, error) {
	recorded := r
	var unwritten error
	var calls sync.WaitGroup
	calls.Go(func() { unwritten = b.write(ctx) })
	err := c.records().keep(ctx, id, recordApplication, &recorded)
	calls.Wait()
	return recorded.Application == r.Application, cmp.Or(err, unwritten)
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

// reserve says which application the job is, and whether YARN has it: the one that is recorded, or a new one that is to be.
func (t *Target) reserve(ctx context.Context, c *cluster, s target.Submission) (r run, taken bool, err error) {
	var id string
	var refused error
	var calls sync.WaitGroup
	calls.Go(func() { id, refused = t.rm.newApplication(ctx) }) // which is one for nothing, if the job has one
	found, err := c.records().read(ctx, s.ID, recordApplication, &r)
	calls.Wait()
	switch {
	case err != nil:
		return r, false, err
	case found:
		taken, err = t.taken(ctx, c, s.ID, r)
		return r, taken, err
	case refused != nil:
		return r, false, refused
	}
	r, err = t.runOf(c, s, id)
	return r, false, err
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

// start gives the files of an application their place and submits it. Calls at the same time, and after a death, do it
// once: the files are those of one of them, and the ResourceManager takes an id once.
func (t *Target) start(ctx context.Context, c *cluster, s target.Submission, b *bundle, p parts) error {
	if err := b.place(ctx); err != nil {
		return err
	}
	p.config = *b.config
	if b.script != nil {
		p.files = append(p.files, *b.script)
	}
	a, err := p.compose()
	if err != nil {
		return err
	}
	if err := t.rm.submit(ctx, a); err != nil {
		if !isAway(err) && ctx.Err() == nil {
			t.clear(ctx, c, p.id)
			err = fmt.Errorf("asking for %d MB and %d cores in queue %s: %w", a.Resource.Memory, a.Resource.VCores, a.Queue, err)
		}
		return err
	}
	at := time.Now().UTC()
	return c.records().keep(ctx, s.ID, recordSubmitted, &at)
}
