package release

// Feature is something that some releases have and others do not.
type Feature int

// The features that decide how AutoStream talks to a release.
const (
	// SQLDriver: an application cluster runs a SQL script without a jar of ours (FLIP-480).
	SQLDriver Feature = iota
	// ScriptEndpoint: the SQL Gateway deploys a script with POST /v4/sessions/{session}/scripts (FLIP-480).
	ScriptEndpoint
	// PerJobMode: YARN per-job clusters (FLINK-26000 removed them).
	PerJobMode
	// RunApplication: the command `flink run-application`; later releases say `flink run -t …-application`.
	RunApplication
	// LegacyConfig: flink-conf.yaml is read (FLIP-366 ended it).
	LegacyConfig
	// YAMLConfig: config.yaml, in standard YAML, is read (FLIP-366).
	YAMLConfig
	// ClaimMode: REST and configuration say claimMode where earlier releases say restoreMode (FLIP-406).
	ClaimMode
	// ResourceRequirements: GET and PUT /jobs/{job}/resource-requirements (FLIP-291).
	ResourceRequirements
	// Profiler: async-profiler at /jobmanager/profiler and /taskmanagers/{id}/profiler (FLIP-375).
	Profiler
	// OperatorMetrics: /jobs/{job}/vertices/{vertex}/jm-operator-metrics (FLIP-464).
	OperatorMetrics
	// Applications: /applications/* and /jars/{jar}/run-application.
	Applications
	// Rescales: /jobs/{job}/rescales/*, the history of rescaling (FLIP-495).
	Rescales
	// SubmitJobGraph: POST /jobs takes a serialised JobGraph. From 2.0 on the same endpoint takes an ExecutionPlan; it is
	// no longer in the OpenAPI description, but every release serves it.
	SubmitJobGraph

	featureCount // how many features there are
)

// span says which releases have a feature: from the first to the last, both included; a zero last is "and all later".
type span struct {
	feature     Feature
	name        string // as the documentation page calls it
	first, last Line
}

// spans is the table of features, in the order of the constants.
var spans = [...]span{
	SQLDriver:            {SQLDriver, "SQL scripts in application mode", V2_0, 0},
	ScriptEndpoint:       {ScriptEndpoint, "scripts through the SQL Gateway", V2_0, 0},
	PerJobMode:           {PerJobMode, "per-job mode on YARN", V1_17, V1_20},
	RunApplication:       {RunApplication, "flink run-application", V1_17, V1_20},
	LegacyConfig:         {LegacyConfig, "flink-conf.yaml", V1_17, V1_20},
	YAMLConfig:           {YAMLConfig, "config.yaml", V1_19, 0},
	ClaimMode:            {ClaimMode, "claim mode by that name", V1_20, 0},
	ResourceRequirements: {ResourceRequirements, "rescaling a running job", V1_18, 0},
	Profiler:             {Profiler, "profiler", V1_19, 0},
	OperatorMetrics:      {OperatorMetrics, "JobManager operator metrics", V1_20, 0},
	Applications:         {Applications, "applications over REST", V2_3, 0},
	Rescales:             {Rescales, "history of rescaling", V2_3, 0},
	SubmitJobGraph:       {SubmitJobGraph, "job graphs over REST", V1_17, V1_20},
}

// Features returns all features, in the order of the documentation.
func Features() []Feature {
	all := make([]Feature, featureCount)
	for i := range all {
		all[i] = Feature(i)
	}
	return all
}

// String names the feature as the documentation does.
func (f Feature) String() string { return spans[f].name }

// Has reports whether releases of the line have the feature.
func (l Line) Has(f Feature) bool {
	s := spans[f]
	return l >= s.first && (s.last == 0 || l <= s.last)
}
