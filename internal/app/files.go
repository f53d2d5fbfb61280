package app

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/dfs/s3"
)

// nameNodes takes "webhdfs://nn1:9870,nn2:9870/apps/streams" apart: the addresses of NameNodes or HttpFS gateways, and the
// folder, "" without one.
func nameNodes(files string) (addresses []string, folder string, err error) {
	scheme, rest, _ := strings.Cut(files, "://")
	over, ok := map[string]string{"webhdfs": "http", "swebhdfs": "https", "http": "http", "https": "https"}[scheme]
	hosts, folder, _ := strings.Cut(rest, "/")
	if !ok || hosts == "" {
		return nil, "", fault.Errorf(fault.Usage, "files is %q; write webhdfs://namenode:9870, or swebhdfs:// with TLS", files)
	}
	for host := range strings.SplitSeq(hosts, ",") {
		u, err := url.Parse(over + "://" + host)
		if err != nil || u.Host != host || host == "" {
			return nil, "", fault.Errorf(fault.Usage, "files names the host %q", host)
		}
		addresses = append(addresses, u.String())
	}
	if folder = strings.Trim(folder, "/"); folder != "" {
		folder = "/" + folder
	}
	return addresses, folder, nil
}

// objectStore opens "s3://bucket/streams?endpoint=http://minio:9000": the bucket, and the folder for things of our own,
// which is autostream unless there is one. The scheme is the one that Flink uses there.
func objectStore(d *deps.Deps, files string) (*s3.FS, string, error) {
	o, folder, err := bucket(files)
	if err != nil {
		return nil, "", err
	}
	o.Credentials = s3.FromEnvironment(d.Getenv)
	return s3.New(o), folder, nil
}

func bucket(files string) (o s3.Options, folder string, err error) {
	wrong := func(format string, args ...any) error {
		return fault.Errorf(fault.Usage, "files is %q: "+format, append([]any{files}, args...)...).WithFix("write s3://BUCKET/FOLDER?endpoint=http://STORE:9000")
	}
	u, err := url.Parse(files)
	if err != nil || !slices.Contains([]string{"s3", "s3a", "s3p"}, u.Scheme) || u.Host == "" {
		return o, "", wrong("it names no bucket")
	}
	o = s3.Options{Scheme: u.Scheme, Bucket: u.Host}
	for name, values := range u.Query() {
		switch name {
		case "endpoint":
			o.Endpoint = values[0]
		case "region":
			o.Region = values[0]
		default:
			return o, "", wrong("there is no parameter %s", name)
		}
	}
	if folder = path.Clean("/" + u.Path); folder == "/" {
		folder = "/autostream"
	}
	return o, folder, nil
}
