// What a table is outside of Flink: two tables over one topic are one dataset.

package lineage

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
)

// Dataset is the physical identity of a table in the naming of OpenLineage: a namespace (the system) and a name in it.
// The zero Dataset belongs to a table without one, such as datagen or print, and to tables of unknown connectors.
type Dataset struct{ Namespace, Name string }

// identities say from which options of a connector the identity is made: the first option that is set counts, and
// literal parts stand in quotes.
// It is a list and no map, because lists like this one need no work when the program starts.
var identities = [...]struct {
	connector       string
	namespace, name []string
}{
	{"kafka", []string{"'kafka://'", "properties.bootstrap.servers"}, []string{"topic|topic-pattern"}},
	{"upsert-kafka", []string{"'kafka://'", "properties.bootstrap.servers"}, []string{"topic"}},
	{"pulsar", []string{"service-url"}, []string{"topics"}},
	{"jdbc", []string{"url"}, []string{"table-name"}},
	{"filesystem", []string{"'file'"}, []string{"path"}},
	{"hbase-1.4", []string{"'hbase://'", "zookeeper.quorum"}, []string{"table-name"}},
	{"hbase-2.2", []string{"'hbase://'", "zookeeper.quorum"}, []string{"table-name"}},
	{"elasticsearch-6", []string{"hosts"}, []string{"index"}},
	{"elasticsearch-7", []string{"hosts"}, []string{"index"}},
	{"elasticsearch-8", []string{"hosts"}, []string{"index"}},
	{"mongodb", []string{"uri"}, []string{"database", "'.'", "collection"}},
	{"redis", []string{"'redis://'", "host|hostname|cluster-nodes"}, []string{"additional-key|key-prefix|command"}},
	{"mysql-cdc", []string{"'mysql://'", "hostname", "':'", "port|'3306'"}, []string{"database-name", "'.'", "table-name"}},
	{"postgres-cdc", []string{"'postgres://'", "hostname", "':'", "port|'5432'"}, []string{"database-name", "'.'", "schema-name", "'.'", "table-name"}},
	{"sqlserver-cdc", []string{"'mssql://'", "hostname", "':'", "port|'1433'"}, []string{"database-name", "'.'", "table-name"}},
	{"oracle-cdc", []string{"'oracle://'", "hostname", "':'", "port|'1521'"}, []string{"database-name", "'.'", "table-name"}},
	{"tidb-cdc", []string{"'tidb://'", "pd-addresses"}, []string{"database-name", "'.'", "table-name"}},
	{"doris", []string{"fenodes"}, []string{"table.identifier"}},
	{"starrocks", []string{"jdbc-url"}, []string{"database-name", "'.'", "table-name"}},
	{"paimon", []string{"'paimon'"}, []string{"path"}},
	{"hudi", []string{"'hudi'"}, []string{"path"}},
	{"iceberg", []string{"warehouse|uri"}, []string{"catalog-database", "'.'", "catalog-table"}},
	{"kinesis", []string{"'kinesis://'", "aws.region"}, []string{"stream.arn|stream"}},
	{"opensearch", []string{"hosts"}, []string{"index"}},
	{"dynamodb", []string{"'dynamodb://'", "aws.region"}, []string{"table-name"}},
	{"firehose", []string{"'firehose://'", "aws.region"}, []string{"delivery-stream"}},
	{"mongodb-cdc", []string{"'mongodb://'", "hosts"}, []string{"database", "'.'", "collection"}},
	{"oceanbase-cdc", []string{"'oceanbase://'", "hostname"}, []string{"database-name", "'.'", "table-name"}},
	{"db2-cdc", []string{"'db2://'", "hostname"}, []string{"database-name", "'.'", "table-name"}},
	{"vitess-cdc", []string{"'vitess://'", "hostname"}, []string{"keyspace", "'.'", "table-name"}},
}

// DatasetOf returns the physical identity of a table.
func DatasetOf(t *bind.Table) Dataset {
	if t == nil {
		return Dataset{}
	}
	connector := t.Options["connector"]
	var d Dataset
	for _, how := range identities {
		if how.connector == connector {
			d = Dataset{Namespace: assemble(how.namespace, t.Options), Name: assemble(how.name, t.Options)}
		}
	}
	if d.Name == "" || d.Namespace == "" {
		return Dataset{}
	}
	return d
}

// assemble joins values of options; it is empty when one of them is missing.
func assemble(parts []string, options map[string]string) string {
	var b strings.Builder
	for _, part := range parts {
		value := ""
		for alternative := range strings.SplitSeq(part, "|") {
			if literal, ok := strings.CutPrefix(alternative, "'"); ok {
				value = strings.TrimSuffix(literal, "'")
			} else {
				value = options[alternative]
			}
			if value != "" {
				break
			}
		}
		if value == "" {
			return ""
		}
		b.WriteString(value)
	}
	return b.String()
}
