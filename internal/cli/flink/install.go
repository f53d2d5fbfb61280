package flink

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
)

// InstallOptions is everything `autostream flink install` depends on.
type InstallOptions struct {
	IO       *term.IO
	Progress *term.Progress
	Cache    Cache
	Java     func(context.Context, release.Release) (dist.Java, error)
	Format   term.Format

	Versions []string // as the user wrote them
	Default  string   // release to install when the user named none
	Home     string   // --home: use this distribution where it is
	From     string   // --from: a folder, an archive, or the web address of one
	SHA512   string   // --sha512: of the archive, or a file with it
}

// Cache is the part of the cache of distributions that installing needs.
type Cache interface {
	Installed(version string) (dist.Home, bool)
	Install(ctx context.Context, req dist.Request) (dist.Home, error)
}

func newInstall(d *deps.Deps, run func(context.Context, *InstallOptions) error) *cobra.Command {
	o := &InstallOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "install [VERSION…]",
		Short: "Install Flink for the commands that need one",
		Long: fmt.Sprintf("Install Flink for the commands that need one. Without a VERSION it is the release of the project, or Flink\n"+
			"%s where there is none.\n\n"+
			"The distribution comes from the package registries, through this machine's pip and Maven, unless --from\n"+
			"names a folder or an archive, or --home a distribution that is used where it is.", release.Latest),
		Example: "  autostream flink install 2.2\n" +
			"  autostream flink install 1.20 2.2\n" +
			"  autostream flink install --from flink-2.2.1-bin-scala_2.12.tgz --sha512 flink-2.2.1-bin-scala_2.12.tgz.sha512\n" +
			"  autostream flink install --home /opt/flink",
		ValidArgsFunction: completeReleases,
		RunE: func(cmd *cobra.Command, args []string) error {
			cache, err := openCache(d)
			if err != nil {
				return err
			}
			o.IO, o.Cache, o.Format, o.Versions = d.IO, cache, format.Value, args
			o.Progress, o.Default = d.IO.NewProgress(d.Now), projectRelease(d)
			o.Java = func(ctx context.Context, r release.Release) (dist.Java, error) {
				return dist.FindJava(ctx, r, d.Getenv)
			}
			if run == nil {
				run = install
			}
			ctx, cancel := bounded(cmd.Context(), d)
			defer cancel()
			return run(ctx, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Home, "home", "", "use the distribution in this folder, where it is")
	flags.StringVar(&o.From, "from", "", "copy from a folder, or unpack an archive: a file or a web address")
	flags.StringVar(&o.SHA512, "sha512", "", "checksum of the archive, or a file with it (default: the archive's name with .sha512)")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

// projectRelease is the release of the project that the command stands in, or the latest.
func projectRelease(d *deps.Deps) string {
	if p, _, err := d.Project(); err == nil {
		return p.Release
	}
	return release.Latest.String()
}

// installReport is the contract of `flink install --format json`.
type installReport struct {
	Version       int         `json:"version"`
	Distributions []installed `json:"distributions"`
}

type installed struct {
	Flink  string `json:"flink"`
	Line   string `json:"line"`
	Home   string `json:"home"`
	Result string `json:"result"` // "installed", or "present" when it was there
}

func install(ctx context.Context, o *InstallOptions) error {
	requests, err := o.requests()
	if err != nil {
		return err
	}
	report := installReport{Version: 1}
	for _, req := range requests {
		done, err := o.one(ctx, req)
		if err != nil {
			return err
		}
		report.Distributions = append(report.Distributions, done)
	}
	if err := o.IO.Write(o.Format, report); err != nil {
		return err
	}
	o.hintJava(ctx, report)
	return nil
}

// requests turns the arguments into what is to be installed, and finds all that is wrong with them before anything is
// downloaded.
func (o *InstallOptions) requests() ([]dist.Request, error) {
	if o.Home != "" && o.From != "" {
		return nil, fault.Errorf(fault.Usage, "--home uses a distribution where it is, --from copies one: give one of them")
	}
	if o.SHA512 != "" && o.From == "" {
		return nil, fault.Errorf(fault.Usage, "--sha512 is the checksum of an archive: it needs --from")
	}
	var source dist.Source = dist.Registries{}
	var err error
	switch {
	case o.Home != "":
		source = dist.InPlace{Path: o.Home}
	case o.From != "":
		source, err = o.from()
	case len(o.Versions) == 0:
		o.Versions = []string{o.Default}
	}
	if err != nil {
		return nil, err
	}
	if o.From != "" || o.Home != "" {
		return o.fromOne(source)
	}
	var requests []dist.Request
	for _, text := range o.Versions {
		r, err := release.Parse(text)
		if err != nil {
			return nil, err
		}
		requests = append(requests, dist.Request{Version: r.Version, Source: source})
	}
	return requests, nil
}

// fromOne is the request for a distribution that says itself which version it is; a line given with it is not more than a
// check, an exact version must match.
func (o *InstallOptions) fromOne(source dist.Source) ([]dist.Request, error) {
	if len(o.Versions) > 1 {
		return nil, fault.Errorf(fault.Usage, "%s is one distribution, but %d versions are given", source, len(o.Versions))
	}
	req := dist.Request{Source: source}
	if len(o.Versions) == 1 {
		r, err := release.Parse(o.Versions[0])
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(r.Version, o.Versions[0]) { // exact, not a line
			req.Version = r.Version
		}
	}
	return []dist.Request{req}, nil
}

// from decides what --from means: a folder, an archive in a file, or the web address of one.
func (o *InstallOptions) from() (dist.Source, error) {
	stat, err := os.Stat(o.From)
	web := strings.HasPrefix(o.From, "http://") || strings.HasPrefix(o.From, "https://")
	switch {
	case err == nil && stat.IsDir():
		return dist.Directory{Path: o.From}, nil
	case err != nil && !web:
		return nil, fault.Errorf(fault.NotFound, "nothing is at --from %s", o.From)
	}
	sum, err := dist.SHA512Of(o.From, o.SHA512)
	if err != nil {
		return nil, err
	}
	return dist.Archive{Location: o.From, SHA512: sum}, nil
}

func (o *InstallOptions) one(ctx context.Context, req dist.Request) (installed, error) {
	if home, ok := o.Cache.Installed(req.Version); ok {
		return row(home, "present"), nil
	}
	req.Events = Show(o.Progress)
	home, err := o.Cache.Install(ctx, req)
	o.Progress.Clear()
	if err != nil {
		return installed{}, err
	}
	o.IO.Hint("Flink %s is ready", home.Release.Version)
	return row(home, "installed"), nil
}

func row(home dist.Home, result string) installed {
	return installed{home.Release.Version, home.Release.Line.String(), filepath.ToSlash(home.Dir), result}
}

// hintJava says once what is missing to run what was installed.
func (o *InstallOptions) hintJava(ctx context.Context, report installReport) {
	for _, i := range report.Distributions {
		r, err := release.Parse(i.Flink)
		if err != nil {
			continue
		}
		if _, err := o.Java(ctx, r); err != nil {
			o.IO.Hint("%s %s\n  %s", o.IO.Paint(term.Notice, "note:"), err, strings.ReplaceAll(fault.FixOf(err), "\n", "\n  "))
			return
		}
	}
}

// Rows writes version, result and home.
func (r installReport) Rows(io *term.IO) error {
	var rows [][]string
	for _, i := range r.Distributions {
		rows = append(rows, []string{i.Flink, i.Result, i.Home})
	}
	return io.Grid([]string{"version", "result", "home"}, rows)
}
