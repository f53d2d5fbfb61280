package release

// Coordinates name a jar in a Maven repository.
type Coordinates struct{ Group, Artifact, Version string }

// String returns group:artifact:version, as Maven's commands take it.
func (c Coordinates) String() string { return c.Group + ":" + c.Artifact + ":" + c.Version }

// FileName is what the jar is called: artifact-version.jar.
func (c Coordinates) FileName() string { return c.Artifact + "-" + c.Version + ".jar" }

// connectorVersions are the releases of the connectors that fit a line: connectors have versions of their own since 1.17.
var connectorVersions = map[Line]struct{ kafka, jdbc string }{
	V1_17: {"1.17.2", "3.1.2-1.17"}, // the last line with Kafka inside Flink's own releases
	V1_18: {"3.2.0-1.18", "3.2.0-1.18"},
	V1_19: {"3.3.0-1.19", "3.2.0-1.19"},
	V1_20: {"3.4.0-1.20", "3.3.0-1.20"},
	V2_0:  {"4.0.1-2.0", "4.0.0-2.0"},
	V2_1:  {"4.0.1-2.0", "4.0.0-2.0"},
	V2_2:  {"5.0.0-2.2", "4.0.0-2.0"},
	V2_3:  {"5.0.0-2.2", "4.0.0-2.0"},
}

// Connectors lists the connectors, by the name in the WITH clause, whose jars AutoStream can fetch for a job.
func Connectors() []string { return []string{"kafka", "upsert-kafka", "jdbc"} }

// Connector returns the jars that the connector needs on a release, and false for a connector that is part of Flink or not
// known here. JDBC needs the driver of the database besides.
func (l Line) Connector(name string) ([]Coordinates, bool) {
	versions, ok := connectorVersions[l]
	if !ok {
		return nil, false
	}
	const group = "org.apache.flink"
	switch name {
	case "kafka", "upsert-kafka":
		return []Coordinates{{group, "flink-sql-connector-kafka", versions.kafka}}, true
	case "jdbc":
		if l < V2_0 { // one jar for all databases
			return []Coordinates{{group, "flink-connector-jdbc", versions.jdbc}}, true
		}
		return []Coordinates{
			{group, "flink-connector-jdbc-core", versions.jdbc},
			{group, "flink-connector-jdbc-mysql", versions.jdbc},
			{group, "flink-connector-jdbc-postgres", versions.jdbc},
		}, true
	}
	return nil, false
}
