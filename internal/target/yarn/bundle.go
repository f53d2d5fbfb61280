package yarn

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"path"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// bundle is the files of one application alone. They are written to a folder that nobody else uses, while it is settled
// that the application is the job's, and get their place together then: all of them or none.
type bundle struct {
	fs       dfs.FS
	temp     string
	dir      string // where YARN takes them from
	files    []*shipped
	contents []content
	config   *shipped
	script   *shipped // nil for a jar
}

// content is that of a file. Text may have blank space behind it.
type content struct {
	bytes []byte
	text  bool
}

// bundle puts the files of an application together, and settles what the parts of its submission say of it.
func (t *Target) bundle(c *cluster, s target.Submission, application string, p *parts) (*bundle, error) {
	if err := t.configure(p, c, s, application); err != nil {
		return nil, err
	}
	b := &bundle{fs: c.fs, temp: c.staging(bundlePrefix(s.ID) + rand.Text()), dir: c.staging(application)}
	config, err := p.options.Render(p.release.Line)
	if err != nil {
		return nil, err
	}
	b.config = b.add(p.release.ConfigFile, content{config, true})
	if s.SQL != nil {
		script, err := sqlrunner.Script(s.SQL.Statements)
		if err != nil {
			return nil, err
		}
		b.script = b.add(scriptName, content{script, true})
	}
	p.identity, err = t.identity(p.options, b.add)
	return b, err
}

// bundlePrefix leads the names of the folders that bundles of a job are written to.
func bundlePrefix(id target.JobID) string { return "." + string(id) + "-" }

// add adds a file. What YARN must know of it is there when the bundle has its place.
func (b *bundle) add(name string, c content) *shipped {
	f := shipped{key: name, localResource: localResource{Resource: b.fs.URI(path.Join(b.dir, name)), Type: oneFile, Visibility: single}}
	b.files, b.contents = append(b.files, &f), append(b.contents, c)
	return &f
}

// write writes the files.
func (b *bundle) write(ctx context.Context) error {
	if err := b.fs.Mkdir(ctx, b.temp, 0o700); err != nil {
		return err
	}
	failures := make([]error, len(b.files))
	var calls sync.WaitGroup
	for i, f := range b.files {
		calls.Go(func() {
			c := b.contents[i]
			failures[i] = b.fs.Create(ctx, path.Join(b.temp, f.key), bytes.NewReader(c.bytes), dfs.Attributes{Mode: 0o600, Padded: c.text})
		})
	}
	calls.Wait()
	return cmp.Or(failures...)
}

// place gives the files their place. Those that are there stay, because YARN compares their time of change: whoever wrote
// them was first.
func (b *bundle) place(ctx context.Context) error {
	files, ok := b.fs.(dfs.Renaming)
	if !ok {
		return fault.Errorf(fault.Failed, "%s cannot rename folders", b.fs.URI("/"))
	}
	if err := files.Rename(ctx, b.temp, b.dir); err != nil {
		if fault.KindOf(err) != fault.Conflict {
			return err
		}
		b.drop(ctx)
	}
	there, err := b.fs.List(ctx, b.dir)
	if err != nil {
		return err
	}
	entries := make(map[string]dfs.Entry, len(there))
	for _, e := range there {
		entries[e.Name()] = e
	}
	for _, f := range b.files {
		e, found := entries[f.key]
		if !found {
			return fault.Errorf(fault.Failed, "%s is gone", f.Resource)
		}
		f.Size, f.Timestamp = e.Size, e.Modified.UnixMilli()
	}
	return nil
}

// drop removes what was written. What cannot be removed now is when the job has ended, or a day later.
func (b *bundle) drop(ctx context.Context) {
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_ = b.fs.Delete(cleaning, b.temp)
}
