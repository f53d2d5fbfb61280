// The project as it was at an earlier revision.

package lint

import (
	"context"
	"errors"
	"os"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/revision"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// earlier returns the facts of the project at the revision that --new-from names; nil without one, and where the project is
// younger than the revision.
func (o *Options) earlier(ctx context.Context, p *project.Project) (facts []*rule.Facts, err error) {
	if o.NewFrom == "" || p.File == nil {
		return nil, nil
	}
	commit, err := revision.Base(ctx, p.Dir, o.NewFrom)
	if err != nil { // which is said where changed lines are looked for
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "autostream-lint-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := revision.Extract(ctx, p.Dir, commit, dir); err != nil {
		return nil, nil // the folder is younger than the commit
	}
	before, _, err := o.Load(dir)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	reader, err := sqlfiles.NewReader(o.Flink)
	if err != nil {
		return nil, err
	}
	facts = []*rule.Facts{}
	err = reader.Each(ctx, sqlfiles.Of(before), func(s *sqlfiles.Script) { facts = append(facts, s.Judged.Facts) })
	return facts, err
}
