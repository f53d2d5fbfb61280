package yarn

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/target"
)

// clear removes the files of an application that has ended, or was never taken. The ApplicationMaster does so itself when
// it ends in order.
func (t *Target) clear(ctx context.Context, c *cluster, application string) {
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := c.fs.Delete(cleaning, c.staging(application)); err != nil {
		t.Note("removing what " + application + " left behind: " + err.Error())
	}
}

// clearJob removes, beside the files of an application, the bundles of its job that were written by those who died then.
func (t *Target) clearJob(ctx context.Context, c *cluster, id target.JobID, application string) {
	t.clear(ctx, c, application)
	left, err := c.fs.List(ctx, c.staging(""))
	if err != nil {
		return // there is nothing, or a submission finds it later
	}
	for _, e := range left {
		if strings.HasPrefix(e.Name(), bundlePrefix(id)) {
			_ = c.fs.Delete(ctx, e.Path)
		}
	}
}

// sweep removes the files of our applications that ended while nobody looked, such as those that were killed, and of those
// that were never submitted, because whoever wanted to died and did not come back.
func (t *Target) sweep(ctx context.Context, c *cluster) {
	left, err := c.fs.List(ctx, c.staging(""))
	if err != nil {
		return // there is nothing, or the next submission finds it
	}
	var now time.Time // by the file system's clock: what was just submitted changed the newest of them, if not later
	for _, e := range left {
		if e.Modified.After(now) {
			now = e.Modified
		}
	}
	old := func(e dfs.Entry) bool { return now.Sub(e.Modified) > givenUp }
	for _, e := range left {
		if strings.HasPrefix(e.Name(), ".") {
			if old(e) {
				_ = c.fs.Delete(ctx, e.Path)
			}
			continue
		}
		a, err := t.rm.app(ctx, e.Name())
		switch {
		case err == nil && a.over() && strings.Contains(a.Tags, jobTagPrefix),
			err != nil && fault.KindOf(err) == fault.NotFound && t.abandoned(ctx, c, e.Name(), old):
			t.clear(ctx, c, e.Name())
		}
	}
}

// givenUp is how old files are that nobody will submit any more.
const givenUp = 24 * time.Hour

// abandoned says whether files of an application that YARN does not know were written by us, and are old. Flink's client
// gives its configuration another name.
func (t *Target) abandoned(ctx context.Context, c *cluster, application string, old func(dfs.Entry) bool) bool {
	files, err := c.fs.List(ctx, c.staging(application))
	return err == nil && slices.ContainsFunc(files, func(e dfs.Entry) bool {
		return (e.Name() == "config.yaml" || e.Name() == "flink-conf.yaml") && old(e)
	})
}
