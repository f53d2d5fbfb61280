package preview

import "github.com/autostream/autostream/internal/sql/ast"

// Queries finds the queries of a script and numbers them. Those that could not be parsed have no number.
func Queries(script *ast.Script) []Query {
	var queries []Query
	for i, statement := range script.Statements {
		for _, q := range queriesOf(statement) {
			q.Number, q.Statement = len(queries)+1, i+1
			queries = append(queries, q)
		}
	}
	return queries
}

func queriesOf(statement ast.Statement) []Query {
	switch s := statement.(type) {
	case *ast.QueryStatement:
		return query(Select, nil, s.Query)
	case *ast.Insert:
		return query(InsertInto, &s.Table.Name, s.Query)
	case *ast.StatementSet:
		var queries []Query
		for _, insert := range s.Inserts {
			queries = append(queries, queriesOf(insert)...)
		}
		return queries
	case *ast.Execute:
		return queriesOf(s.Statement)
	case *ast.CreateTable:
		return query(CreateTableAs, &s.Name, s.As)
	case *ast.CreateMaterializedTable:
		return query(MaterializedTable, &s.Name, s.As)
	}
	return nil
}

func query(verb Verb, sink *ast.Name, q ast.Query) []Query {
	if _, bad := q.(*ast.BadQuery); q == nil || bad {
		return nil
	}
	out := Query{Verb: verb, Span: q.Span()}
	if sink != nil {
		out.Sink = sink.Text()
	}
	return []Query{out}
}
