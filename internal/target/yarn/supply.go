package yarn

import (
	"cmp"
	"context"
	"path"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// parts are those of the submission of a job that are known without asking anybody. What is wrong with the options is said
// here, before anything is uploaded or recorded.
func (t *Target) parts(c *cluster, s target.Submission) (parts, error) {
	p := parts{queue: t.Queue, user: c.user, classpath: c.classpath, home: c.fs.URI(c.home), tags: tagsOf(s)}
	var known bool
	if p.release, known = release.Of(t.Line); !known {
		return p, fault.Errorf(fault.Usage, "there is no Flink %s", t.Line)
	}
	if err := t.configure(&p, c, s, ""); err != nil {
		return p, err
	}
	_, err := p.compose()
	return p, err
}

// configure settles the options of an application.
func (t *Target) configure(p *parts, c *cluster, s target.Submission, application string) (err error) {
	p.id, p.staging = application, c.fs.URI(c.staging(application))
	if p.options, err = settings(s, t.Line, c.place(s, application)); err != nil {
		return err
	}
	t.identify(p.options)
	p.name = cmp.Or(p.options["yarn.application.name"], "Flink Application Cluster")
	return nil
}

// supply brings to the file system what does not depend on which application it is, where it is missing.
func (t *Target) supply(ctx context.Context, c *cluster, s target.Submission) (supplies, error) {
	var goods supplies
	home, err := t.Flink(ctx)
	if err != nil {
		return goods, err
	}
	wanted, err := library(home)
	if err != nil {
		return goods, err
	}
	jars, err := usersJars(s)
	if err != nil {
		return goods, err
	}
	t.Note("checking the libraries of Flink " + home.Release.Version + " in " + c.fs.URI(c.folder))
	h := openHashes(t.State)
	cached, err := c.cache().ensure(ctx, append(wanted, jars...), h)
	if forgotten := h.save(); forgotten != nil {
		t.Note("remembering hashes: " + forgotten.Error())
	}
	if err != nil {
		return goods, err
	}
	for _, f := range cached {
		if f.key == distName(home) {
			goods.dist = f
		} else {
			goods.files = append(goods.files, f)
		}
	}
	goods.token, err = t.signIn(ctx, c)
	return goods, err
}

// usersJars are the jars of one job, the runner's among them.
func usersJars(s target.Submission) (jars []shared, err error) {
	local := s.Jars
	if s.Jar != nil {
		local = append([]string{s.Jar.Path}, local...)
	} else {
		jars = append(jars, fromMemory(usrlib+runnerName, sqlrunner.Jar(), 0o644))
	}
	for _, jar := range local {
		f, err := fromDisk(usrlib+path.Base(jar), jar, 0o600)
		if err != nil {
			return nil, err
		}
		jars = append(jars, f)
	}
	return jars, nil
}
