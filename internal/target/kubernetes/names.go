package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/autostream/autostream/internal/target"
)

// Names and labels that Flink itself relies on (org.apache.flink.kubernetes.utils.Constants).
const (
	labelApp        = "app"
	labelComponent  = "component"
	labelType       = "type"
	nativeType      = "flink-native-kubernetes"
	jobManagerRole  = "jobmanager"
	taskManagerRole = "taskmanager"
	mainContainer   = "flink-main-container"
)

// Labels of ours. Their values name a job for people and scripts; what AutoStream itself goes by is the record.
const (
	labelManaged = "app.kubernetes.io/managed-by" // "autostream"
	labelJob     = "autostream/job"               // name of the job, as far as a label can hold it
	labelProject = "autostream/project"
	labelID      = "autostream/job-id"
	labelRecord  = "autostream/record" // "job", or "lock"; on records alone
)

// clusterID is the name of the Flink cluster of a job: readable, unique by the id, and short enough for Flink (45
// characters, KubernetesOptions.CLUSTER_ID) and for names of Services, which start with a letter.
func clusterID(name string, id target.JobID) string {
	const most = 30
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	slug := b.String()
	slug = strings.Trim(slug[:min(len(slug), most)], "-")
	if slug == "" || slug[0] < 'a' {
		slug = strings.TrimSuffix("job-"+slug, "-")
	}
	return slug + "-" + string(id[:10])
}

// labelValue makes a text a label can have out of any: at most 63 letters, digits, _, . and -.
func labelValue(text string) string {
	clean := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("_.-", c) {
			return c
		}
		return '-'
	}, text)
	return strings.Trim(clean[:min(len(clean), 63)], "_.-")
}

func restService(cluster string) string { return cluster + "-rest" }
func configName(cluster string) string  { return "flink-config-" + cluster }
func podsName(cluster string) string    { return "pod-template-" + cluster }
func programName(cluster string) string { return "autostream-" + cluster }

func recordName(id target.JobID) string { return "autostream-" + string(id) }

// lockName is the name of what keeps a second instance of a job away.
func lockName(project, job string) string {
	sum := sha256.Sum256([]byte(project + "\x00" + job))
	return "autostream-lock-" + hex.EncodeToString(sum[:10])
}

// nativeLabels are the labels by which Flink finds what belongs to a cluster.
func nativeLabels(cluster string) map[string]string {
	return map[string]string{labelApp: cluster, labelType: nativeType}
}

// roleLabels are nativeLabels of the pods of one role.
func roleLabels(cluster, role string) map[string]string {
	return map[string]string{labelApp: cluster, labelType: nativeType, labelComponent: role}
}
