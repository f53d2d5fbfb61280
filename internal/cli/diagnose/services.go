package diagnose

import (
	"context"
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// tablesOf lists the tables of a job as they were deployed, whatever its files say by now, with the addresses behind them.
func tablesOf(ctx context.Context, service *job.Service, ref job.Ref, version int) ([]collect.Table, error) {
	v, err := service.Version(ctx, ref, version)
	if err != nil {
		return nil, fmt.Errorf("looking for version %d of %s: %w", version, ref, err)
	}
	spec, err := plan.Read(v.Spec)
	if err != nil {
		return nil, err
	}
	release, ok := token.ParseRelease(spec.Release)
	if !ok {
		release = token.Default
	}
	tree, _ := parser.Parse(source.New(spec.Job+".sql", strings.Join(spec.Statements, ";\n")+";\n"), parser.Options{Release: release})
	session := bind.NewSession(release)
	session.Script(tree)
	var out []collect.Table
	for t := range session.Tables {
		system, address := addressOf(t.Options)
		out = append(out, collect.Table{Path: t.Path.Catalog + "." + t.Path.Database + "." + t.Path.Name, System: system, Address: address})
	}
	return out, nil
}

// addressOf reads which system a table is in and where that listens; "" where its options do not say, or where they take it
// from a secret.
func addressOf(options map[string]string) (system, address string) {
	connector := options["connector"]
	family, _, _ := strings.Cut(connector, "-")
	switch {
	case connector == "jdbc":
		system, address, _ = strings.Cut(strings.TrimPrefix(options["url"], "jdbc:"), ":")
		address = authority(address)
	case connector == "kafka" || connector == "upsert-kafka":
		system, address = "kafka", options["properties.bootstrap.servers"]
	case connector == "mongodb":
		system, address = connector, authority(strings.TrimPrefix(options["uri"], "mongodb:"))
	case family == "elasticsearch" || family == "opensearch":
		var hosts []string
		for host := range strings.SplitSeq(options["hosts"], ";") {
			_, host, _ = strings.Cut(host, ":")
			hosts = append(hosts, authority(host))
		}
		system, address = family, strings.Join(hosts, ",")
	}
	for host := range strings.SplitSeq(address, ",") {
		if name, port, _ := strings.Cut(host, ":"); name == "" || strings.Trim(port, "0123456789") != "" || strings.ContainsAny(name, "$@{}()=") {
			return "", ""
		}
	}
	return system, address
}

// authority takes hosts and ports out of what follows the scheme of an address: "//user:password@a:1,b:2/database?ssl=true"
// is at "a:1,b:2". It is "" where a sign could also be of a password.
func authority(address string) string {
	rest, ok := strings.CutPrefix(address, "//")
	if !ok {
		return ""
	}
	end := strings.IndexAny(rest, "/?;")
	if end < 0 {
		end = len(rest)
	}
	if strings.Contains(rest[end:], "@") {
		return ""
	}
	return rest[strings.LastIndexByte(rest[:end], '@')+1 : end]
}
