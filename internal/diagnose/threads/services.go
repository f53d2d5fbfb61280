// Which machine a call goes to: a stack names the driver, and the tables of the job name the address.

package threads

import (
	"slices"
	"strings"
)

// Role is what a table is to an operator.
type Role string

// The roles.
const (
	Reads   Role = "source"
	LooksUp Role = "lookup"
	Writes  Role = "sink"
)

// Service is another system behind a table that an operator uses.
type Service struct {
	Operator string // the name of the vertex
	Role     Role
	Table    string // as the query calls it
	System   string // as one of the names of systems, in small letters and without spaces; "" when it is not known
	Address  string // "db.example:5432"; "" when it is not known
}

// systems are the names by which places call other systems.
var systems = [...]string{"Kafka", "MySQL", "MariaDB", "PostgreSQL", "Oracle", "SQL Server", "ClickHouse", "Redis", "Elasticsearch", "OpenSearch", "MongoDB"}

// roles are the classes of Flink through which records reach a table, on the stack of its calls.
var roles = [...]struct {
	prefix string // of a bare frame
	role   Role
}{
	{"org.apache.flink.table.runtime.operators.join.lookup.", LooksUp},
	{"org.apache.flink.table.functions.LookupFunction.", LooksUp},
	{"org.apache.flink.streaming.runtime.operators.sink.", Writes},
	{"org.apache.flink.table.runtime.operators.sink.", Writes},
	{"org.apache.flink.streaming.api.functions.sink.", Writes},
	{"org.apache.flink.streaming.api.operators.StreamSink.", Writes},
	{"org.apache.flink.streaming.api.operators.SourceOperator.", Reads},
	{"org.apache.flink.streaming.api.operators.StreamSource.", Reads},
}

// located adds to what a task waits for where that is, if it is certain: all tables that the operator has in the role which
// the stack tells are at one address. A call that the job's own code makes may go anywhere.
func (t Thread) located(a Activity, operator string, services []Service) Activity {
	if _, known := placeOf(a.At); a.Kind != External || !known {
		return a
	}
	at := slices.IndexFunc(systems[:], func(name string) bool { return strings.Contains(a.What, name) })
	role, told := t.role()
	if at < 0 || !told {
		return a
	}
	var found []Service
	for _, s := range services {
		if s.Operator == operator && s.Role == role {
			found = append(found, s)
		}
	}
	system := strings.ToLower(strings.ReplaceAll(systems[at], " ", ""))
	if len(found) == 0 || slices.ContainsFunc(found, func(s Service) bool { return s.System != system || s.Address != found[0].Address }) || found[0].Address == "" {
		return a
	}
	where := systems[at] + " at " + found[0].Address
	if table := found[0].Table; !slices.ContainsFunc(found, func(s Service) bool { return s.Table != table }) {
		where += " (table " + table + ")"
	}
	a.What = strings.Replace(a.What, systems[at], where, 1)
	return a
}

// role tells by the innermost operator on the stack what the table is that the call is made for.
func (t Thread) role() (Role, bool) {
	for _, f := range t.Frames {
		for _, r := range roles {
			if strings.HasPrefix(f, r.prefix) {
				return r.role, true
			}
		}
	}
	return "", false
}
