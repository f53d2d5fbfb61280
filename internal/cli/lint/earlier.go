// The project as it was at an earlier revision.

package lint

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/sqlfiles"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

// earlier returns the facts of the project at the revision that --new-from names; nil without one, and where the project is
// younger than the revision.
func (o *Options) earlier(ctx context.Context, p *project.Project) (facts []*rule.Facts, err error) {
	if o.NewFrom == "" || p.File == nil {
		return nil, nil
	}
	archive, err := git(ctx, p.Dir, "archive", "--format=tar", parted(ctx, p.Dir, o.NewFrom), ".")
	if err != nil { // no revision or no repository, which is said where changed lines are looked for; or nothing in it
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "autostream-lint-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := unpack(archive, dir); err != nil {
		return nil, fmt.Errorf("reading the project at %s: %w", o.NewFrom, err)
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

// unpack writes the scripts and project files of an archive below a folder.
func unpack(archive, dir string) error {
	r := tar.NewReader(strings.NewReader(archive))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		kind := filepath.Ext(h.Name)
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) || kind != ".sql" && kind != ".yaml" && kind != ".yml" {
			continue
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, h.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return err
		}
	}
}
