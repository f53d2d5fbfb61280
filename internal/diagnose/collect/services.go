package collect

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/threads"
	"github.com/autostream/autostream/internal/flink/rest"
)

// Table is a table of the job and the system behind it.
type Table struct {
	Path    string // "default_catalog.default_database.dim_users"
	System  string // as in threads.Service; "" when it is not known
	Address string // "db.example:5432", never with a user or a password
}

// known tells the operators of the job and what its tables stand for, or why that is not known; nothing where no JobManager
// knows the job.
func (s Subject) known(ctx context.Context) (job threads.Job, problem, err error) {
	if s.REST == nil {
		return threads.Job{}, nil, nil
	}
	detail, err := s.REST.Job(ctx, s.ID)
	if err != nil {
		return threads.Job{}, nil, fmt.Errorf("asking for job %s: %w", s.ID, err)
	}
	job, problem = s.knownOf(ctx, detail.Vertices)
	return job, problem, nil
}

// knownOf is known of vertices. A table that nobody knows is among the services without its system, so that nobody takes
// another for it.
func (s Subject) knownOf(ctx context.Context, vertices []rest.Vertex) (threads.Job, error) {
	names := map[string]bool{}
	for _, v := range vertices {
		names[v.Name] = true
	}
	job := threads.Job{Keep: func(operator string) bool { return names[operator] }}
	if s.Tables == nil {
		return job, nil
	}
	tables, err := s.Tables(ctx)
	if err != nil {
		return job, fmt.Errorf("reading the tables of %s: %w", s.Name, err)
	}
	for _, v := range vertices {
		for _, u := range usesOf(v.Operators) {
			service := threads.Service{Operator: v.Name, Role: u.role, Table: u.path[strings.LastIndexByte(u.path, '.')+1:]}
			if t, found := only(tables, u.path); found {
				service.System, service.Address = t.System, t.Address
			}
			job.Services = append(job.Services, service)
		}
	}
	return job, nil
}

// use is a table in an operator, by its path or, of sinks, by its last name alone.
type use struct {
	role threads.Role
	path string
}

// usesOf reads the tables out of the planner's description of operators, which looks like this since 1.15 (FLIP-195):
//
//	[13]:TableSourceScan(table=[[default_catalog, default_database, events]], fields=[id, k])<br/>
//	+- [14]:LookupJoin(table=[default_catalog.default_database.dim], joinType=[InnerJoin], lookup=[id=k], select=[id, k])<br/>
//	out_rows[15]: Writer<br/>   or   [15]:Sink(table=[default_catalog.default_database.out_rows], fields=[id, k])<br/>
func usesOf(operators string) []use {
	patterns := [...]struct {
		role threads.Role
		*regexp.Regexp
	}{
		{threads.Reads, regexp.MustCompile(`TableSourceScan\(table=\[\[([^\]]*)`)},
		{threads.LooksUp, regexp.MustCompile(`LookupJoin\(table=\[([^\]]*)`)},
		{threads.Writes, regexp.MustCompile(`Sink\(table=\[([^\]]*)`)},
		{threads.Writes, regexp.MustCompile(`(?:^|[ >])([^\s>\[]+)\[\d+\]: Writer`)},
	}
	var out []use
	for _, p := range patterns {
		for _, m := range p.FindAllStringSubmatch(operators, -1) {
			path := m[1]
			if parts := strings.Split(path, ", "); len(parts) >= 3 { // what follows is pushed into the scan: filter=[…
				path = strings.Join(parts[:3], ".")
			}
			out = append(out, use{p.role, path})
		}
	}
	return out
}

// only finds the one table of a path, or of a last name.
func only(tables []Table, path string) (found Table, ok bool) {
	for _, t := range tables {
		if t.Path != path && !strings.HasSuffix(t.Path, "."+path) {
			continue
		}
		if ok {
			return Table{}, false
		}
		found, ok = t, true
	}
	return found, ok
}
