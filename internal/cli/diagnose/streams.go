package diagnose

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/kafka"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// streams are the Kafka topics in the tables that a job of the project declares or may use, with the secrets that it takes
// to reach them.
func streams(ctx context.Context, p *project.Project, job string) ([]collect.Stream, error) {
	reader, err := sqlfiles.NewReader("")
	if err != nil {
		return nil, err
	}
	var out []collect.Stream
	for _, source := range sqlfiles.Of(p) {
		if source.Job != job && !source.Shared {
			continue
		}
		script, err := reader.Read(source)
		if err != nil {
			return nil, fmt.Errorf("reading the tables of %s: %w", job, err)
		}
		for _, options := range tables(script.Judged.Facts) {
			s, err := stream(ctx, p, options)
			if err != nil {
				return nil, err
			}
			out = add(out, s)
		}
	}
	return out, nil
}

// tables lists the options of the tables over Kafka, those of hints on top.
func tables(f *rule.Facts) (out []map[string]string) {
	of := func(options map[string]string) {
		if c := options["connector"]; c == "kafka" || c == "upsert-kafka" {
			out = append(out, options)
		}
	}
	for _, u := range f.Uses {
		if !u.Writes {
			of(u.Options)
		}
	}
	for _, d := range f.Declared {
		of(d.Options)
	}
	return out
}

// stream reads the options of a table.
func stream(ctx context.Context, p *project.Project, options map[string]string) (collect.Stream, error) {
	s := collect.Stream{Properties: kafka.Properties{}}
	for key, recorded := range options {
		key, ok := strings.CutPrefix(key, "properties.")
		if !ok {
			continue
		}
		value, err := p.Live(ctx, recorded)
		if err != nil {
			return s, err
		}
		s.Properties[key] = value
	}
	for name := range strings.SplitSeq(options["topic"], ";") {
		if name = strings.TrimSpace(name); name != "" {
			s.Topics = append(s.Topics, name)
		}
	}
	return s, nil
}

// add leaves out what is there already: a table that is declared is used too.
func add(all []collect.Stream, s collect.Stream) []collect.Stream {
	if slices.ContainsFunc(all, func(x collect.Stream) bool {
		return slices.Equal(x.Topics, s.Topics) && maps.Equal(x.Properties, s.Properties)
	}) {
		return all
	}
	return append(all, s)
}
