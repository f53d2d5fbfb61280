package release

// Coordinates name a jar in a Maven repository.
type Coordinates struct{ Group, Artifact, Version string }

// String returns group:artifact:version, as Maven's commands take it.
func (c Coordinates) String() string { return c.Group + ":" + c.Artifact + ":" + c.Version }

// FileName is what the jar is called: artifact-version.jar.
func (c Coordinates) FileName() string { return c.Artifact + "-" + c.Version + ".jar" }

// connectorVersions are the releases of the connectors that fit a line: connectors have versions of their own since 1.17.
type connectorVersions struct {
	kafka   string
	clients string // of kafka-clients; "" where the connector's SQL jar has them inside
	jdbc    string
}

// connectorsOf gives the releases for a line, and false for one that is not in the table. The SQL jars of the Kafka
// connector for 1.x are not in every registry, so there the plain connector and Kafka's own client are taken.
func connectorsOf(line Line) (connectorVersions, bool) {
	switch line {
	case V1_17:
		return connectorVersions{"1.17.2", "3.2.3", "3.1.2-1.17"}, true // the last line with Kafka in Flink's own releases
	case V1_18:
		return connectorVersions{"3.2.0-1.18", "3.4.0", "3.2.0-1.18"}, true
	case V1_19:
		return connectorVersions{"3.3.0-1.19", "3.4.0", "3.2.0-1.19"}, true
	case V1_20:
		return connectorVersions{"3.4.0-1.20", "3.4.0", "3.3.0-1.20"}, true
	case V2_0, V2_1:
		return connectorVersions{"4.0.1-2.0", "", "4.0.0-2.0"}, true
	case V2_2, V2_3:
		return connectorVersions{"5.0.0-2.2", "", "4.0.0-2.0"}, true
	}
	return connectorVersions{}, false
}

// Connectors lists the connectors, by the name in the WITH clause, whose jars AutoStream can fetch for a job.
func Connectors() []string { return []string{"kafka", "upsert-kafka", "jdbc"} }

// Connector returns the jars that the connector needs on a release, and false for a connector that is part of Flink or not
// known here. JDBC needs the driver of the database besides; from 2.0 on the dialects are jars of their own, of which this
// is PostgreSQL's.
func (l Line) Connector(name string) ([]Coordinates, bool) {
	versions, ok := connectorsOf(l)
	if !ok {
		return nil, false
	}
	const group = "org.apache.flink"
	switch name {
	case "kafka", "upsert-kafka":
		if versions.clients == "" {
			return []Coordinates{{group, "flink-sql-connector-kafka", versions.kafka}}, true
		}
		return []Coordinates{{group, "flink-connector-kafka", versions.kafka}, {"org.apache.kafka", "kafka-clients", versions.clients}}, true
	case "jdbc":
		if l < V2_0 { // one jar for all databases
			return []Coordinates{{group, "flink-connector-jdbc", versions.jdbc}}, true
		}
		return []Coordinates{{group, "flink-connector-jdbc-core", versions.jdbc}, {group, "flink-connector-jdbc-postgres", versions.jdbc}}, true
	}
	return nil, false
}
