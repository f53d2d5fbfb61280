package threads_test

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/diagnose/threads"
)

// lookingUp is the thread of a lookup join whose sink is a table, too, as it waits for a database.
const lookingUp = `"Source: events[1] -> LookupJoin[3] -> out_rows[4]: Writer (1/1)#0" #90 prio=5 tid=0x1 nid=0x2 runnable
   java.lang.Thread.State: RUNNABLE
	at sun.nio.ch.Net.poll(java.base@17.0.15/Native Method)
	at sun.nio.ch.NioSocketImpl.park(java.base@17.0.15/NioSocketImpl.java:186)
	at org.postgresql.core.VisibleBufferedInputStream.read(VisibleBufferedInputStream.java:152)
	at org.postgresql.jdbc.PgPreparedStatement.executeQuery(PgPreparedStatement.java:137)
CALLER	at org.apache.flink.connector.jdbc.core.table.source.JdbcRowDataLookupFunction.lookup(JdbcRowDataLookupFunction.java:180)
	at org.apache.flink.table.functions.LookupFunction.eval(LookupFunction.java:58)
	at org.apache.flink.table.runtime.operators.join.lookup.LookupJoinRunner.doFetch(LookupJoinRunner.java:102)
	at org.apache.flink.streaming.api.operators.SourceOperator.emitNext(SourceOperator.java:439)

`

func TestWhereCallsGo(t *testing.T) {
	t.Parallel()
	const operator = "Source: events[1] -> LookupJoin[3] -> out_rows[4]: Writer"
	users := threads.Service{Operator: operator, Role: threads.LooksUp, Table: "users", System: "postgresql", Address: "db:5432"}
	changed := func(change func(*threads.Service)) threads.Service {
		s := users
		change(&s)
		return s
	}
	for _, test := range []struct {
		name, caller string
		services     []threads.Service
		want         string
	}{
		{"nothing known", "", nil, "waits in a JDBC call to PostgreSQL"},
		{"one table", "", []threads.Service{users}, "waits in a JDBC call to PostgreSQL at db:5432 (table users)"},
		{"another operator's", "", []threads.Service{changed(func(s *threads.Service) { s.Operator = "Map" })}, "waits in a JDBC call to PostgreSQL"},
		{"another database", "", []threads.Service{changed(func(s *threads.Service) { s.System = "mysql" })}, "waits in a JDBC call to PostgreSQL"},
		{"a table beside it that nobody knows", "", []threads.Service{users, {Operator: operator, Role: threads.LooksUp, Table: "x"}}, "waits in a JDBC call to PostgreSQL"},
		{"two databases", "", []threads.Service{users, changed(func(s *threads.Service) { s.Address = "db2:5432" })}, "waits in a JDBC call to PostgreSQL"},
		{"two tables of one", "", []threads.Service{users, changed(func(s *threads.Service) { s.Table = "roles" })}, "waits in a JDBC call to PostgreSQL at db:5432"},
		{"a sink elsewhere", "", []threads.Service{users, changed(func(s *threads.Service) { s.Role, s.Address = threads.Writes, "dwh:5432" })}, "waits in a JDBC call to PostgreSQL at db:5432 (table users)"},
		{"the job's own code", "\tat com.acme.Prices.eval(Prices.java:7)\n", []threads.Service{users}, "waits in a JDBC call to PostgreSQL, called by the job's own code"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := threads.Parse(strings.Replace(lookingUp, "CALLER", test.caller, 1))
			r := threads.Analyse([]threads.Dump{d}, threads.Job{Services: test.services})
			if len(r.Operators) != 1 || r.Operators[0].Doing[0].What != test.want {
				t.Errorf("%+v, want %s", r.Operators, test.want)
			}
		})
	}
}

// TestThreadOfSink has a task wait for the thread by which its sink writes what was gathered.
func TestThreadOfSink(t *testing.T) {
	t.Parallel()
	const dump = `"totals[4]: Writer (1/1)#0" #90 prio=5 tid=0x1 nid=0x2 waiting for monitor entry [0x1]
   java.lang.Thread.State: BLOCKED (on object monitor)
	at org.apache.flink.connector.jdbc.internal.JdbcOutputFormat.writeRecord(JdbcOutputFormat.java:190)
	- waiting to lock <0x0000000089> (a org.apache.flink.connector.jdbc.internal.JdbcOutputFormat)
	at org.apache.flink.streaming.api.functions.sink.SinkFunction.invoke(SinkFunction.java:55)

"jdbc-upsert-output-format-thread-1" #91 prio=5 tid=0x3 nid=0x4 runnable
   java.lang.Thread.State: RUNNABLE
	at sun.nio.ch.Net.poll(java.base@17.0.15/Native Method)
	at com.mysql.cj.protocol.ReadAheadInputStream.fill(ReadAheadInputStream.java:107)
	at org.apache.flink.connector.jdbc.internal.JdbcOutputFormat.flush(JdbcOutputFormat.java:214)
	- locked <0x0000000089> (a org.apache.flink.connector.jdbc.internal.JdbcOutputFormat)

`
	r := threads.Analyse([]threads.Dump{threads.Parse(dump)}, threads.Job{Services: []threads.Service{
		{Operator: "totals[4]: Writer", Role: threads.Writes, Table: "totals", System: "mysql", Address: "db:3306"},
	}})
	if len(r.Operators) != 1 || r.Operators[0].Doing[0].What != "waits in a JDBC call to MySQL at db:3306 (table totals)" || r.Operators[0].Doing[0].Kind != threads.External {
		t.Errorf("%+v", r.Operators)
	}
}
