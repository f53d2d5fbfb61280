package collect

import (
	"context"
	"slices"
	"testing"

	"github.com/autostream/autostream/internal/diagnose/threads"
	"github.com/autostream/autostream/internal/flink/rest"
)

// The descriptions are as Flink 1.20.3 and 2.2.1 write them.
func TestTablesOfOperators(t *testing.T) {
	t.Parallel()
	got := usesOf(`[1]:TableSourceScan(table=[[default_catalog, default_database, events, project=[id, k]]], fields=[id, k])<br/>` +
		`+- [3]:LookupJoin(table=[default_catalog.default_database.users], joinType=[InnerJoin], lookup=[k=k], select=[id, k, name])<br/>` +
		`   :- out_rows[5]: Writer<br/>   +- [6]:Sink(table=[default_catalog.dwh.totals], fields=[id, name])<br/>`)
	want := []use{
		{threads.Reads, "default_catalog.default_database.events"}, {threads.LooksUp, "default_catalog.default_database.users"},
		{threads.Writes, "default_catalog.dwh.totals"}, {threads.Writes, "out_rows"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	s := Subject{Tables: func(context.Context) ([]Table, error) {
		return []Table{
			{Path: "c.d.users", System: "postgresql", Address: "db:5432"}, {Path: "c.d.out_rows", System: "kafka", Address: "k:9092"},
			{Path: "c.d.twice", System: "kafka", Address: "k:9092"}, {Path: "c.e.twice", System: "kafka", Address: "k:9092"},
		}, nil
	}}
	job, err := s.knownOf(t.Context(), []rest.Vertex{{Name: "A", Operators: "[1]:LookupJoin(table=[c.d.users], joinType=[InnerJoin])<br/>"}, {Name: "B", Operators: "out_rows[2]: Writer<br/>twice[3]: Writer<br/>"}})
	want := []threads.Service{
		{Operator: "A", Role: threads.LooksUp, Table: "users", System: "postgresql", Address: "db:5432"},
		{Operator: "B", Role: threads.Writes, Table: "out_rows", System: "kafka", Address: "k:9092"},
		{Operator: "B", Role: threads.Writes, Table: "twice"}, // which of the two is not known
	}
	if err != nil || !slices.Equal(job.Services, want) || !job.Keep("B") || job.Keep("C") {
		t.Errorf("%v, %+v", err, job.Services)
	}
}
