package app

import (
	"cmp"
	"context"
	"os"
	"os/user"
	"path/filepath"

	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/store/sqlite"
	"github.com/autostream/autostream/internal/target"
)

// jobs returns a function that opens the records of the project and the service over them. Its second result closes the
// records.
func jobs(d *deps.Deps) func(context.Context) (*job.Service, func() error, error) {
	return func(ctx context.Context) (*job.Service, func() error, error) {
		p, _, err := d.Project()
		if err != nil {
			return nil, nil, err
		}
		records, err := sqlite.Open(ctx, filepath.Join(p.Dir, project.StateDir, "state.db"))
		if err != nil {
			return nil, nil, err
		}
		me := holder()
		return job.New(job.Options{
			Project: p,
			Store:   records,
			Open: func(ctx context.Context, t project.Target, release string) (target.Target, error) {
				of := *p
				of.Release = release
				return d.Target(ctx, &of, t)
			},
			Holder: me,
			Gone: func(h store.Holder) bool {
				return h.Host == me.Host && !proc.ID{PID: h.PID, Started: h.Started}.Alive()
			},
			Now: d.Now,
			Log: d.Log,
		}), records.Close, nil
	}
}

// holder names this process and its user.
func holder() store.Holder {
	self := proc.Self()
	h := store.Holder{PID: self.PID, Started: self.Started, User: "somebody"}
	if u, err := user.Current(); err == nil {
		h.User = cmp.Or(u.Username, h.User)
	}
	h.Host, _ = os.Hostname() // "" is a host like any other
	return h
}
